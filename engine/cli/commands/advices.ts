import type { Command } from 'commander'
import { AdviceId, type Advice } from '../../contract/advice.ts'
import { Failure } from '../../contract/failure.ts'
import { withoutCommandLine } from '../../exchange/without-command-line.ts'
import { machineName } from '../../text/machine-text.ts'
import { adviceTables, adviceWords } from '../../report/content/advice.ts'
import { left, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import { findAdvice, withLibrary, type CommonOptions } from '../context.ts'
import { print, printJson, say } from '../terminal.ts'

const shortIdLength = 8 // enough of an id to distinguish the advices of one library

/** `advise list|show|delete|restore`: the answers that the library holds. */
export function addAdvicesCommands(advise: Command): void {
  advise.command('list').description('list the stored answers, the newest first').action(list)
  advise.command('show <ID>').description('show a stored answer').action(show)
  advise
    .command('delete <ID>')
    .description('delete an answer; for a day it can be restored, and its samples stay')
    .action(remove)
  advise.command('restore <ID>').description('restore a deleted answer').action(restore)
}

async function list(_: unknown, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions>()
  await withLibrary(options, async library => {
    const advices = await library.queries.listAdvices()
    if (options.json === true) printJson(advices.map(withoutCommandLine))
    else if (advices.length === 0) say('The library holds no answer yet. Ask for one: folio-lab advise')
    else print(renderText([adviceTable(advices)]))
  })
}

function adviceTable(advices: readonly Advice[]): Table {
  return {
    title: 'Answers',
    columns: [left('id'), left('date (UTC)'), left('question'), left('verdict'), left('machine')],
    rows: advices.map(({ id, createdAt, question, verdict, environment }) => [
      { text: id.slice(0, shortIdLength), value: id },
      textCell(new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')),
      textCell(question),
      textCell(verdict),
      textCell(machineName(environment.facts)),
    ]),
    notes: [],
  }
}

async function show(text: string, _: unknown, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions>()
  await withLibrary(options, async library => {
    const id = await findAdvice(library, text)
    const advice = (await library.queries.listAdvices()).find(other => other.id === id)
    if (advice === undefined) return
    if (options.json === true) printJson(withoutCommandLine(advice))
    else print(`${adviceWords(advice)}\n\n${renderText(adviceTables(advice))}`)
  })
}

async function remove(text: string, _: unknown, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions>()
  await withLibrary(options, async library => {
    const id = await findAdvice(library, text)
    await library.queries.deleteAdvice(id)
    if (options.json === true) printJson({ id })
    else say(`Answer ${id} is deleted. To restore it: folio-lab advise restore ${id}`)
  })
}

async function restore(text: string, _: unknown, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions>()
  const id = AdviceId.safeParse(text.trim().toLowerCase())
  if (!id.success)
    throw new Failure(
      'bad-input',
      `“${text}” is not the id of an answer.`,
      'Use the full id that “advise delete” printed.',
    )
  await withLibrary(options, async library => {
    await library.queries.restoreAdvice(id.data)
    if (options.json === true) printJson({ id: id.data })
    else say(`Answer ${id.data} is restored.`)
  })
}
