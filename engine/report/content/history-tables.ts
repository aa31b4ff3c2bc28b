import type { History } from '../../contract/history.ts'
import { formatBytes } from '../../text/size-text.ts'
import { minuteText } from '../../text/time-text.ts'
import { markDisturbed, markNotes } from './disturbance-table.ts'
import { medianData } from './median-data.ts'
import { left, numberCell, right, textCell, type Table, type TableData } from './table.ts'
import { formatFineChange, formatP, formatRange, formatValue } from './words.ts'
import { cellName } from '../../text/cell-text.ts'

/** The history of one case: a row for each run, marked where the level changed. */
export function historyTables(history: History): Table[] {
  const { cell, machineName, points, changes, quantity } = history
  const { sizeBytes, folioBytes } = cell.parameters
  const changeAt = new Map(changes.map(change => [change.index, change]))
  return [
    {
      title: `History of ${cellName(cell)}, ${formatBytes(sizeBytes)} in folios of ${formatBytes(folioBytes)}, on ${machineName}`,
      keys: 3,
      columns: [
        left('date'),
        left('run'),
        left('variant'),
        left('kernel'),
        right('n'),
        right('median'),
        right('95% interval'),
        right('level'),
      ],
      rows: points.map((point, index) => [
        textCell(minuteText(point.at)),
        textCell(point.reference.runId.slice(0, 8)),
        textCell(point.variantLabel),
        textCell(point.kernelRelease),
        numberCell(point.n, String),
        markDisturbed(
          numberCell(point.median, value => formatValue(value, quantity)),
          point.disturbance !== null,
        ),
        textCell(
          point.interval === null ? '-' : formatRange(point.interval.low, point.interval.high, quantity),
        ),
        numberCell(changeAt.get(index)?.percent ?? null, value => `${formatFineChange(value)}%`),
      ]),
      data: historyData(history),
      notes: [
        ...disturbedNotes(points),
        ...changes.map(
          ({ runId, percent, p }) =>
            `The level changed by ${formatFineChange(percent)}% with run ${runId.slice(0, 8)} (p ${formatP(p)}).`,
        ),
        ...(points.length > 0 && changes.length === 0 ? ['No level change detected.'] : []),
        'Intervals cover the variation within each run, not between runs.',
      ],
    },
  ]
}

function disturbedNotes(points: History['points']): string[] {
  const reasons = points.flatMap(({ at, disturbance }) =>
    disturbance === null ? [] : [`${minuteText(at)}: ${disturbance}.`],
  )
  return [...markNotes(reasons.length > 0), ...reasons]
}

/** The same for programs. */
export function historyData({ points, changes, quantity }: History): TableData {
  const medians = medianData(points.map(({ median, interval }) => ({ quantity, median, interval })))
  return {
    columns: ['date', 'run', 'variant', 'kernel', 'n', ...medians.columns, 'level (%)', 'disturbance'],
    rows: points.map((point, index) => [
      minuteText(point.at),
      point.reference.runId,
      point.variantLabel,
      point.kernelRelease,
      point.n,
      ...(medians.rows[index] ?? []),
      changes.find(change => change.index === index)?.percent ?? null,
      point.disturbance,
    ]),
  }
}
