import type { Command } from 'commander'
import { largestTextForWindow } from '../../contract/bounds.ts'
import { reportFormats } from '../../contract/report-format.ts'
import { readText } from '../../files/read-text.ts'
import { withLibrary, type CommonOptions } from '../context.ts'
import { isStandardOutput, overwriteOption, writeOutput, type OutputOptions } from '../output-file.ts'
import { parseFormat } from '../parse.ts'
import { print, printJson, say } from '../terminal.ts'

type Options = OutputOptions & Readonly<{ html?: string; format: string }>

/** `atlas`: the advisor's answers and the stages of every machine that is known. */
export function addAtlasCommand(program: Command): void {
  const atlas = program
    .command('atlas')
    .description('show the advisor’s answers and the stages of all machines, also from files of others')
    .option('--html <FILE>', 'write an HTML page that needs no network; - for standard output')
    .option(...overwriteOption)
    .option('--format <NAME>', `without --html, print it as ${reportFormats.join(', ')}`, 'text')
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'the same as --format json')
    .action(show)
  atlas
    .command('export <FILE>')
    .description('write the answers on this library’s machines to a file for another library')
    .option(...overwriteOption)
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'print what was written as JSON')
    .action(exportAdvices)
  atlas
    .command('import <FILES...>')
    .description('import the answers or the run in each file')
    .option('--db <FILE>', 'the library to add to')
    .option('--json', 'print what was new as JSON')
    .action(importFiles)
}

async function show({ html, ...options }: Options): Promise<void> {
  await withLibrary(options, async library => {
    if (html === undefined) return print(await library.queries.renderAtlas(parseFormat(options)))
    await writeOutput(html, await library.queries.renderAtlas('html'), options)
    if (!isStandardOutput(html)) say(`Atlas: ${html}`)
  })
}

async function exportAdvices(file: string, _: unknown, command: Command): Promise<void> {
  const options = command.optsWithGlobals<OutputOptions>()
  await withLibrary(options, async library => {
    await writeOutput(file, await library.queries.exportAdvices(), options)
    if (isStandardOutput(file)) return
    if (options.json === true) printJson({ file })
    else say(`Advices: ${file}`)
  })
}

async function importFiles(files: readonly string[], _: unknown, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions>()
  await withLibrary(options, async library => {
    for (const file of files) {
      const text = [...readText(file, largestTextForWindow)].join('')
      const { run, advices } = await library.queries.importForAtlas(text)
      if (options.json === true) printJson({ file, run, advices })
      else
        say(
          `${file}: ${run === null ? `${advices} new ${advices === 1 ? 'advice' : 'advices'}` : `run ${run}`}`,
        )
    }
  })
}
