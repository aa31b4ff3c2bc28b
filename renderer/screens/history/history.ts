/** What the History screen offers and shows. Pure. */
import { cellKey, type Cell } from '../../../engine/contract/case.ts'
import { referenceKey, type VariantReference } from '../../../engine/contract/comparison.ts'
import type { History, HistoryPoint, HistoryRequest } from '../../../engine/contract/history.ts'
import type { RunSummary } from '../../../engine/contract/run.ts'
import { formatScaled, scaleFor } from '../../../engine/text/value-text.ts'
import type { Timestamp } from '../../../engine/contract/units.ts'
import { describeParameters, formatPercent, formatStart } from '../../../engine/text/format.ts'

/** A variant on a machine whose past can be looked at, known by its newest run. */
export type SeriesChoice = Readonly<{ key: string; label: string; reference: VariantReference }>

/**
 * One choice for each variant label on each machine and target, in the order of the runs, the
 * newest first. What runs on the host is one series whatever its labels: its kernel over time.
 */
export function seriesChoices(runs: readonly RunSummary[]): readonly SeriesChoice[] {
  const choices = new Map<string, SeriesChoice>()
  for (const run of runs.filter(({ sampleCount }) => sampleCount > 0)) {
    for (const [variantIndex, label] of run.variantLabels.entries()) {
      const series = [
        run.machineName,
        targetWords[run.target],
        ...(run.target === 'host' ? [] : [label]),
      ].join(' · ')
      if (choices.has(series)) continue
      const reference = { runId: run.id, variantIndex }
      choices.set(series, { key: referenceKey(reference), label: series, reference })
    }
  }
  return [...choices.values()]
}

const targetWords: Readonly<Record<RunSummary['target'], string>> = {
  host: 'its kernel',
  model: 'model',
  vm: 'virtual machine',
}

/** `cow: 1 GiB in folios of 2 MiB, 1 task`. */
export function cellLabel({ benchmark, parameters }: Cell): string {
  return `${benchmark}: ${describeParameters(parameters)}`
}

type Query = Readonly<Record<string, unknown>>

/**
 * What the address asks for, as far as it exists; the first series and its first cell otherwise.
 */
export function chosenSeries(choices: readonly SeriesChoice[], query: Query): SeriesChoice | null {
  return choices.find(choice => choice.key === query.series) ?? choices[0] ?? null
}

/** The cell that the address asks for, if the series has it; its first one otherwise. */
export function chosenCell(cells: readonly Cell[], query: Query): Cell | null {
  return cells.find(cell => cellKey(cell) === query.cell) ?? cells[0] ?? null
}

/** What to ask the library for; null until something is chosen. */
export function historyRequest(series: SeriesChoice | null, cell: Cell | null): HistoryRequest | null {
  return series && cell ? { cell, like: series.reference } : null
}

export type HistoryRow = Readonly<{
  key: string
  point: HistoryPoint
  at: string
  median: string
  interval: string
  /** What else ran, as a sentence; empty when that was little. */
  disturbance: string
  /** Of the level, where this run begins a new one; empty elsewhere. */
  change: string
}>

export type HistoryTable = Readonly<{ unit: string; rows: readonly HistoryRow[] }>

/** The newest run first. */
export function historyTable({ points, changes, quantity }: History, now: Timestamp): HistoryTable {
  const scale = scaleFor(
    quantity,
    points.map(({ median }) => median),
  )
  const changeAt = new Map(changes.map(change => [change.index, change]))
  const rows = points.map((point, index) => {
    const change = changeAt.get(index)
    return {
      key: referenceKey(point.reference),
      point,
      at: formatStart(point.at, now),
      median: formatScaled(point.median, scale),
      interval:
        point.interval === null
          ? 'too few samples'
          : `${formatScaled(point.interval.low, scale)} to ${formatScaled(point.interval.high, scale)}`,
      disturbance: point.disturbance === null ? '' : sentenceOf(point.disturbance),
      change: change ? formatPercent(change.percent) : '',
    }
  })
  return { unit: scale.unit, rows: rows.reverse() }
}

function sentenceOf(cause: string): string {
  return `${cause.charAt(0).toUpperCase()}${cause.slice(1)}.`
}
