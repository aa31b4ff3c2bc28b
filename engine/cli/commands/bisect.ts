import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { benchmarkNames, benchmarkOf, type BenchmarkName } from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import { Failure } from '../../contract/failure.ts'
import { sampleValue } from '../../contract/sample.ts'
import { mebibyte, type Percent } from '../../contract/units.ts'
import type { KernelVariant } from '../../contract/variant.ts'
import { bisect, type Bisection } from '../../plan/bisect.ts'
import { left, numberCell, right, textCell, type Table } from '../../report/format/table.ts'
import { renderText } from '../../report/format/text.ts'
import { countGroups } from '../../statistics/exact-comparison.ts'
import { lockForRun, startAgent, type CommonOptions } from '../context.ts'
import { print, printJson, say } from '../terminal.ts'
import { kernelsFrom } from '../kernel-options.ts'
import { parseChoice, parsePercent, parseSize, parseWholeNumber } from '../parse.ts'

type Options = CommonOptions &
  Readonly<{ bench: string; change: string; size: string; folio: string; samples: string; memory?: string }>

/** What one kernel counted, in instructions per page; null: it could not be measured, and why. */
type Finding = Readonly<{ label: string; kernel: string; release: string; count: number | null; why: string }>

/** `bisect`: finds the first of an ordered list of kernels whose benchmark has changed. */
export function addBisectCommand(program: Command): void {
  program
    .command('bisect')
    .description('find the first of several kernels, oldest first, in which a benchmark has changed')
    .argument(
      '<IMAGE...>',
      'kernels as for --kernel of “run”; a folder stands for its files in the order of their names',
    )
    .option('--bench <NAME>', 'the benchmark', 'munmap')
    .option(
      '--change <PERCENT>',
      'how much the executed instructions must differ from those of the first kernel',
      '5%',
    )
    .option('--size <BYTES>', 'size of the region', '64M')
    .option('--folio <BYTES>', 'size of a folio', '2M')
    .option('--samples <N>', 'samples of each kernel, of which the median counts', '3')
    .option('--memory <BYTES>', 'memory of the virtual machine')
    .option('--json', 'print the findings as JSON')
    .action(bisectKernels)
}

async function bisectKernels(images: readonly string[], options: Options): Promise<void> {
  const cell = cellFrom(options)
  const change = parsePercent('--change', options.change)
  const samples = parseWholeNumber('--samples', options.samples)
  const kernels = kernelsOf(images, cell, options)
  const lock = await lockForRun(null)
  try {
    const findings = new Map<number, Finding>()
    const first = await measure(0)
    if (first.count === null)
      throw new Failure('boot-failed', first.why, 'Begin the list with a kernel that can be measured.')
    const result = await bisect(kernels.length, async index => {
      const { count } = await measure(index)
      return count === null ? null : Math.abs(percentOf(count, first.count)) > change
    })
    show(kernels, findings, result, cell, options)

    async function measure(index: number): Promise<Finding> {
      const kernel = kernels[index]
      if (!kernel) throw new Error(`there is no kernel ${index}`)
      say(`Measuring ${kernel.label} (${findings.size + 1} so far, ${kernels.length} in all)`)
      const finding = await measureKernel(kernel, cell, samples)
      findings.set(index, finding)
      return finding
    }
  } finally {
    await lock.release()
  }
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

function kernelsOf(images: readonly string[], cell: Cell, { memory }: Options): KernelVariant[] {
  const names = images.flatMap(image => (isFolder(image) ? filesOf(image) : [image]))
  if (names.length < 2)
    throw new Failure(
      'bad-input',
      'A change lies between two kernels or more.',
      'Give at least two, oldest first.',
    )
  const { sizeBytes } = cell.parameters
  return names.flatMap(kernel =>
    kernelsFrom(
      { kernel, clock: 'instructions', ...(memory === undefined ? {} : { memory }) },
      { benchmarks: [cell.benchmark], tasks: [1], sizeBytes: Math.max(sizeBytes, mebibyte) },
    ),
  )
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

/** Boots a kernel, warms up, and takes the samples. A kernel that does not boot is a finding too. */
async function measureKernel(variant: KernelVariant, cell: Cell, samples: number): Promise<Finding> {
  const { label, kernel } = variant
  try {
    const agent = await startAgent(variant)
    try {
      const { release } = (await agent.facts()).kernel
      await agent.settings(cell.parameters.folioBytes)
      const counts: number[] = []
      for (let sample = 0; sample <= samples; sample++) {
        const measurement = await agent.sample({ variant, cell, seed: 0, cpus: [] })
        const count = sampleValue(cell.benchmark, 'instructions', measurement)
        if (count === null) return { label, kernel, release, count, why: measurement.reason ?? 'invalid' }
        if (sample > 0) counts.push(count) // the first warms up
      }
      return { label, kernel, release, count: mostFrequent(counts), why: '' }
    } finally {
      await agent.close()
    }
  } catch (error) {
    if (!(error instanceof Failure) || !isOfKernel(error)) throw error
    return { label, kernel, release: '', count: null, why: error.message }
  }
}

/** Whether another kernel may do better. */
function isOfKernel({ code }: Failure): boolean {
  return ['boot-failed', 'agent-died', 'unsupported', 'agent-refused', 'agent-protocol'].includes(code)
}

function mostFrequent(counts: readonly number[]): number | null {
  const groups = countGroups(counts)
  const [first] = [...groups].sort((one, other) => other.samples - one.samples)
  return first?.value ?? null
}

function percentOf(count: number, base: number | null): Percent {
  return base === null ? NaN : (100 * (count - base)) / base
}

function show(
  kernels: readonly KernelVariant[],
  findings: ReadonlyMap<number, Finding>,
  { changed, unchanged }: Bisection,
  cell: Cell,
  { json, change }: Options,
): void {
  const names = kernels.map(({ label }) => label)
  if (json === true) {
    const measured = [...findings].sort(([one], [other]) => one - other).map(([, finding]) => finding)
    printJson({
      benchmark: cell.benchmark,
      parameters: cell.parameters,
      firstChanged: changed === null ? null : names[changed],
      lastUnchanged: names[unchanged],
      findings: measured,
    })
    return
  }
  const base = findings.get(0)?.count ?? null
  const conclusion =
    changed === null
      ? `No kernel that was measured differs from ${names[0]} by more than ${change}.`
      : changed === unchanged + 1
        ? `The first that differs by more than ${change} is ${names[changed]}.`
        : `The change lies after ${names[unchanged]} and not after ${names[changed]}; what is between cannot be measured.`
  const table: Table = {
    title: `Instructions per page of ${cell.benchmark}, oldest kernel first`,
    columns: [left('kernel'), left('release'), right('instructions/page'), right('change'), left('finding')],
    rows: kernels.map(({ label }, index) => {
      const finding = findings.get(index)
      const percent = typeof finding?.count === 'number' ? percentOf(finding.count, base) : null
      return [
        textCell(label),
        textCell(finding?.release ?? ''),
        numberCell(finding?.count ?? null, count => count.toFixed(2)),
        numberCell(percent, value => `${(value > 0 ? '+' : '') + value.toFixed(2)}%`),
        textCell(describe(finding, index === changed)),
      ]
    }),
    notes: [conclusion, `${findings.size} of ${kernels.length} kernels were booted.`],
  }
  print(renderText([table]))
}

function describe(finding: Finding | undefined, isFirstChanged: boolean): string {
  if (!finding) return 'not needed'
  if (finding.count === null) return finding.why.split('\n')[0] ?? ''
  return isFirstChanged ? 'first that has changed' : ''
}
