/** Which variants stand for the same thing, whatever their labels are. */
import type { Variant } from '../contract/variant.ts'

/**
 * Equal for variants that make one history. Of the host it is any kernel: what
 * changed with it is looked for.
 */
export function seriesKind(variant: Variant): string {
  const { label: _, ...rest } = variant
  return JSON.stringify(rest)
}
