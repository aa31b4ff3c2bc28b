/** The cases of a run with the statistics of each by itself. */
import type { Case } from '../contract/case.ts'
import type { Run } from '../contract/run.ts'
import { sampleValue, type Sample } from '../contract/sample.ts'
import { summarise, type CaseSummary } from '../statistics/summary.ts'

export type RunCase = Readonly<{
  case: Case
  variantLabel: string
  /** In the order of the schedule, warm-up rounds included. */
  samples: readonly Sample[]
  /** Of the valid samples outside warm-up rounds, in ns or bytes per second; null when there are none. */
  summary: CaseSummary | null
  /** Samples outside warm-up rounds that failed their checks. */
  invalidCount: number
}>

/** Every case of the run, benchmark by benchmark. */
export function casesOf({ cells, plan, samples }: Run): RunCase[] {
  return cells.flatMap((cell, cellIndex) =>
    plan.variants.map((variant, variantIndex) => {
      const own = samples.filter(
        sample => sample.cellIndex === cellIndex && sample.variantIndex === variantIndex,
      )
      const measured = own.filter(sample => !sample.warmup)
      const values = measured.flatMap(sample => {
        const value = sampleValue(cell.benchmark, sample.measurement)
        return value === null ? [] : [{ value }]
      })
      return {
        case: { ...cell, variantIndex },
        variantLabel: variant.label,
        samples: own,
        summary: summarise(values),
        invalidCount: measured.length - values.length,
      }
    }),
  )
}
