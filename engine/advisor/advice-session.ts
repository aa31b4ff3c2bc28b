/**
 * One advice from the lock of the machine to the library, for the window
 * and the command line alike.
 */
import type { StartAgent } from '../agent/agent.ts'
import type { AdviceId, AdviceOutcome, AdviceProgress, AdviceRequest } from '../contract/advice.ts'
import type { recordingApi } from '../contract/api.ts'
import { Failure, toFailureRecord } from '../contract/failure.ts'
import type { Client } from '../contract/api-type.ts'
import { publishedReferences } from '../comparison/published-tables.ts'
import type { RunLock } from '../process/run-lock.ts'
import type { Clock } from '../process/clock.ts'
import { defaultWaitSeconds, waitUntilQuiet, type MachineWatcher } from '../session/wait-until-quiet.ts'
import { advise } from './advise.ts'

export type AdviceSessionParts = Readonly<{
  startAgent: StartAgent
  recording: Client<typeof recordingApi>
  acquireLock: () => Promise<RunLock>
  clock: Clock
  watcher: MachineWatcher
  applicationVersion: string
  machine?: string | null
  progressed: (progress: AdviceProgress) => void
}>

export class AdviceSession {
  readonly #parts: AdviceSessionParts
  readonly #cancellation = new AbortController()
  #finished: Promise<AdviceOutcome> | undefined

  constructor(parts: AdviceSessionParts) {
    this.#parts = parts
  }

  /**
   * Resolves when the machine is its own; rejects with `busy` while something else
   * measures. `seed` is of the order.
   */
  async start(id: AdviceId, request: AdviceRequest, seed: number): Promise<void> {
    if (this.#finished)
      throw new Failure('busy', 'This session is already answering a question.', 'Wait for it or cancel it.')
    const lock = await this.#parts.acquireLock()
    this.#finished = this.#run(id, request, seed).finally(() => lock.release())
  }

  /** Resolves with how it ended; it must have been started. */
  async finished(): Promise<AdviceOutcome> {
    if (!this.#finished) throw new Error('no advice was started')
    return this.#finished
  }

  /** Ends it at once: there is no advice, and the samples so far stay as a run. */
  cancel(): void {
    this.#cancellation.abort()
  }

  async #run(id: AdviceId, request: AdviceRequest, seed: number): Promise<AdviceOutcome> {
    const { signal } = this.#cancellation
    try {
      if (request.whenQuiet === true) await this.#waitUntilQuiet(id, request)
      const advice = await advise(id, request, seed, {
        ...this.#parts,
        references: publishedReferences(),
        signal,
      })
      await this.#parts.recording.recordAdvice(advice)
      return { id, status: 'complete', reason: '', advice }
    } catch (error) {
      const { message, advice } = toFailureRecord(error)
      const status = signal.aborted ? 'cancelled' : 'failed'
      return { id, status, reason: `${message} ${advice}`.trim(), advice: null }
    }
  }

  async #waitUntilQuiet(id: AdviceId, { budgetSeconds }: AdviceRequest): Promise<void> {
    const { watcher, progressed } = this.#parts
    const { signal } = this.#cancellation
    const before = { id, rounds: 0, elapsedSeconds: 0, budgetSeconds, current: '', runId: null }
    await waitUntilQuiet({
      watcher,
      limitSeconds: defaultWaitSeconds,
      signal,
      progressed: wait => progressed({ ...before, wait }),
    })
  }
}
