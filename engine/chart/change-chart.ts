/**
 * What a chart of changes shows, apart from how it is drawn: the bars and the forests of the
 * screens, the pictures of them, and the figures of a report are drawings of this.
 */
import { cellKey, type Cell } from '../contract/case.ts'
import {
  referenceKey,
  type ChangeRange,
  type Comparison,
  type ComparisonRow,
} from '../contract/comparison.ts'
import type { MachineComparison, MachineRow } from '../contract/machine-comparison.ts'
import { cellName, distinguishingWords } from '../text/cell-text.ts'
import { findingWords } from '../text/machine-text.ts'
import { variantTitle } from '../text/variant-text.ts'
import { toneOf, toneOfFinding, type Tone } from './change-tone.ts'

/** What was measured; the changes of one group are drawn beside each other. */
export type ChangeGroup = Readonly<{
  cell: Cell
  /** In one line, and only as long as the other groups require. */
  name: string
  /** What sets it apart from others of the same benchmark; empty when nothing does. */
  parameters: string
}>

/** Who was compared with the baseline: a variant, a machine, or all machines together. */
export type ChangeSeries = Readonly<{
  name: string
  /** Where there is room for more than the name. */
  fullName: string
  /** Whether it sums up the others. */
  isSummary: boolean
}>

export type ChangeMark = Readonly<{
  group: ChangeGroup
  series: ChangeSeries
  /** Null when nothing was measured that could be compared; then there is no interval either. */
  percent: number | null
  /** The interval of the change by itself; null with too few rounds. */
  interval: ChangeRange | null
  /** What holds together with all others; of a summary, where one more machine is expected. */
  outer: ChangeRange | null
  /** Share of cases in which `interval` holds, 0 to 1; null where it is not known. */
  coverage: number | null
  /** Rounds; of a summary, machines. */
  n: number
  /** What follows from it, in words without a full stop; empty where nothing can. */
  verdict: string
  tone: Tone
  /** Nothing may be concluded from it. */
  isDisturbed: boolean
  /** Changes within ± this are of no interest; null where that is not judged. */
  regionPercent: number | null
  /** The published change of the same stage and benchmark. */
  published: number | null
}>

export type ChangeChart = Readonly<{
  title: string
  groups: readonly ChangeGroup[]
  series: readonly ChangeSeries[]
  /** By group, then by series; a comparison has one for each of both. */
  marks: readonly ChangeMark[]
}>

/**
 * Percent change of every variant, by benchmark.
 * @param publishedTable the published table that is overlaid; null for none
 */
export function comparisonChart(comparison: Comparison, publishedTable: string | null = null): ChangeChart {
  const { variants, cells, rows } = comparison
  const measured = new Map(rows.map(row => [markKey(row), row]))
  const published = new Map(
    comparison.published
      .filter(({ table }) => table === publishedTable)
      .flatMap(table => table.rows)
      .map(row => [markKey(row), row.percent]),
  )
  const series = variants.map(variant => ({ reference: variant.reference, ...seriesOf(comparison, variant) }))
  const groups = cells.map(cell => groupOf(cell, cells))
  return {
    title: 'Change against the baseline',
    groups,
    series,
    marks: groups.flatMap(group =>
      series.map(one => {
        const key = markKey({ cell: group.cell, variant: one.reference })
        return { group, series: one, published: published.get(key) ?? null, ...changeOf(measured.get(key)) }
      }),
    ),
  }
}

function markKey({ cell, variant }: Pick<ComparisonRow, 'cell' | 'variant'>): string {
  return `${referenceKey(variant)} ${cellKey(cell)}`
}

function seriesOf(comparison: Comparison, variant: Comparison['baseline']): ChangeSeries {
  return {
    name: variantTitle(comparison, variant),
    fullName: variantTitle(comparison, variant),
    isSummary: false,
  }
}

function groupOf(cell: Cell, cells: readonly Cell[]): ChangeGroup {
  return {
    cell,
    name: cellName(cell, cells),
    parameters: distinguishingWords(cell, cells).join(', '),
  }
}

function changeOf(row: ComparisonRow | undefined): Omit<ChangeMark, 'group' | 'series' | 'published'> {
  const percent = row?.percent ?? null
  if (!row || percent === null) return { ...nothing, regionPercent: row?.regionPercent ?? null }
  const { low, high, family, coverage, n, verdictText, verdict, regionPercent } = row
  return {
    percent,
    interval: rangeOf(low, high),
    outer: family,
    coverage,
    n,
    verdict: verdictText,
    tone: toneOf(row),
    isDisturbed: verdict === 'disturbed',
    regionPercent,
  }
}

const nothing = {
  percent: null,
  interval: null,
  outer: null,
  coverage: null,
  n: 0,
  verdict: '',
  tone: 'none',
  isDisturbed: false,
} as const

/**
 * The change of each machine against its own baseline, and the mean of all.
 * @param rows those to show, of one variant
 */
export function machineChart(comparison: MachineComparison, rows: readonly MachineRow[]): ChangeChart {
  const { machines, cells, baseline } = comparison
  const ofMachines = machines.map(({ cpu, name }) => ({ name: cpu, fullName: name, isSummary: false }))
  const groups = rows.map(({ cell }) => groupOf(cell, cells))
  return {
    title: `${rows[0]?.variant ?? ''} against the ${baseline} of each machine`,
    groups,
    series: [...ofMachines, ofAll],
    marks: rows
      .flatMap((row, index) =>
        groups
          .slice(index, index + 1)
          .flatMap(group => [
            ...row.changes.map(change => machineMark(change, group, ofMachines[change.machine] ?? ofAll)),
            ...meanMark(row, group),
          ]),
      )
      .map(mark => ({ ...mark, regionPercent: comparison.thresholdPercent })),
  }
}

const ofAll: ChangeSeries = { name: 'mean', fullName: 'mean of all machines', isSummary: true }

function machineMark(
  { percent, low, high, n, finding }: MachineRow['changes'][number],
  group: ChangeGroup,
  series: ChangeSeries,
): Omit<ChangeMark, 'regionPercent'> {
  return {
    group,
    series,
    percent,
    interval: rangeOf(low, high),
    outer: null,
    coverage: null,
    n,
    verdict: findingWords[finding],
    tone: toneOfFinding(finding),
    isDisturbed: finding === 'disturbed',
    published: null,
  }
}

function meanMark({ summary }: MachineRow, group: ChangeGroup): Omit<ChangeMark, 'regionPercent'>[] {
  if (summary === null) return []
  const { percent, interval, prediction, machines } = summary
  const rest = { ...nothing, percent, interval, outer: prediction, n: machines, published: null }
  return [{ group, series: ofAll, ...rest }]
}

function rangeOf(low: number | null, high: number | null): ChangeRange | null {
  return low === null || high === null ? null : { low, high }
}
