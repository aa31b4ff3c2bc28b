import type { Estimate } from '../contract/api.ts'
import type { Plan } from '../contract/plan.ts'
import type { Bytes, Nanoseconds, Percent, Seconds } from '../contract/units.ts'
import type { Variant } from '../contract/variant.ts'
import { benchmarkOf, type BenchmarkName } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import { peakMemoryBytes } from './presets.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import { familyConfidence } from '../statistics/multiple-comparisons.ts'
import { expandCells } from './expand-cells.ts'
import { bootCount } from './boot-schedule.ts'
import { maximumPasses, maximumRounds } from './schedule.ts'

/** How long a sample took, set-up included, for each byte of its region. */
export type Pace = Readonly<{
  benchmark: BenchmarkName
  folioBytes: Bytes
  tasks: number
  nsPerByte: number
}>

/** What is known of the noise of the machine that the plan will run on. */
export type KnownNoise = Readonly<{
  floorFor: (variant: Variant, cell: Cell) => Readonly<{ floorPercent: Percent }> | null
  detectableFor: (variant: Variant, cell: Cell, rounds: number, confidence: number) => Percent | null
}>

/**
 * Of a byte that a sample has in use at its peak: populated, worked on and freed at some 2 GB/s.
 */
const defaultNsPerByte = 0.5

/** The same in an emulated processor. */
const emulatedNsPerByte = 10

const secondsPerBoot: Seconds = 10 // of a distribution's kernel in an emulated processor

// Of a sample without any region: a process, a request, a commit.
const overheadNs: Nanoseconds = 10e6

/**
 * What the whole plan takes at most: under an adaptive stopping rule the run may end before. A cell
 * without a stored pace is reckoned with the default one, and then so is `basis`.
 */
export function estimate(plan: Plan, paces: readonly Pace[], noise: KnownNoise): Estimate {
  const cells = expandCells(plan)
  const passes = maximumPasses(plan)
  const times = cells.map(cell => sampleNs(plan, cell, paces))
  const roundSeconds = (plan.variants.length * times.reduce((sum, time) => sum + time.ns, 0)) / 1e9
  const budget = (plan.stopping.kind === 'resolution' ? plan.stopping.budgetSeconds : null) ?? Infinity
  const seconds = Math.min(passes * roundSeconds, Math.max(budget, roundSeconds * plan.variants.length))
  const fittingPasses = Math.floor(Math.min(passes, seconds / roundSeconds))
  return {
    samples: fittingPasses * cells.length * plan.variants.length,
    seconds: seconds + bootSeconds(plan),
    memoryBytes: memoryOf(plan),
    basis: times.every(time => time.isStored) ? 'stored-samples' : 'default-pace',
    detectable: detectableIn(plan, cells, fittingPasses - plan.warmupRounds, noise),
  }
}

/** What so many rounds can show in each cell; of a single variant nothing is compared. */
function detectableIn(
  { variants }: Plan,
  cells: readonly Cell[],
  rounds: number,
  { floorFor, detectableFor }: KnownNoise,
): Estimate['detectable'] {
  const [baseline] = variants
  const rows = cells.length * (variants.length - 1)
  if (!baseline || rows === 0) return []
  const confidence = familyConfidence(defaultConfidence, rows)
  return cells.map(cell => ({
    cell,
    percent: detectableFor(baseline, cell, rounds, confidence),
    noiseFloorPercent: floorFor(baseline, cell)?.floorPercent ?? null,
  }))
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
  const { sizeBytes, folioBytes, tasks } = cell.parameters
  const pace = paces.find(
    other => other.benchmark === cell.benchmark && other.folioBytes === folioBytes && other.tasks === tasks,
  )
  const inUse: Bytes = sizeBytes * benchmarkOf(cell.benchmark).memoryFactor(tasks)
  const ns = pace
    ? pace.nsPerByte * sizeBytes
    : inUse * (plan.target === 'vm' ? emulatedNsPerByte : defaultNsPerByte)
  return { ns: ns + overheadNs, isStored: pace !== undefined }
}
