// Simulated tables of a machine on which what is measured depends on what was measured before it.
import type { Plan } from '../../engine/contract/plan.ts'
import { createRandom } from '../../engine/plan/random.ts'
import { schedule } from '../../engine/plan/schedule.ts'
import { elementAt } from '../../engine/statistics/element-at.ts'
import { percentChange } from '../../engine/statistics/log-ratio.ts'
import { medianInterval } from '../../engine/statistics/median-interval.ts'
import { familyConfidence } from '../../engine/statistics/multiple-comparisons.ts'
import { median, quantile } from '../../engine/statistics/quantile.ts'
import { stagesPlan } from './synthetic-run.ts'
import { hostModel } from './statistics-noise.ts'

/**
 * Who leaves something to the next sample: one variant 5 %, or each an amount of its own up to 5 %.
 */
export type Carriers = 'one' | 'each'

const largestCarryOver = Math.log(1.05)

const noiseSeed = 11 // of no other simulation

/** D of each round, by cell and by variant against the first one. */
export type Table = readonly (readonly (readonly number[])[])[]

/** The eight stages by four benchmarks, all equal, measured in this order. */
export function carryOverPlan(order: Plan['order'], rounds: number, seed: number): Plan {
  return {
    ...stagesPlan,
    benchmarks: ['remap', 'munmap', 'fork', 'cow'],
    stopping: { kind: 'rounds', rounds },
    order,
    seed,
  }
}

/** A table in which nothing differs but what variants leave to the sample after theirs. */
export function simulateTable(plan: Plan, carriers: Carriers, trial: number): Table {
  const stream = hostModel('per sample').start(noiseSeed, trial)
  const left = carryOvers(plan.variants.length, carriers, trial)
  const logs = plan.benchmarks.map(() => plan.variants.map((): number[] => []))
  let carried = 0
  for (const { cellIndex, variantIndex } of [...schedule(plan)].flat()) {
    elementAt(elementAt(logs, cellIndex), variantIndex).push(stream.sample() + carried)
    carried = elementAt(left, variantIndex)
  }
  return logs.map(([baseline = [], ...variants]) =>
    variants.map(variant => variant.map((log, round) => log - elementAt(baseline, round))),
  )
}

function carryOvers(variants: number, carriers: Carriers, trial: number): number[] {
  const random = createRandom(noiseSeed, trial, 1)
  const heavy = random.below(variants)
  return Array.from({ length: variants }, (_, variant) =>
    carriers === 'each' ? largestCarryOver * random.fraction() : variant === heavy ? largestCarryOver : 0,
  )
}

/** Whether any row of a table differs from 0 by the interval that holds for all of them. */
export function hasFalseAlarm(table: Table): boolean {
  const rows = table.flat()
  const confidence = familyConfidence(0.95, rows.length)
  return rows.some(row => {
    const interval = medianInterval(row, confidence)
    return interval !== null && (interval.low > 0 || interval.high < 0)
  })
}

/** In percent: one row of twenty shows a larger change, though there is none. */
export function usualBias(tables: readonly Table[]): number {
  const changes = tables.flatMap(table => table.flat().map(row => Math.abs(percentChange(median(row)))))
  return quantile(changes, 0.95)
}
