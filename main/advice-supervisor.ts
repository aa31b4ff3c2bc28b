import { randomUUID } from 'node:crypto'
import type { mainApi } from '../engine/contract/api.ts'
import type { AdviceId, AdviceOutcome, AdviceRequest } from '../engine/contract/advice.ts'
import { Failure } from '../engine/contract/failure.ts'
import type { Emit } from '../engine/contract/ipc/serve.ts'
import type { LibraryProcess } from './library-process.ts'
import type { SessionProcess } from './session-process.ts'

type CurrentAdvice = {
  readonly id: AdviceId
  readonly session: SessionProcess
  outcome: AdviceOutcome | null
}

export type AdviceSupervisorParts = Readonly<{
  startSession: () => SessionProcess
  library: LibraryProcess
  /** To every window. */
  emit: Emit<typeof mainApi>
}>

/** Lives with the session process of an advice: one at a time, and never beside a run, which the run lock sees to. */
export class AdviceSupervisor {
  private readonly parts: AdviceSupervisorParts
  private current: CurrentAdvice | null = null

  constructor(parts: AdviceSupervisorParts) {
    this.parts = parts
  }

  async start(request: AdviceRequest): Promise<AdviceId> {
    if (this.current)
      throw new Failure('busy', 'An advice is being measured.', 'Wait for it to end, or cancel it first.')
    const recording = this.parts.library.openRecording()
    const session = this.parts.startSession()
    const advice: CurrentAdvice = { id: randomUUID(), session, outcome: null }
    this.current = advice
    session.recordTo(recording)
    session.connection.on('adviceProgressed', progress => this.parts.emit('adviceProgressed', progress))
    session.connection.on('adviceEnded', outcome => {
      advice.outcome = outcome
      void session.stop()
    })
    try {
      await session.connection.call.advise({ id: advice.id, request })
    } catch (error) {
      this.current = null
      await session.stop()
      throw error
    }
    void session.exited.then(code => this.finish(advice, code))
    return advice.id
  }

  isRunning(): boolean {
    return this.current !== null
  }

  async cancel(): Promise<void> {
    await this.current?.session.connection.call.cancelAdvice()
  }

  /** Ends what is under way and returns when its process is gone. */
  async end(): Promise<void> {
    await this.current?.session.stop()
  }

  private finish(advice: CurrentAdvice, code: number): void {
    this.current = null
    const reason = `The process that measured ended unexpectedly (code ${code}).`
    this.parts.emit(
      'adviceEnded',
      advice.outcome ?? { id: advice.id, status: 'failed', reason, advice: null },
    )
  }
}
