/**
 * Counted instructions kernel by kernel, in the order of the plan, and the steps at which an
 * operation changed. Pure.
 */
import { benchmarkOf, controlBenchmarkNames, type BenchmarkName } from '../../contract/benchmark.ts'
import { cellKey, type CaseParameters, type Cell } from '../../contract/case.ts'
import { pageBytesOf } from '../../contract/environment.ts'
import type { Run } from '../../contract/run.ts'
import type { Bytes, Percent } from '../../contract/units.ts'
import { clockOf } from '../../contract/variant.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'
import type { Chart } from './chart.ts'
import { commonParameters, formatChange } from './words.ts'
import { cellName } from '../../text/cell-text.ts'
import { casesOf } from './run-cases.ts'

/** A smaller change from one kernel to the next is not named. */
const leastStepPercent: Percent = 5
/** Fewer kernels are a comparison. */
const fewestKernels = 3

/** Instructions per page of one operation: one count a kernel, null where there is none. */
type Series = Readonly<{
  cell: Cell
  counts: readonly (number | null)[]
  /** All samples of each kernel. */
  values: readonly (readonly number[])[]
}>

export type KernelStep = Readonly<{
  cell: Cell
  /** What the operation is called in the run. */
  name: string
  /** Labels of the kernel before and of the one at which it changed. */
  from: string
  to: string
  percent: Percent
  /**
   * Without what entering the kernel costs, by `getppid` of the same run; null
   * where that is not known.
   */
  ownPercent: Percent | null
}>

/** Whether the run is a history: several kernels by counted instructions. */
export function tellsKernelHistory({ plan }: Run): boolean {
  return (
    plan.bisection === undefined &&
    plan.variants.length >= fewestKernels &&
    plan.variants.every(variant => variant.target === 'vm' && clockOf(variant) === 'instructions')
  )
}

/** Release by operation, and the steps in words; nothing for a run that is no such history. */
export function kernelHistoryTables(run: Run): Table[] {
  if (!tellsKernelHistory(run)) return []
  const all = seriesOf(run)
  const steps = kernelSteps(run)
  return [
    {
      title: `Instructions per page, kernel by kernel. ${commonParameters(run.cells)}`,
      columns: [left('kernel'), left('release'), ...all.map(({ cell }) => right(cellName(cell, run.cells)))],
      rows: run.plan.variants.map(({ label }, index) => [
        textCell(label),
        textCell(releaseOf(run, index)),
        ...all.map(({ counts }) => numberCell(counts[index] ?? null, count => count.toFixed(2))),
      ]),
      notes: controlNotes(run),
    },
    {
      title: `Steps of more than ${leastStepPercent} %, and beyond every sample, from one kernel to the next`,
      columns: [left('operation'), left('from'), left('to'), right('change'), right('without entry')],
      rows: steps.map(({ name, from, to, percent, ownPercent }) => [
        textCell(name),
        textCell(from),
        textCell(to),
        numberCell(percent, value => `${formatChange(value)}%`),
        numberCell(ownPercent, value => `${formatChange(value)}%`),
      ]),
      notes: steps.length === 0 ? ['No operation changed by that much.'] : steps.map(stepWords),
    },
  ]
}

/** `mprotect: +83.0 % at 6.17`. */
export function stepWords({ name, to, percent, ownPercent }: KernelStep): string {
  const own = ownPercent === null ? '' : ` (${formatChange(ownPercent)} % without entering the kernel)`
  return `${name}: ${formatChange(percent)} % at ${to}${own}.`
}

/** Each operation against the first kernel of the run; nothing where their machines differ. */
export function kernelHistoryChart(run: Run): Chart[] {
  if (!tellsKernelHistory(run)) return []
  if (new Set(run.plan.variants.map((_, index) => machineOf(run, index))).size > 1) return []
  const [first] = run.plan.variants
  const bars = seriesOf(run).flatMap(({ cell, counts }, colour) =>
    run.plan.variants.flatMap(({ label }, index) => {
      const percent = changeBetween(counts[0] ?? null, counts[index] ?? null)
      if (percent === null || index === 0) return []
      const series = cellName(cell, run.cells)
      const description = `${series}, ${label}: ${formatChange(percent)} %`
      return [
        {
          group: label,
          series,
          colour,
          value: percent,
          interval: null,
          dots: [],
          region: null,
          isDisturbed: false,
          description,
        },
      ]
    }),
  )
  return [
    { title: `Change of instructions against ${first?.label ?? ''}, kernel by kernel`, unit: '%', bars },
  ]
}

/**
 * Where an operation changed from one kernel to the next that has a count, largest change first.
 */
export function kernelSteps(run: Run): KernelStep[] {
  const all = seriesOf(run)
  const entry = all.find(({ cell }) => cell.benchmark === 'getppid')?.counts
  return all
    .flatMap(series => stepsOf(run, series, entry))
    .sort((one, other) => Math.abs(other.percent) - Math.abs(one.percent))
}

function stepsOf(
  run: Run,
  { cell, counts, values }: Series,
  entry: Series['counts'] | undefined,
): KernelStep[] {
  const { plan, cells } = run
  function own(index: number): number | null {
    const calls = callsPerPage(cell.benchmark, cell.parameters, pageBytesOf(run.environment, index))
    const [count, cost] = [counts[index] ?? null, entry?.[index] ?? null]
    return count === null || cost === null || calls === null ? null : count - calls * cost
  }
  const measured = counts.flatMap((count, index) => (count === null ? [] : [index]))
  return measured.flatMap(index => {
    const before = measured.findLast(
      other => other < index && machineOf(run, other) === machineOf(run, index),
    )
    if (before === undefined) return []
    const percent = changeBetween(counts[before] ?? null, counts[index] ?? null)
    if (percent === null || Math.abs(percent) < leastStepPercent) return []
    if (!areApart(values[before] ?? [], values[index] ?? [])) return []
    const [from = '', to = ''] = [before, index].map(at => plan.variants[at]?.label)
    return [
      {
        cell,
        name: cellName(cell, cells),
        from,
        to,
        percent,
        ownPercent: changeBetween(own(before), own(index)),
      },
    ]
  })
}

/**
 * System calls that the operation makes for each page of the region; null where they are not
 * distinguished.
 */
function callsPerPage(
  benchmark: BenchmarkName,
  { sizeBytes, folioBytes }: CaseParameters,
  pageBytes: Bytes,
): number | null {
  switch (benchmark) {
    case 'remap':
      return pageBytes / folioBytes
    case 'munmap':
    case 'fork':
    case 'fork-many-vmas':
    case 'fork-chain':
    case 'dontneed':
    case 'madvise-free':
    case 'pageout':
    case 'munmap-swapped-forked':
      return pageBytes / sizeBytes
    case 'mprotect':
    case 'mprotect-shared-dirty':
    case 'mremap':
      return (2 * pageBytes) / sizeBytes
    case 'pte-dontneed':
      return 1
    default:
      return null // they fault, or are the entry itself
  }
}

/** Whether every sample of one kernel is beyond every one of the other. */
function areApart(before: readonly number[], after: readonly number[]): boolean {
  return Math.min(...after) > Math.max(...before) || Math.max(...after) < Math.min(...before)
}

function seriesOf(run: Run): Series[] {
  const cases = new Map(casesOf(run).map(own => [`${cellKey(own.case)} ${own.case.variantIndex}`, own]))
  return run.cells
    .filter(({ benchmark }) => benchmarkOf(benchmark).metric === 'time')
    .map(cell => {
      const own = run.plan.variants.map((_, index) => cases.get(`${cellKey(cell)} ${index}`))
      return {
        cell,
        counts: own.map(found => found?.summary?.median ?? null),
        values: own.map(found => found?.values ?? []),
      }
    })
}

function changeBetween(before: number | null, after: number | null): Percent | null {
  return before === null || after === null || before <= 0 ? null : 100 * (after / before - 1)
}

/** What two kernels have in common that only differ by their release. */
function machineOf({ plan, environment }: Run, variantIndex: number): string {
  const variant = plan.variants[variantIndex]
  const processor = variant?.target === 'vm' ? variant.armProcessor : undefined
  return `${processor ?? ''} ${pageBytesOf(environment, variantIndex)}`
}

function releaseOf({ environment }: Run, variantIndex: number): string {
  const guest = environment.guests?.find(other => other.variantIndex === variantIndex)
  return guest?.facts.kernel.release ?? ''
}

function controlNotes({ cells }: Run): string[] {
  const controls = controlBenchmarkNames.filter(name => cells.some(({ benchmark }) => benchmark === name))
  return controls.length === 0
    ? ['Every count includes the cost of entering the kernel; add --bench …,getppid,ioctl to see it.']
    : [`Controls, which have nothing to do with memory, are per call: ${controls.join(', ')}.`]
}
