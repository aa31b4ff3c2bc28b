import { benchmarkOf } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import type { Plan } from '../contract/plan.ts'

/**
 * The cells of a plan, in the order of its benchmarks: one for each, or one for each task
 * count where tasks count.
 */
export function expandCells(plan: Plan): Cell[] {
  const { sizeBytes, folioBytes } = plan
  return plan.benchmarks.flatMap(benchmark => {
    const taskCounts = benchmarkOf(benchmark).metric === 'throughput' ? [...new Set(plan.tasks)] : [1]
    return taskCounts.map(tasks => ({ benchmark, parameters: { sizeBytes, folioBytes, tasks } }))
  })
}
