import type { Command } from 'commander'
import { findRun, withLibrary } from '../context.ts'
import { print, printJson, say } from '../terminal.ts'
import { Failure } from '../../contract/failure.ts'
import { otherSystems, OtherSystem, type ExportedFile } from '../../contract/other-system.ts'
import type { RunId } from '../../contract/run.ts'
import { ReportFormat, reportFormats } from '../../contract/report-format.ts'
import {
  commandLineOption,
  isStandardOutput,
  overwriteOption,
  writeOutput,
  type OutputOptions,
} from '../output-file.ts'
import { writeFolder } from '../output-folder.ts'
import { parseChoice } from '../parse.ts'

type Options = OutputOptions & Readonly<{ html?: string; format: string; folder?: string }>

const formats = [...reportFormats, ...otherSystems] as const

/** `report`: a run, or several, as one document. */
export function addReportCommand(program: Command): void {
  program
    .command('report <ID...>')
    .description('write a run as a document, or several, each in tables of its own')
    .option('--html <FILE>', 'write an HTML page that needs no network; - for standard output')
    .option(...overwriteOption)
    .option(...commandLineOption)
    .option('--format <NAME>', `without --html, print it as ${formats.join(', ')}`, 'text')
    .option('--folder <FOLDER>', 'with --format mmtests, the folder to write; it must not exist yet')
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'the same as --format json; with --html, print what was written as JSON')
    .action(report)
}

async function report(texts: readonly string[], { html, json, ...options }: Options): Promise<void> {
  const { withCommandLine = false } = options
  const format = json === true ? 'json' : parseChoice('--format', options.format, formats)
  await withLibrary(options, async library => {
    const ids = await Promise.all(texts.map(text => findRun(library, text)))
    const system = OtherSystem.safeParse(format)
    if (system.success) {
      const id = onlyOne(ids, format)
      return writeForSystem(await library.queries.filesForSystem({ id, system: system.data }), options)
    }
    if (html === undefined) {
      print(await library.queries.renderRuns({ ids, format: ReportFormat.parse(format), withCommandLine }))
      return
    }
    await writeOutput(
      html,
      await library.queries.renderRuns({ ids, format: 'html', withCommandLine }),
      options,
    )
    if (isStandardOutput(html)) return
    if (json === true) printJson({ ids, file: html })
    else say(`Report: ${html}`)
  })
}

function onlyOne([first, ...others]: readonly RunId[], format: string): RunId {
  if (first !== undefined && others.length === 0) return first
  throw new Failure(
    'bad-input',
    `A file of the format ${format} holds one run.`,
    'Write one for each, or choose another format.',
  )
}

/** Prints the one file of a system, or writes its many into a new folder. */
async function writeForSystem(
  files: readonly ExportedFile[],
  { folder }: Readonly<{ folder?: string }>,
): Promise<void> {
  const [only, ...others] = files
  if (only && others.length === 0 && folder === undefined) {
    print(only.text)
    return
  }
  if (folder === undefined)
    throw new Failure(
      'bad-input',
      `This format has ${files.length} files.`,
      'Name a new folder for them: --folder FOLDER',
    )
  await writeFolder(folder, files)
  say(`${files.length} files: ${folder}`)
}
