import type { Estimate } from '../contract/api.ts'
import type { Plan } from '../contract/plan.ts'
import type { Bytes, Nanoseconds, Seconds } from '../contract/units.ts'
import { benchmarkOf, type BenchmarkName } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import { peakMemoryBytes } from '../contract/presets.ts'
import { expandCells } from './expand-cells.ts'
import { bootCount } from './boot-schedule.ts'
import { maximumPasses, maximumRounds } from './schedule.ts'

/** How long a sample took, set-up included, for each byte of its region. */
export type Pace = Readonly<{ benchmark: BenchmarkName; tasks: number; nsPerByte: number }>

/** Of a byte that a sample has in use at its peak: populated, worked on and freed at some 2 GB/s. */
const defaultNsPerByte = 0.5

/** The same in an emulated processor. */
const emulatedNsPerByte = 10

const secondsPerBoot: Seconds = 10 // of a distribution's kernel in an emulated processor

const overheadNs: Nanoseconds = 10e6 // of a sample without any region: a process, a request, a commit

/**
 * What the whole plan takes at most: under an adaptive stopping rule the run may end before. A cell without a stored pace is
 * reckoned with the default one, and then so is `basis`.
 */
export function estimate(plan: Plan, paces: readonly Pace[]): Estimate {
  const cells = expandCells(plan)
  const passes = maximumPasses(plan)
  const times = cells.map(cell => sampleNs(plan, cell, paces))
  const roundSeconds = (plan.variants.length * times.reduce((sum, time) => sum + time.ns, 0)) / 1e9
  const budget = (plan.stopping.kind === 'resolution' ? plan.stopping.budgetSeconds : null) ?? Infinity
  const seconds = Math.min(passes * roundSeconds, Math.max(budget, roundSeconds * plan.variants.length))
  return {
    samples: Math.floor(Math.min(passes, seconds / roundSeconds)) * cells.length * plan.variants.length,
    seconds: seconds + bootSeconds(plan),
    memoryBytes: memoryOf(plan),
    basis: times.every(time => time.isStored) ? 'stored-samples' : 'default-pace',
    detectable: [],
  }
}

/** Machines run one after the other; each takes all its memory. */
function memoryOf({ variants, benchmarks, tasks, sizeBytes }: Plan): Bytes {
  const machines = variants.flatMap(variant => (variant.target === 'vm' ? [variant.memoryBytes] : []))
  return machines.length > 0 ? Math.max(...machines) : peakMemoryBytes(benchmarks, tasks, sizeBytes)
}

/** Each kernel boots once more before the run begins, to see whether it can. */
function bootSeconds(plan: Plan): Seconds {
  if (plan.target !== 'vm') return 0
  return secondsPerBoot * (bootCount(plan, maximumRounds(plan)) + plan.variants.length - 1)
}

function sampleNs(
  plan: Plan,
  cell: Cell,
  paces: readonly Pace[],
): Readonly<{ ns: Nanoseconds; isStored: boolean }> {
  const { sizeBytes, tasks } = cell.parameters
  const pace = paces.find(other => other.benchmark === cell.benchmark && other.tasks === tasks)
  const inUse: Bytes = sizeBytes * benchmarkOf(cell.benchmark).memoryFactor(tasks)
  const ns = pace
    ? pace.nsPerByte * sizeBytes
    : inUse * (plan.target === 'vm' ? emulatedNsPerByte : defaultNsPerByte)
  return { ns: ns + overheadNs, isStored: pace !== undefined }
}
