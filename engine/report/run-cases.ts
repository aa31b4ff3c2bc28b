/** The cases of a run with the statistics of each by itself. */
import { quantityOf, type Quantity } from '../contract/benchmark.ts'
import type { Case } from '../contract/case.ts'
import type { Run } from '../contract/run.ts'
import { clockOf } from '../contract/variant.ts'
import { sampleValue, type Sample } from '../contract/sample.ts'
import { summarise, type CaseSummary } from '../statistics/summary.ts'

export type RunCase = Readonly<{
  case: Case
  quantity: Quantity
  variantLabel: string
  /** In the order of the schedule, warm-up rounds included. */
  samples: readonly Sample[]
  /** What the valid samples outside warm-up rounds contribute, in the unit of `quantity`. */
  values: readonly number[]
  /** Of `values`; null when there are none. */
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
      const quantity = quantityOf(cell.benchmark, clockOf(variant))
      const measured = own.filter(sample => !sample.warmup)
      const values = measured.flatMap(sample => {
        const value = sampleValue(cell.benchmark, clockOf(variant), sample.measurement)
        return value === null ? [] : [value]
      })
      return {
        case: { ...cell, variantIndex },
        quantity,
        variantLabel: variant.label,
        samples: own,
        values,
        summary: summarise(values.map(value => ({ value }))),
        invalidCount: measured.length - values.length,
      }
    }),
  )
}
