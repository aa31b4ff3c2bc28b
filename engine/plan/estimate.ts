import type { Estimate } from '../contract/api.ts'
import type { Plan } from '../contract/plan.ts'
import type { Bytes, Nanoseconds } from '../contract/units.ts'
import { benchmarkOf, type BenchmarkName } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import { peakMemoryBytes } from '../contract/presets.ts'
import { expandCells } from './expand-cells.ts'
import { maximumRounds } from './schedule.ts'

/** How long a sample took, set-up included, for each byte of its region. */
export type Pace = Readonly<{ benchmark: BenchmarkName; tasks: number; nsPerByte: number }>

/** Of a byte that a sample has in use at its peak: populated, worked on and freed at some 2 GB/s. */
const defaultNsPerByte = 0.5

const overheadNs: Nanoseconds = 10e6 // of a sample without any region: a process, a request, a commit

/**
 * What the whole plan takes at most: under an adaptive stopping rule the run may end before. A cell without a stored pace is
 * reckoned with the default one, and then so is `basis`.
 */
export function estimate(plan: Plan, paces: readonly Pace[]): Estimate {
  const cells = expandCells(plan)
  const rounds = plan.warmupRounds + maximumRounds(plan)
  const times = cells.map(cell => sampleNs(cell, paces))
  const roundSeconds = (plan.variants.length * times.reduce((sum, time) => sum + time.ns, 0)) / 1e9
  const budget = (plan.stopping.kind === 'resolution' ? plan.stopping.budgetSeconds : null) ?? Infinity
  const seconds = Math.min(rounds * roundSeconds, Math.max(budget, roundSeconds * plan.variants.length))
  return {
    samples: Math.floor(Math.min(rounds, seconds / roundSeconds)) * cells.length * plan.variants.length,
    seconds,
    memoryBytes: peakMemoryBytes(plan.benchmarks, plan.tasks, plan.sizeBytes),
    basis: times.every(time => time.isStored) ? 'stored-samples' : 'default-pace',
  }
}

function sampleNs(cell: Cell, paces: readonly Pace[]): Readonly<{ ns: Nanoseconds; isStored: boolean }> {
  const { sizeBytes, tasks } = cell.parameters
  const pace = paces.find(other => other.benchmark === cell.benchmark && other.tasks === tasks)
  const inUse: Bytes = sizeBytes * benchmarkOf(cell.benchmark).memoryFactor(tasks)
  const ns = pace ? pace.nsPerByte * sizeBytes : defaultNsPerByte * inUse
  return { ns: ns + overheadNs, isStored: pace !== undefined }
}
