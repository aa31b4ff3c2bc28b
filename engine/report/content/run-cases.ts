/** The cases of a run with the statistics of each by itself. */
import { quantityOf, type Quantity } from '../../contract/benchmark.ts'
import type { Case } from '../../contract/case.ts'
import type { Run } from '../../contract/run.ts'
import { undisturbedOrAll } from '../../contract/undisturbed.ts'
import { clockOf } from '../../contract/variant.ts'
import { sampleValue, type Sample } from '../../contract/sample.ts'
import { caseCauses, loadPart, loadsOf } from '../../statistics/disturbed.ts'
import { summarise, type CaseSummary } from '../../statistics/summary.ts'

export type RunCase = Readonly<{
  case: Case
  quantity: Quantity
  variantLabel: string
  /** In the order of the schedule, warm-up rounds included. */
  samples: readonly Sample[]
  /**
   * What the undisturbed samples outside warm-up rounds contribute, or all valid ones where too few
   * are undisturbed; in the unit of `quantity`.
   */
  values: readonly number[]
  /** Of `values`; null when there are none. */
  summary: CaseSummary | null
  /** Samples outside warm-up rounds that failed their checks. */
  invalidCount: number
  /** Valid samples that count for nothing. */
  disturbedCount: number
  /** Why nothing may be concluded from this case, for people; null when it may. */
  disturbance: string | null
}>

/** Every case of the run, benchmark by benchmark. */
export function casesOf({ cells, plan, samples }: Run): RunCase[] {
  const loads = loadsOf(samples.flatMap(loadPart))
  const groups = groupedByCase(samples)
  return cells.flatMap((cell, cellIndex) =>
    plan.variants.map((variant, variantIndex) => {
      const own = groups.get(`${cellIndex}/${variantIndex}`) ?? []
      const quantity = quantityOf(cell.benchmark, clockOf(variant))
      const measured = own.filter(sample => !sample.warmup)
      const valid = measured.flatMap(({ measurement, voidReason }) => {
        const value = sampleValue(cell.benchmark, clockOf(variant), measurement)
        return value === null ? [] : [{ value, isDisturbed: voidReason !== undefined }]
      })
      const undisturbed = valid.filter(({ isDisturbed }) => !isDisturbed)
      const values = undisturbedOrAll(undisturbed, valid).map(({ value }) => value)
      const causes = caseCauses(loads, cellIndex, { undisturbed: undisturbed.length, all: valid.length })
      return {
        case: { ...cell, variantIndex },
        quantity,
        variantLabel: variant.label,
        samples: own,
        values,
        summary: summarise(values.map(value => ({ value }))),
        invalidCount: measured.length - valid.length,
        disturbedCount: valid.length - undisturbed.length,
        disturbance: causes.length === 0 ? null : causes.join(', '),
      }
    }),
  )
}

/** Each sample is looked at once: a run may have hundreds of thousands, and hundreds of cases. */
function groupedByCase(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = `${sample.cellIndex}/${sample.variantIndex}`
    const group = groups.get(key)
    if (group) group.push(sample)
    else groups.set(key, [sample])
  }
  return groups
}
