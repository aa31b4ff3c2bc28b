import type { Command } from 'commander'
import { benchmarkNames } from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import { Failure } from '../../contract/failure.ts'
import { reportFormats } from '../../contract/report-format.ts'
import { isMeasuredForItself, type Run } from '../../contract/run.ts'
import { formatBytes } from '../../text/size-text.ts'
import type { Library } from '../../library/library.ts'
import { findRun, withLibrary, type CommonOptions } from '../context.ts'
import { print } from '../terminal.ts'
import { parseChoice, parseFormat, parseSize, parseWholeNumber } from '../parse.ts'

type Options = CommonOptions &
  Readonly<{
    bench: string
    run?: string
    variant?: string
    size?: string
    folio?: string
    tasks?: string
    format: string
  }>

/** `history`: one case over all runs of a machine, and where its level changed. */
export function addHistoryCommand(program: Command): void {
  program
    .command('history')
    .description('show one benchmark over all runs of a machine, and where its level changed')
    .requiredOption('--bench <NAME>', 'the benchmark')
    .option('--run <ID>', 'a run that names machine and variant; by default the newest with the benchmark')
    .option('--variant <LABEL>', 'the variant of that run; by default its first')
    .option('--size <BYTES>', 'size of the region; by default that of the run')
    .option('--folio <BYTES>', 'size of a folio; by default that of the run')
    .option('--tasks <N>', 'task count; by default the first of the run')
    .option('--format <NAME>', reportFormats.join(', '), 'text')
    .option('--db <FILE>', 'the library to read')
    .option('--json', 'the same as --format json')
    .action(history)
}

async function history(options: Options): Promise<void> {
  const format = parseFormat(options)
  await withLibrary(options, async library => {
    const run = await chosenRun(library, options)
    const request = {
      cell: cellFrom(run, options),
      like: { runId: run.summary.id, variantIndex: variantIndexIn(run, options.variant) },
    }
    print(await library.queries.renderHistory({ request, format }))
  })
}

async function chosenRun(library: Library, { bench, run }: Options): Promise<Run> {
  const benchmark = parseChoice('--bench', bench, benchmarkNames)
  if (run !== undefined) return library.queries.getRun(await findRun(library, run))
  const runs = await library.queries.listRuns({ includeDeleted: false })
  const newest = runs.find(other => isMeasuredForItself(other) && other.benchmarks.includes(benchmark))
  if (newest) return library.queries.getRun(newest.id)
  throw new Failure(
    'not-found',
    `The library holds no run of ${benchmark}.`,
    `Start one: folio-lab run --bench ${benchmark}`,
  )
}

/** The cell of the run, with the parameters that were given in place of its own. */
function cellFrom({ cells, plan }: Run, { bench, size, folio, tasks }: Options): Cell {
  const own = cells.find(cell => cell.benchmark === bench)
  if (!own)
    throw new Failure(
      'not-found',
      `The run has not measured ${bench}.`,
      `Choose one of: ${plan.benchmarks.join(', ')}; it ran with ${formatBytes(plan.sizeBytes)}.`,
    )
  const { parameters } = own
  return {
    benchmark: own.benchmark,
    parameters: {
      sizeBytes: size === undefined ? parameters.sizeBytes : parseSize('--size', size),
      folioBytes: folio === undefined ? parameters.folioBytes : parseSize('--folio', folio),
      tasks: tasks === undefined ? parameters.tasks : parseWholeNumber('--tasks', tasks),
    },
  }
}

function variantIndexIn({ plan }: Run, label: string | undefined): number {
  if (label === undefined) return 0
  const index = plan.variants.findIndex(variant => variant.label === label)
  if (index >= 0) return index
  throw new Failure(
    'not-found',
    `The run has no variant “${label}”.`,
    `Choose one of: ${plan.variants.map(variant => variant.label).join(', ')}.`,
  )
}
