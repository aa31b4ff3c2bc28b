import type { Quantity } from '../../contract/benchmark.ts'
import { scaleFor } from '../../text/value-text.ts'
import { withUnit, type TableData } from './table.ts'

export type MedianEntry = Readonly<{
  quantity: Quantity
  median: number | null
  interval: Readonly<{ low: number; high: number }> | null
}>

/**
 * Medians and their intervals for programs: three columns for each quantity,
 * every one in a single unit.
 */
export function medianData(entries: readonly MedianEntry[]): TableData {
  const scales = [...new Set(entries.map(({ quantity }) => quantity))].map(quantity => {
    const own = entries.filter(entry => entry.quantity === quantity)
    return {
      quantity,
      scale: scaleFor(
        quantity,
        own.flatMap(({ median }) => median ?? []),
      ),
    }
  })
  return {
    columns: scales.flatMap(({ scale: { unit } }) =>
      ['median', 'low', 'high'].map(name => withUnit(name, unit)),
    ),
    rows: entries.map(({ quantity, median, interval }) =>
      scales.flatMap(({ quantity: other, scale }) =>
        [median, interval?.low ?? null, interval?.high ?? null].map(value =>
          value === null || quantity !== other ? null : value / scale.divisor,
        ),
      ),
    ),
  }
}
