import type { Command } from 'commander'
import { findRun, withLibrary } from '../context.ts'
import { print, printJson, say } from '../terminal.ts'
import { reportFormats } from '../../contract/report-format.ts'
import {
  commandLineOption,
  isStandardOutput,
  overwriteOption,
  writeOutput,
  type OutputOptions,
} from '../output-file.ts'
import { parseChoice } from '../parse.ts'

type Options = OutputOptions & Readonly<{ html?: string; format: string }>

/** `report`: a run as a document. */
export function addReportCommand(program: Command): void {
  program
    .command('report <ID>')
    .description('write a run as a document')
    .option('--html <FILE>', 'write one self-contained page; - for standard output')
    .option(...overwriteOption)
    .option(...commandLineOption)
    .option('--format <NAME>', `without --html, print it as ${reportFormats.join(', ')}`, 'text')
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'the same as --format json; with --html, say as JSON what was written')
    .action(report)
}

async function report(text: string, { html, json, ...options }: Options): Promise<void> {
  const { withCommandLine = false } = options
  const format = json === true ? 'json' : parseChoice('--format', options.format, reportFormats)
  await withLibrary(options, async library => {
    const id = await findRun(library, text)
    if (html === undefined) {
      print(await library.queries.renderRun({ id, format, withCommandLine }))
      return
    }
    await writeOutput(html, await library.queries.renderRun({ id, format: 'html', withCommandLine }), options)
    if (isStandardOutput(html)) return
    if (json === true) printJson({ id, file: html })
    else say(`Report: ${html}`)
  })
}
