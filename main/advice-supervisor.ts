import { randomUUID } from 'node:crypto'
import type { mainApi } from '../engine/contract/api.ts'
import type {
  AdviceId,
  AdviceOutcome,
  AdviceProgress,
  AdviceRequest,
  CurrentAdvice,
} from '../engine/contract/advice.ts'
import { Failure } from '../engine/contract/failure.ts'
import type { Emit } from '../engine/contract/ipc/serve.ts'
import type { LibraryProcess } from './library-process.ts'
import type { Session } from './session-process.ts'

type Supervised = {
  readonly id: AdviceId
  readonly request: AdviceRequest
  readonly session: Session
  progress: AdviceProgress | null
  outcome: AdviceOutcome | null
}

export type AdviceSupervisorParts = Readonly<{
  /** On the machine of this name; null: on this one. */
  startSession: (machine: string | null) => Session
  library: Pick<LibraryProcess, 'openRecording'> &
    Readonly<{
      connection: Readonly<{ call: Pick<LibraryProcess['connection']['call'], 'markInterrupted'> }>
    }>
  /** Throws `busy` while something else measures. */
  refuseBeside: () => void
  /** To every window. */
  emit: Emit<typeof mainApi>
  began: () => void
  moved: (progress: AdviceProgress) => void
  ended: (outcome: AdviceOutcome) => void
}>

const cancelMs = 3_000 // the agent is killed at once; a process that does not answer by then is too

/** Lives with the session process of an advice: one at a time, and never beside a run. */
export class AdviceSupervisor {
  private readonly parts: AdviceSupervisorParts
  private current: Supervised | null = null
  private over: Promise<void> = Promise.resolve()

  constructor(parts: AdviceSupervisorParts) {
    this.parts = parts
  }

  async start(request: AdviceRequest, machine: string | null = null): Promise<AdviceId> {
    this.refuse()
    const { library, refuseBeside, startSession } = this.parts
    refuseBeside()
    const session = startSession(machine)
    const recording = library.openRecording()
    const advice: Supervised = { id: randomUUID(), request, session, progress: null, outcome: null }
    this.current = advice
    this.follow(advice)
    session.recordTo(recording)
    try {
      await session.connection.call.advise({ id: advice.id, request })
    } catch (error) {
      await session.stop()
      this.current = null
      throw error
    }
    this.over = session.exited.then(code => this.finish(advice, code))
    this.parts.began()
    this.parts.emit('adviceBegan', { id: advice.id, request, progress: advice.progress })
    return advice.id
  }

  isRunning(): boolean {
    return this.current !== null
  }

  /** What a window that opens now needs in order to show the advice under way. */
  describe(): CurrentAdvice | null {
    if (!this.current) return null
    const { id, request, progress } = this.current
    return { id, request, progress }
  }

  /** Throws `busy` while there is one. */
  refuse(): void {
    if (this.current)
      throw new Failure(
        'busy',
        'The advisor is measuring, and two measurements at once would disturb each other.',
        'Wait for it to end, or cancel it first.',
      )
  }

  async cancel(): Promise<void> {
    await this.current?.session.connection.call.cancelAdvice()
  }

  /** Cancels the advice under way, if any, and returns when its process is gone. */
  async end(): Promise<void> {
    const advice = this.current
    if (!advice) return
    const timer = setTimeout(() => void advice.session.stop(), cancelMs)
    this.cancel().catch(() => advice.session.stop())
    await Promise.all([advice.session.exited, this.over])
    clearTimeout(timer)
  }

  private follow(advice: Supervised): void {
    const { emit, moved } = this.parts
    advice.session.connection.on('adviceProgressed', progress => {
      advice.progress = progress
      emit('adviceProgressed', progress)
      moved(progress)
    })
    advice.session.connection.on('adviceEnded', outcome => {
      advice.outcome = outcome
      void advice.session.stop()
    })
  }

  private finish(advice: Supervised, code: number): void {
    this.current = null
    if (!advice.outcome) void this.interrupt(advice, code)
    const outcome = advice.outcome ?? {
      id: advice.id,
      status: 'failed',
      reason: `${deathWords(code)} Ask again; the samples so far are kept under Runs.`,
      advice: null,
    }
    this.parts.emit('adviceEnded', outcome)
    this.parts.ended(outcome)
  }

  /**
   * Marks the run that was being measured; a library that cannot be asked marks
   * it when it is next opened.
   */
  private async interrupt({ progress }: Supervised, code: number): Promise<void> {
    const id = progress?.runId ?? null
    if (id === null) return
    const { library } = this.parts
    await library.connection.call.markInterrupted({ id, reason: deathWords(code) }).catch(() => undefined)
  }
}

function deathWords(code: number): string {
  return `The process that measured ended unexpectedly (code ${code}).`
}
