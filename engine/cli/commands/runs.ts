import type { Command } from 'commander'
import { isInFuture } from '../../contract/bounds.ts'
import { Failure } from '../../contract/failure.ts'
import type { RunSummary } from '../../contract/run.ts'
import { largestRunFile } from '../../contract/run-file.ts'
import type { Timestamp } from '../../contract/units.ts'
import { Label } from '../../contract/variant.ts'
import { readText } from '../../files/read-text.ts'
import { left, numberCell, right, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import { findRun, withLibrary, withPlace, type CommonOptions } from '../context.ts'
import { print, printJson, say } from '../terminal.ts'
import { executeSession, recordingTo } from '../execute-session.ts'
import {
  commandLineOption,
  isStandardOutput,
  overwriteOption,
  writeOutput,
  type OutputOptions,
} from '../output-file.ts'
import { showOutcome } from './run.ts'

const shortIdLength = 8 // enough of an id to distinguish the runs of one library

/** `runs`: what the library holds, and what can be done with it. */
export function addRunsCommand(program: Command): void {
  const runs = program.command('runs').description('list, show, change, export and import stored runs')
  subCommand(runs, 'list', 'list the runs, the newest first')
    .option('--deleted', 'deleted runs too')
    .action(list)
  subCommand(runs, 'show ID', 'show the medians of a run')
    .option(...commandLineOption)
    .action(show)
  subCommand(runs, 'label ID TEXT', 'rename a run').action(label)
  subCommand(runs, 'note ID TEXT', 'replace the note of a run').action(note)
  subCommand(runs, 'delete ID', 'delete a run; for a day it can be restored').action(remove)
  subCommand(runs, 'restore ID', 'restore a deleted run').action(restore)
  subCommand(runs, 'export ID FILE', 'write a run to a file, or to standard output when FILE is -')
    .option(...overwriteOption)
    .option(...commandLineOption)
    .action(exportRun)
  subCommand(runs, 'import FILE', 'import the run in a file')
    .option(
      '--count-calibration',
      'count a calibration in the file toward noise floors; only if it was measured on this machine',
    )
    .action(importRun)
  subCommand(runs, 'resume ID', 'continue a run that ended early').action(resume)
}

function subCommand(runs: Command, usage: string, description: string): Command {
  const [name = '', ...names] = usage.split(' ')
  return runs
    .command([name, ...names.map(argument => `<${argument}>`)].join(' '))
    .description(description)
    .option('--db <FILE>', 'the library')
    .option('--json', 'print the result as JSON')
}

async function list(options: CommonOptions & Readonly<{ deleted?: boolean }>): Promise<void> {
  await withLibrary(options, async library => {
    const runs = await library.queries.listRuns({ includeDeleted: options.deleted ?? false })
    if (options.json === true) printJson(runs)
    else if (runs.length === 0) say('The library holds no run yet. Start one: folio-lab run')
    else print(renderText([runTable(runs)]))
  })
}

function runTable(runs: readonly RunSummary[]): Table {
  return {
    title: 'Runs',
    columns: [left('id'), left('started (UTC)'), left('status'), right('samples'), left('label')],
    rows: runs.map(run => [
      { text: run.id.slice(0, shortIdLength), value: run.id },
      textCell(new Date(run.createdAt).toISOString().slice(0, 16).replace('T', ' ')),
      textCell(statusText(run)),
      numberCell(run.sampleCount, String),
      textCell(run.label),
    ]),
    notes: futureNotes(runs, Date.now()),
  }
}

function statusText({ status, disturbances, deletedAt }: RunSummary): string {
  const marks = [disturbances.length > 0 ? 'disturbed' : [], deletedAt === undefined ? [] : 'deleted']
  return [status, ...marks.flat()].join(', ')
}

/** A moment in the future means that a clock was wrong, so that the date means nothing. */
function futureNotes(runs: readonly RunSummary[], now: Timestamp): string[] {
  const ids = runs.filter(run => isInFuture(run.createdAt, now)).map(run => run.id.slice(0, shortIdLength))
  return ids.length === 0 ? [] : [`Dated in the future, because a clock was wrong: ${ids.join(', ')}.`]
}

async function show(text: string, options: OutputOptions): Promise<void> {
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    const { json, withCommandLine = false } = options
    print(
      await library.queries.renderRuns({
        ids: [id],
        format: json === true ? 'json' : 'text',
        withCommandLine,
      }),
    )
  })
}

async function label(text: string, newLabel: string, options: CommonOptions): Promise<void> {
  const parsed = Label.safeParse(newLabel)
  if (!parsed.success)
    throw new Failure('bad-input', `“${newLabel}” is not a valid label.`, 'A label has 1 to 80 characters.')
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    await library.queries.labelRun({ id, label: parsed.data })
    confirm(options, { id, label: parsed.data }, `Run ${id} is now “${parsed.data}”.`)
  })
}

async function note(text: string, content: string, options: CommonOptions): Promise<void> {
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    await library.queries.noteRun({ id, text: content })
    confirm(options, { id, note: content }, `The note of run ${id} is stored.`)
  })
}

async function remove(text: string, options: CommonOptions): Promise<void> {
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    await library.queries.deleteRun(id)
    confirm(options, { id }, `Run ${id} is deleted. To restore it: folio-lab runs restore ${id}`)
  })
}

async function restore(text: string, options: CommonOptions): Promise<void> {
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    await library.queries.restoreRun(id)
    confirm(options, { id }, `Run ${id} is restored.`)
  })
}

async function exportRun(text: string, file: string, options: OutputOptions): Promise<void> {
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    const { withCommandLine = false } = options
    await writeOutput(file, library.exportRun(id, withCommandLine).pieces, options)
    if (!isStandardOutput(file)) confirm(options, { id, file }, `Run ${id} is written to ${file}.`)
  })
}

async function importRun(
  file: string,
  options: CommonOptions & Readonly<{ countCalibration?: boolean }>,
): Promise<void> {
  await withLibrary(options, library => {
    const origin = options.countCalibration === true ? 'imported-calibration' : 'imported'
    const { id, isCalibration } = library.importRun(() => readText(file, largestRunFile), origin)
    confirm(options, { id }, `Run ${id} is imported.`)
    if (isCalibration && origin === 'imported')
      say(
        `It is a calibration, and does not count towards noise floors here, since a file may name any machine. If it was measured on this one: folio-lab runs import ${file} --count-calibration`,
      )
  })
}

async function resume(text: string, options: CommonOptions): Promise<void> {
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    const { environment } = await library.queries.getRunHead(id)
    const on = environment.machine === undefined ? {} : { on: environment.machine }
    await withPlace(on, async place => {
      const outcome = await executeSession(recordingTo(library, place), session => session.resume(id))
      await showOutcome(library, outcome, options)
    })
  })
}

function confirm({ json }: CommonOptions, value: object, sentence: string): void {
  if (json === true) printJson(value)
  else say(sentence)
}
