import * as z from 'zod'
import { indexBelow, listUpTo, Moment, reasonCharacters, textCutAt } from './bounds.ts'
import { BenchmarkName } from './benchmark.ts'
import { Environment } from './environment.ts'
import { QuietWait } from './machine-load.ts'
import { returnsChoices, Returns, StoredReturns } from './returns.ts'
import type { Percent } from './units.ts'

/**
 * Whether a writer that is alone should update counters without atomics, or one call
 * should account many pages.
 */
export const adviceQuestions = ['exclusive-writer', 'batching'] as const
export const AdviceQuestion = z.enum(adviceQuestions)
export type AdviceQuestion = z.infer<typeof AdviceQuestion>

const mostEntries = 1000 // ten benchmarks in five settings by a few candidates are far fewer
const mostCandidates = 64
const mostCpus = 65_536
const mostTasks = 65_536

/** Words of an advice, for people: cut where they are too long, so that the rest is not lost. */
const Words = textCutAt(reasonCharacters)
/** A change in percent: nothing can shrink by more than 100 %. */
const Change = z.number().min(-100).max(Number.MAX_SAFE_INTEGER)
/** A difference between changes, and a time: never negative. */
const Extent = z.number().min(0).max(Number.MAX_SAFE_INTEGER)
const Coverage = z.number().min(0).max(1)

export const AdviceId = z.uuid().toLowerCase()
export type AdviceId = z.infer<typeof AdviceId>

export const AdviceRequest = z.object({
  question: AdviceQuestion,
  /** What measuring may take; it ends earlier when nothing is left to resolve. */
  budgetSeconds: z
    .number('a budget is a number of seconds')
    .min(2, 'a budget is at least 2 s')
    .max(60, 'a budget is at most 60 s')
    .default(60),
  /** How functions of the model return; as the kernel’s, when nothing is said. */
  returns: z.enum(returnsChoices).optional(),
  /** Waits until the machine is quiet; measuring starts at once, when nothing is said. */
  whenQuiet: z.boolean().optional(),
})
export type AdviceRequest = z.infer<typeof AdviceRequest>

export const adviceVerdicts = ['helps', 'hurts', 'no-difference', 'not-resolved'] as const
export const AdviceVerdict = z.enum(adviceVerdicts)
export type AdviceVerdict = z.infer<typeof AdviceVerdict>

/** Where the tasks of a part ran. */
export const AdviceSetting = z.object({
  kind: z.enum(['uncontended', 'tasks', 'smt-siblings', 'across-caches', 'across-sockets']),
  tasks: z.int().min(1).max(mostTasks),
  /** CPUs to which the tasks were pinned, in turn; empty: the scheduler decided. */
  cpus: listUpTo(indexBelow(mostCpus), mostCpus),
  /** For people: “alone”, “2 tasks on SMT siblings”. */
  label: Words,
})
export type AdviceSetting = z.infer<typeof AdviceSetting>

/**
 * Two separately compiled copies of the same scheme, measured like everything else: they show what
 * code layout alone changes.
 */
export const LayoutFloor = z.object({
  percent: Change.nullable(),
  low: Change.nullable(),
  high: Change.nullable(),
  coverage: Coverage.nullable(),
})
export type LayoutFloor = z.infer<typeof LayoutFloor>

/**
 * One operation in one setting, one way of doing it against the shared one. Percent: negative
 * is better for times only.
 */
export const AdvicePart = z.object({
  operation: BenchmarkName,
  setting: AdviceSetting,
  /** Index into `Advice.candidates`. */
  candidate: indexBelow(mostCandidates),
  verdict: AdviceVerdict,
  /** Why, for people; without a full stop. */
  reason: Words,
  /**
   * Change of the candidate against the shared scheme: of time where less is better, of
   * throughput where more is.
   */
  percent: Change.nullable(),
  low: Change.nullable(),
  high: Change.nullable(),
  /** True coverage of the interval, 0 to 1; it holds together with those of all other parts. */
  coverage: Coverage.nullable(),
  /** Rounds that entered. */
  n: z.int().min(0),
  /** δ: changes within ± this are of no interest. */
  regionPercent: Extent,
  layoutFloor: LayoutFloor,
})
export type AdvicePart = z.infer<typeof AdvicePart>

/** What two copies of the same code could differ by, percent; null without an interval. */
export function farthestOf({ low, high }: LayoutFloor): Percent | null {
  return low === null || high === null ? null : Math.max(Math.abs(low), Math.abs(high))
}

/**
 * A way of accounting that was tried: what was measured, and what stands for it
 * in the published series.
 */
export const AdviceCandidate = z.object({
  label: Words,
  scheme: Words,
  /** The verdict over all operations and settings of this candidate. */
  verdict: AdviceVerdict,
})
export type AdviceCandidate = z.infer<typeof AdviceCandidate>

/** What all candidates together say of one operation in one setting. */
export const AdviceOperation = z.object({
  operation: BenchmarkName,
  setting: AdviceSetting,
  verdict: AdviceVerdict,
})
export type AdviceOperation = z.infer<typeof AdviceOperation>

/** A run that an advice rests on: it holds every sample. */
export const AdviceRun = z.object({
  /** Of the run; see `RunId`. */
  id: z.uuid().toLowerCase(),
  /** What it measured, for people: “alone, safe RET”. */
  name: Words,
  /** Rounds that were measured, and how many of them were disturbed in at least one operation. */
  rounds: z.int().min(0),
  voidRounds: z.int().min(0),
})
export type AdviceRun = z.infer<typeof AdviceRun>

/**
 * Background, never evidence: nanoseconds of one instruction, each waiting for the one
 * before it on the same word.
 */
export const InstructionLatency = z.object({ instruction: Words, ns: Extent })
export type InstructionLatency = z.infer<typeof InstructionLatency>

/**
 * The same question under another kind of returns, measured more briefly: background,
 * never part of the verdict.
 */
export const AdviceBackground = z.object({
  returns: Returns,
  verdict: AdviceVerdict,
  sentence: Words,
  candidates: listUpTo(AdviceCandidate, mostCandidates),
  parts: listUpTo(AdvicePart, mostEntries),
})
export type AdviceBackground = z.infer<typeof AdviceBackground>

/**
 * Where a verdict says the opposite of what was published for a processor with the same
 * core and the same returns.
 */
export const Contradiction = z.object({
  cpu: Words,
  operation: BenchmarkName,
  /** Label of the candidate. */
  candidate: Words,
  returns: Returns,
  measuredPercent: Change,
  publishedPercent: Change,
})
export type Contradiction = z.infer<typeof Contradiction>

/**
 * The published machine whose changes are nearest to the measured ones, with
 * the returns of its kernel.
 */
export const Resemblance = z.object({
  machine: Words,
  cpu: Words,
  /** How its kernel returned, and what was measured for the comparison. */
  returns: StoredReturns,
  /**
   * Root mean square difference of the logarithmic changes over the
   * compared operations, in percent.
   */
  distancePercent: Extent,
  /** The runner-up's distance; when it is hardly larger the resemblance says little. */
  nextDistancePercent: Extent.nullable(),
  /** One for each operation that was both published and measured: percent change there and here. */
  compared: listUpTo(
    z.object({
      operation: BenchmarkName,
      /** Label of the candidate; earlier advice did not say. */
      candidate: Words.optional(),
      publishedPercent: Change,
      measuredPercent: Change,
    }),
    mostEntries,
  ),
})
export type Resemblance = z.infer<typeof Resemblance>

export const Advice = z.object({
  id: AdviceId,
  question: AdviceQuestion,
  createdAt: Moment,
  budgetSeconds: Extent,
  elapsedSeconds: Extent,
  environment: Environment,
  /** How functions of the model returned. */
  returns: StoredReturns,
  /** Of the order of samples. */
  seed: z.int().min(0),
  verdict: AdviceVerdict,
  /** One sentence over all parts. */
  sentence: Words,
  /** How the parts were combined into the verdict, in words. */
  rule: Words,
  candidates: listUpTo(AdviceCandidate, mostCandidates),
  parts: listUpTo(AdvicePart, mostEntries),
  /** Absent in earlier advice. */
  operations: listUpTo(AdviceOperation, mostEntries).optional(),
  /** Where every sample can be seen; absent in earlier advice, which kept none. */
  runs: listUpTo(AdviceRun, mostEntries).optional(),
  evidenceFor: listUpTo(Words, mostEntries),
  evidenceAgainst: listUpTo(Words, mostEntries),
  /** What disturbed the measurement; with an entry here nothing is resolved. */
  disturbances: listUpTo(Words, mostEntries),
  /** Empty in advice of a version that measured none. */
  latencies: listUpTo(InstructionLatency, mostEntries),
  /** What to set, in the words of a kernel developer. */
  recommendation: Words,
  resembles: Resemblance.nullable(),
  /** Absent in earlier advice, and where only one kind can be measured. */
  background: AdviceBackground.optional(),
  /** Absent in earlier advice, and where no published processor has this core. */
  contradictions: listUpTo(Contradiction, mostEntries).optional(),
})
export type Advice = z.infer<typeof Advice>

/** How far an advice is. */
export const AdviceProgress = z.object({
  id: AdviceId,
  rounds: z.int().min(0),
  elapsedSeconds: z.number(),
  budgetSeconds: z.number(),
  /** What is being measured, for people: “fork, alone”. */
  current: z.string(),
  /** The run that is being measured; null before the first. */
  runId: z.uuid().toLowerCase().nullable(),
  /** Present while a quiet machine is waited for. */
  wait: QuietWait.optional(),
})
export type AdviceProgress = z.infer<typeof AdviceProgress>

/** An advice under way, with all that a window opened later needs to show it. */
export const CurrentAdvice = z.object({
  id: AdviceId,
  request: AdviceRequest,
  /** Null until the agent has answered. */
  progress: AdviceProgress.nullable(),
})
export type CurrentAdvice = z.infer<typeof CurrentAdvice>

/** How an advice ended: with a stored one, or without. */
export const AdviceOutcome = z.object({
  id: AdviceId,
  status: z.enum(['complete', 'cancelled', 'failed']),
  /** Why there is none, for people; empty when complete. */
  reason: z.string(),
  advice: Advice.nullable(),
})
export type AdviceOutcome = z.infer<typeof AdviceOutcome>
