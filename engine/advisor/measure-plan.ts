/**
 * One plan of an advice, measured by the loop that measures every run, and stored like every run.
 */
import { randomUUID } from 'node:crypto'
import type { StartAgent } from '../agent/agent.ts'
import type { recordingApi } from '../contract/api.ts'
import { Failure } from '../contract/failure.ts'
import type { Client } from '../contract/api-type.ts'
import type { Plan } from '../contract/plan.ts'
import type { Progress, RunId } from '../contract/run.ts'
import type { Sample } from '../contract/sample.ts'
import type { Seconds } from '../contract/units.ts'
import type { Clock } from '../process/clock.ts'
import { Session } from '../session/session.ts'
import type { AdvicePlan } from './advice-plans.ts'
import { reasonToEnd } from './rounds-left.ts'

export type MeasureParts = Readonly<{
  startAgent: StartAgent
  recording: Client<typeof recordingApi>
  clock: Clock
  applicationVersion: string
  signal: AbortSignal
  progressed: (progress: Progress, rounds: number) => void
}>

/** A plan with the run that it became. */
export type MeasuredPlan = AdvicePlan & Readonly<{ runId: RunId; plan: Plan; samples: readonly Sample[] }>

/**
 * Measures until all intervals are narrow, the time is up, or it is clear that too few rounds will
 * be left: each operation needs `needed` undisturbed ones. The caller holds the run lock. Rejects
 * with `cancelled` when `signal` says so.
 */
export async function measurePlan(
  advicePlan: AdvicePlan,
  budgetSeconds: Seconds,
  needed: number,
  { startAgent, recording, clock, applicationVersion, signal, progressed }: MeasureParts,
): Promise<MeasuredPlan> {
  const runId = randomUUID()
  const plan = advicePlan.planFor(budgetSeconds)
  const startedNs = clock.monotonicNs()
  const samples: Sample[] = []
  const session = new Session({
    startAgent,
    recording,
    acquireLock: () => Promise.resolve({ release: () => Promise.resolve() }),
    clock,
    applicationVersion,
    events: {
      progressed: progress => progressed(progress, roundsOf(samples)),
      sampled: event => samples.push(...event.samples),
      ended: () => undefined,
    },
    reasonToEnd: taken =>
      reasonToEnd(plan, taken, needed, {
        elapsedSeconds: (clock.monotonicNs() - startedNs) / 1e9,
        budgetSeconds,
      }),
  })
  signal.throwIfAborted()
  signal.addEventListener('abort', cancel)
  try {
    await session.start(runId, plan)
    const { status, reason } = await session.finished()
    if (status !== 'complete') throw new Failure(status === 'cancelled' ? 'cancelled' : 'internal', reason)
    return { ...advicePlan, runId, plan, samples }
  } finally {
    signal.removeEventListener('abort', cancel)
  }

  function cancel(): void {
    session.cancel()
  }
}

function roundsOf(samples: readonly Sample[]): number {
  const last = samples.at(-1)
  return last === undefined || last.warmup ? 0 : last.round
}
