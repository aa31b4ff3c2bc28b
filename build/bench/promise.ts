import { renderMarkdown } from '../../engine/report/format/markdown.ts'
import { numberCell, right, textCell, left } from '../../engine/report/content/table.ts'
import { medianInterval } from '../../engine/statistics/median-interval.ts'

const confidence = 0.95

/** What was measured, one value a round, and the upper bound that its median should keep. */
export type Measurement = Readonly<{
  name: string
  unit: string
  values: readonly number[]
  /** Null: shown for information. */
  limit: number | null
}>

/** Prints the measurements as a table and sets exit status 1 when a median is above its limit. */
export function printMeasurements(title: string, measurements: readonly Measurement[]): void {
  const rows = measurements.map(measurement => {
    const interval = medianInterval(measurement.values, confidence)
    if (!interval) throw new Error(`${measurement.name}: too few rounds for an interval`)
    return { ...measurement, ...interval }
  })
  const columns = [left('what'), left('unit'), ...['median', 'low', 'high', 'limit', 'rounds'].map(right)]
  const cells = rows.map(({ name, unit, median, low, high, limit, values }) => [
    textCell(name),
    textCell(unit),
    ...[median, low, high, limit].map(value => numberCell(value, shown => shown.toPrecision(3))),
    numberCell(values.length, String),
  ])
  const notes = ['low and high: 95 % interval of the median from order statistics']
  console.log(renderMarkdown([{ title, columns, rows: cells, notes }]))
  if (rows.some(({ median, limit }) => limit !== null && median > limit)) process.exitCode = 1
}
