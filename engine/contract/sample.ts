import * as z from 'zod'
import {
  Amount,
  CounterValue,
  indexBelow,
  lineCharacters,
  listUpTo,
  Moment,
  mostVariants,
  recordUpTo,
  textUpTo,
} from './bounds.ts'
import { quantityOf, type BenchmarkName, type Quantity } from './benchmark.ts'
import type { ClockName } from './clock-name.ts'

export const TaskResults = listUpTo(
  z.object({
    elapsedNs: Amount,
    /** Base pages or bytes, as `work` of the sample. */
    work: Amount,
  }),
  1024,
)

export const SampleCheck = z.object({
  name: textUpTo(lineCharacters),
  passed: z.boolean(),
  detail: textUpTo(lineCharacters),
})

/** What the agent measured: one execution of a case. */
export const Measurement = z.object({
  /** The timed operation alone. */
  elapsedNs: Amount,
  /** Base pages operated on (time benchmarks) or bytes written (throughput benchmarks). */
  work: Amount,
  /** Whether every precondition held; only valid samples enter statistics. */
  valid: z.boolean(),
  /** Why the sample is invalid; null when it is valid. */
  reason: textUpTo(lineCharacters).nullable(),
  checks: listUpTo(SampleCheck, 100),
  tasks: TaskResults,
  /** Page faults of the timed operation, summed over its tasks; earlier samples do not say. */
  pageFaults: Amount.optional().meta({ title: 'Page faults' }),
  counters: recordUpTo(CounterValue, 1000),
  /** Time spent by the agent before and after the timed operation. */
  setupNs: Amount,
  teardownNs: Amount,
  warnings: listUpTo(textUpTo(lineCharacters), 100),
})
export type Measurement = z.infer<typeof Measurement>

/**
 * The fields of a measurement that are shown beside its value wherever single samples are: those
 * with a title.
 */
export const shownFigures: readonly Readonly<{ key: string; title: string }>[] = Object.entries(
  Measurement.shape,
).flatMap(([key, schema]) => {
  const title = schema.meta()?.title
  return title === undefined ? [] : [{ key, title }]
})

/** A place in the schedule of a run. */
export const SamplePlace = z.object({
  /** Position in the whole schedule, from 0; unique within a run. */
  scheduleIndex: indexBelow(1e12),
  /** Round within the run, from 0; warm-up rounds come first and count as well. */
  round: indexBelow(1e6),
  block: indexBelow(1e6),
  /** Discarded warm-up rounds are stored, and left out of statistics. */
  warmup: z.boolean(),
  /** Index of the cell in the plan's expansion, and of the variant in the plan. */
  cellIndex: indexBelow(1000),
  variantIndex: indexBelow(mostVariants),
})
export type SamplePlace = z.infer<typeof SamplePlace>

/** A measurement at its place in a run. */
export const Sample = SamplePlace.extend({
  /**
   * Which session of the run took it: 0 for the first, 1 after the first resume. Two samples of one
   * round taken in different sessions lie minutes or reboots apart and are not paired.
   */
  session: indexBelow(1e6),
  /** Wall-clock time when the request for the sample was sent, milliseconds since 1970 UTC. */
  startedAt: Moment,
  /** From request to reply, seen by the engine. */
  roundTripNs: Amount,
  measurement: Measurement,
  /** What disturbed a valid sample so much that it counts for nothing; absent when nothing did. */
  voidReason: textUpTo(lineCharacters).optional(),
})
export type Sample = z.infer<typeof Sample>

/** What of a measurement its number is made from. */
export type MeasuredWork = Pick<Measurement, 'elapsedNs' | 'work' | 'tasks' | 'valid'>

/**
 * The number a sample contributes to statistics: nanoseconds for time benchmarks; bytes per second,
 * summed over tasks, for throughput benchmarks; instructions per base page by the clock
 * `instructions`. Null when the sample is invalid or the number is not positive.
 */
export function sampleValue(
  benchmark: BenchmarkName,
  clock: ClockName,
  measurement: MeasuredWork,
): number | null {
  if (!measurement.valid) return null
  const value = valueOf(quantityOf(benchmark, clock), measurement)
  return Number.isFinite(value) && value > 0 ? value : null
}

function valueOf(quantity: Quantity, { elapsedNs, work, tasks }: MeasuredWork): number {
  switch (quantity) {
    case 'time':
      return elapsedNs
    case 'throughput':
      return tasks.reduce((sum, task) => sum + (task.work * 1e9) / task.elapsedNs, 0)
    case 'instructions':
      return elapsedNs / work
  }
}
