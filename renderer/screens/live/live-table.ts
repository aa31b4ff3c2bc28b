import { formatScaled, scaleFor, type Scale } from '../../../engine/text/value-text.ts'
import { distinguishingWords } from '../../../engine/text/cell-text.ts'
import type { LiveCase } from '../../view-models/tally.ts'

/** One benchmark with its parameters, and its variants beneath each other in one unit. */
export type LiveGroup = Readonly<{
  cellIndex: number
  title: string
  unit: string
  rows: readonly LiveRow[]
}>

export type LiveRow = Readonly<{
  key: string
  variantLabel: string
  count: string
  invalid: number
  disturbed: number
  median: string
  last: string
  recent: readonly number[]
}>

/**
 * The table of a run under way. A title names folios and tasks only where a benchmark runs with
 * several.
 */
export function liveGroups(cases: readonly LiveCase[]): readonly LiveGroup[] {
  const cells = cases.map(({ cell }) => cell)
  const cellIndexes = [...new Set(cases.map(liveCase => liveCase.cellIndex))]
  return cellIndexes.flatMap(cellIndex => {
    const group = cases.filter(liveCase => liveCase.cellIndex === cellIndex)
    const [first] = group
    if (!first) return []
    const values = group.flatMap(({ median, last }) => [median, last]).filter(value => value !== null)
    const scale = scaleFor(first.quantity, values)
    return [
      {
        cellIndex,
        title: [first.benchmark, ...distinguishingWords(first.cell, cells)].join(', '),
        unit: values.length === 0 ? '' : scale.unit,
        rows: group.map(liveCase => ({
          key: liveCase.key,
          variantLabel: liveCase.variantLabel,
          count: String(liveCase.count),
          invalid: liveCase.invalid,
          disturbed: liveCase.disturbed,
          median: scaled(liveCase.median, scale),
          last: scaled(liveCase.last, scale),
          recent: liveCase.recent,
        })),
      },
    ]
  })
}

function scaled(value: number | null, scale: Scale): string {
  return value === null ? '–' : formatScaled(value, scale)
}
