/** What else ran while something was measured. Pure. */
import type { Seconds } from '../contract/units.ts'

/** What the processors did between two moments. */
export type Occupation = Readonly<{
  elapsed: Seconds
  processors: number
  /** Processor time of everything, of the measuring programs, and taken away by a hypervisor. */
  busy: Seconds
  own: Seconds
  stolen: Seconds
}>

const foreignLimit = 0.2 // of one processor: more than a desktop at rest takes
const stolenLimit = 0.02 // of all processors

/** Reasons not to trust what was measured meanwhile, for people; empty on a quiet machine. */
export function findDisturbances({ elapsed, processors, busy, own, stolen }: Occupation): string[] {
  if (elapsed <= 0) return []
  const foreign = (busy - own) / elapsed
  const share = stolen / (elapsed * processors)
  return [
    ...(foreign > foreignLimit
      ? [`Other programs used ${Math.round(100 * foreign)} % of a processor while this was measured.`]
      : []),
    ...(share > stolenLimit
      ? [`The hypervisor took ${(100 * share).toFixed(1)} % of the processors away while this was measured.`]
      : []),
  ]
}
