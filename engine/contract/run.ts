import * as z from 'zod'
import { AdviceId } from './advice.ts'
import { Moment, reasonCharacters, textCutAt } from './bounds.ts'
import { Cell } from './case.ts'
import { Environment } from './environment.ts'
import { Plan } from './plan.ts'
import { Sample } from './sample.ts'

/** In its one canonical form, whichever way it was written: hexadecimal digits in lower case. */
export const RunId = z.uuid().toLowerCase()
export type RunId = z.infer<typeof RunId>

/**
 * `running`: a session owns it; `complete`: its stopping rule was met; `cancelled`: the user ended
 * it; `interrupted`: its session or the machine died; `failed`: it could not go on. All but
 * `running` and `complete` can be resumed.
 */
export const RunStatus = z.enum(['running', 'complete', 'cancelled', 'interrupted', 'failed'])
export type RunStatus = z.infer<typeof RunStatus>

/** A run as lists show it. */
export const RunSummary = z.object({
  id: RunId,
  label: z.string(),
  status: RunStatus,
  /** Why the run ended as it did, for people; empty for a running one. */
  statusReason: z.string(),
  createdAt: Moment,
  endedAt: Moment.nullable(),
  target: z.string(),
  benchmarks: z.array(z.string()),
  variantLabels: z.array(z.string()),
  /** That of the machine; of a run in virtual machines those that were booted, in their order. */
  kernelRelease: z.string(),
  machineName: z.string(),
  sampleCount: z.number(),
  invalidCount: z.number(),
  note: z.string(),
  /** The advice that it was measured for; absent when it was measured for itself. */
  advice: AdviceId.optional(),
  /** What else ran while it was measured, with its figure, for people; empty for a quiet run. */
  disturbances: z.array(z.string()),
  /** When it was deleted; absent for a run that was not. */
  deletedAt: Moment.optional(),
})
export type RunSummary = z.infer<typeof RunSummary>

/** A whole run. */
export const Run = z.object({
  summary: RunSummary,
  plan: Plan,
  cells: z.array(Cell),
  environment: Environment,
  samples: z.array(Sample),
})
export type Run = z.infer<typeof Run>

/** What a run is, without its samples, which may be hundreds of thousands. */
export const RunHead = Run.omit({ samples: true })
export type RunHead = z.infer<typeof RunHead>

/** How far a session is. */
export const Progress = z.object({
  runId: RunId,
  phase: z.enum(['preparing', 'booting', 'conditioning', 'sampling', 'paused', 'finishing']),
  /** Samples taken and to take; the total may shrink or grow under an adaptive stopping rule. */
  done: z.number(),
  total: z.number(),
  elapsedSeconds: z.number(),
  /** Seconds to go at the pace so far; null before there is one. */
  remainingSeconds: z.number().nullable(),
  /** The case under way, for people. */
  current: z.string(),
  /** The one after it, as far as that is decided; empty when it is not. */
  next: z.string(),
  /** As the run's own, so far. */
  disturbances: z.array(z.string()),
})
export type Progress = z.infer<typeof Progress>

export const RunOutcome = z.object({
  runId: RunId,
  status: RunStatus,
  reason: textCutAt(reasonCharacters),
})
export type RunOutcome = z.infer<typeof RunOutcome>

/**
 * Whether a run stands for itself, so that it may be taken where none is named: the
 * runs of an advice do not.
 */
export function isMeasuredForItself({ advice }: RunSummary): boolean {
  return advice === undefined
}
