import { randomUUID } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { benchmarkNames, benchmarkOf, type BenchmarkName } from '../../contract/benchmark.ts'
import type { BisectionReport } from '../../contract/bisection.ts'
import type { Cell } from '../../contract/case.ts'
import { Failure } from '../../contract/failure.ts'
import { Plan } from '../../contract/plan.ts'
import type { Run } from '../../contract/run.ts'
import { mebibyte } from '../../contract/units.ts'
import type { KernelVariant } from '../../contract/variant.ts'
import { left, numberCell, right, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import { bisectionReport, findingOf } from '../../plan/bisection.ts'
import { withLibrary, type CommonOptions } from '../context.ts'
import { executeSession, recordingTo, statusOf } from '../execute-session.ts'
import { archOption, armProcessorOption, kernelsFrom } from '../kernel-options.ts'
import { parseChoice, parsePercent, parseSize, parseWholeNumber } from '../parse.ts'
import { planFailure } from '../plan-failure.ts'
import { print, printJson, say } from '../terminal.ts'

type Options = CommonOptions &
  Readonly<{
    bench: string
    change: string
    size: string
    folio: string
    samples: string
    memory?: string
    arch?: string
    cpu?: string
    label?: string
  }>

/** `bisect`: finds the first of an ordered list of kernels whose benchmark has changed. */
export function addBisectCommand(program: Command): void {
  program
    .command('bisect')
    .description('find the first of several kernels, oldest first, in which a benchmark changed')
    .argument(
      '<IMAGE...>',
      'kernels, as for “run --kernel”; a folder means its files in order of their names',
    )
    .option('--bench <NAME>', 'the benchmark', 'munmap')
    .option(
      '--change <PERCENT>',
      'by how much the instruction count must differ from that of the first kernel',
      '5%',
    )
    .option('--size <BYTES>', 'size of the region', '64M')
    .option('--folio <BYTES>', 'size of a folio', '2M')
    .option('--samples <N>', 'samples of each kernel; their median is used', '3')
    .option(...archOption)
    .option(...armProcessorOption)
    .option('--memory <BYTES>', 'memory of the virtual machine')
    .option('--label <TEXT>', 'name of the run')
    .option('--db <FILE>', 'the library to store in')
    .option('--json', 'print the findings as JSON')
    .action(bisectKernels)
}

async function bisectKernels(images: readonly string[], options: Options): Promise<void> {
  const plan = planFrom(images, options)
  await withLibrary(options, async library => {
    const id = randomUUID()
    const outcome = await executeSession(recordingTo(library), session => session.start(id, plan))
    say(`Run ${id} ${outcome.status}: ${outcome.reason}`)
    if (outcome.status !== 'complete') say(`To continue it: folio-lab runs resume ${id}`)
    process.exitCode = statusOf(outcome)
    await show(await library.queries.getRun(id), options)
  })
}

function planFrom(images: readonly string[], options: Options): Plan {
  const cell = cellFrom(options)
  const kernels = withOwnLabels(kernelsOf(images, cell, options))
  const plan = Plan.safeParse({
    label: options.label ?? `bisection of ${cell.benchmark} over ${kernels.length} kernels`,
    target: 'vm',
    benchmarks: [cell.benchmark],
    variants: kernels,
    sizeBytes: cell.parameters.sizeBytes,
    folioSizes: [cell.parameters.folioBytes],
    tasks: [1],
    stopping: { kind: 'rounds', rounds: parseWholeNumber('--samples', options.samples) },
    warmupRounds: 1,
    order: 'williams',
    seed: 0,
    changeSettings: false,
    cpus: [],
    bisection: { changePercent: parsePercent('--change', options.change) },
  })
  if (plan.success) return plan.data
  throw planFailure(plan.error, 'bisect')
}

/** One image may stand in the list twice, and two folders may have files of one name. */
function withOwnLabels(kernels: readonly KernelVariant[]): KernelVariant[] {
  return kernels.map((kernel, index) => {
    const same = kernels.slice(0, index).filter(({ label }) => label === kernel.label).length
    return same === 0 ? kernel : { ...kernel, label: `${kernel.label} (${same + 1})` }
  })
}

function cellFrom(options: Options): Cell {
  const benchmark: BenchmarkName = parseChoice('--bench', options.bench, benchmarkNames)
  if (benchmarkOf(benchmark).metric !== 'time')
    throw new Failure(
      'bad-input',
      `${benchmark} measures throughput, which counted instructions do not have.`,
      `Choose one of: ${benchmarkNames.filter(name => benchmarkOf(name).metric === 'time').join(', ')}.`,
    )
  return {
    benchmark,
    parameters: {
      sizeBytes: parseSize('--size', options.size),
      folioBytes: parseSize('--folio', options.folio),
      tasks: 1,
    },
  }
}

function kernelsOf(images: readonly string[], cell: Cell, options: Options): KernelVariant[] {
  const names = images.flatMap(image => (isFolder(image) ? filesOf(image) : [image]))
  const { sizeBytes } = cell.parameters
  const { memory, arch, cpu } = options
  const machine = {
    ...(memory === undefined ? {} : { memory }),
    ...(arch === undefined ? {} : { arch }),
    ...(cpu === undefined ? {} : { cpu }),
  }
  const kernels = names.flatMap(kernel =>
    kernelsFrom(
      { kernel, clock: 'instructions', ...machine },
      { benchmarks: [cell.benchmark], tasks: [1], sizeBytes: Math.max(sizeBytes, mebibyte) },
    ),
  )
  if (kernels.length < 2)
    throw new Failure(
      'bad-input',
      'A search needs at least two kernels.',
      'Give at least two, oldest first, a folder of them, or a range of fetched ones such as 6.1..7.3.',
    )
  return kernels
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function filesOf(folder: string): string[] {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return readdirSync(folder)
    .sort(compare)
    .map(name => path.join(folder, name))
}

/** What was found; of a bisection that has not ended, as far as it has come. */
async function show(run: Run, { json }: Options): Promise<void> {
  const { plan, samples, summary, environment, cells } = run
  const guests = environment.guests ?? []
  const report = await bisectionReport({ plan, samples, summary, guests })
  if (json === true) printJson(asJson(run, report))
  else if (report.sentence !== null) print(renderText([tableOf(cells[0]?.benchmark ?? '', report)]))
}

function asJson(
  { plan, samples, summary, cells, environment }: Run,
  { changed, unchanged }: BisectionReport,
) {
  const { id, status, statusReason } = summary
  const measured = { plan, samples, guests: environment.guests ?? [] }
  return {
    run: { id, status, statusReason },
    benchmark: cells[0]?.benchmark,
    parameters: cells[0]?.parameters,
    firstChanged: plan.variants[changed ?? -1]?.label ?? null,
    lastUnchanged: plan.variants[unchanged ?? -1]?.label ?? null,
    findings: plan.variants.map((_, index) => findingOf(measured, index)).filter(finding => finding !== null),
  }
}

function tableOf(benchmark: string, { kernels, sentence, booted }: BisectionReport): Table {
  return {
    title: `Instructions per page of ${benchmark}, oldest kernel first`,
    columns: [left('kernel'), left('release'), right('instructions/page'), right('change'), left('finding')],
    rows: kernels.map(({ label, release, count, changePercent, note }) => [
      textCell(label),
      textCell(release),
      numberCell(count, value => value.toFixed(2)),
      numberCell(changePercent, value => `${(value > 0 ? '+' : '') + value.toFixed(2)}%`),
      textCell(note),
    ]),
    notes: [sentence ?? '', `${booted} of ${kernels.length} kernels were booted.`],
  }
}
