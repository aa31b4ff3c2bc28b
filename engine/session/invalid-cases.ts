/** Cases of which a run has samples, and none that is valid. Pure. */
import type { Cell } from '../contract/case.ts'
import type { Plan } from '../contract/plan.ts'
import type { Sample } from '../contract/sample.ts'
import { distinguishingWords } from '../text/cell-text.ts'

/** In words for the end of a run; null when each case has a valid sample, or none at all. */
export function nothingValid(
  { variants }: Plan,
  cells: readonly Cell[],
  samples: readonly Sample[],
): string | null {
  const counted = samples.filter(({ warmup }) => !warmup)
  const valid = new Set(counted.filter(({ measurement }) => measurement.valid).map(keyOf))
  const invalid = new Map(
    counted.filter(sample => !valid.has(keyOf(sample))).map(sample => [keyOf(sample), sample]),
  )
  const [first] = [...invalid.values()].sort(
    (one, other) => one.cellIndex - other.cellIndex || one.variantIndex - other.variantIndex,
  )
  if (!first) return null
  const cell = cells[first.cellIndex]
  const what = cell ? [cell.benchmark, ...distinguishingWords(cell, cells)].join(', ') : 'a case'
  const label = variants[first.variantIndex]?.label ?? ''
  const count = invalid.size === 1 ? 'One case has' : `${invalid.size} cases have`
  return (
    `${count} no valid sample. The last one of ${what}, “${label}”: ` +
    `${first.measurement.reason ?? 'no reason was given'}.`
  )
}

function keyOf({ cellIndex, variantIndex }: Sample): string {
  return `${cellIndex} ${variantIndex}`
}
