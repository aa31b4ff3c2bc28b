import { randomUUID } from 'node:crypto'
import type { libraryApi, mainApi, sessionApi } from '../engine/contract/api.ts'
import { Failure } from '../engine/contract/failure.ts'
import type { Connection } from '../engine/contract/ipc/connect.ts'
import type { Emit } from '../engine/contract/ipc/serve.ts'
import type { Plan } from '../engine/contract/plan.ts'
import type { Progress, RunId, RunOutcome, RunStatus } from '../engine/contract/run.ts'
import type { LibraryProcess } from './library-process.ts'
import type { Logger } from './logging.ts'
import type { Session } from './session-process.ts'

type Call = Connection<typeof sessionApi>['call']
type LibraryCall = Connection<typeof libraryApi>['call']

type CurrentRun = {
  readonly runId: RunId
  readonly plan: Plan
  readonly session: Session
  /** The library has it. */
  recorded: boolean
  /** Its process answered that it will not run: nothing was recorded. */
  refused: boolean
  progress: Progress | null
  outcome: RunOutcome | null
}

export type RunSupervisorParts = Readonly<{
  /** On the machine of this name; null: on this one. */
  startSession: (machine: string | null) => Session
  library: Pick<LibraryProcess, 'openRecording'> &
    Readonly<{ connection: Readonly<{ call: Pick<LibraryCall, 'getRunHead' | 'markInterrupted'> }> }>
  /** Throws `busy` while something else measures. */
  refuseBeside: () => void
  /** To every window. */
  emit: Emit<typeof mainApi>
  began: () => void
  moved: (progress: Progress) => void
  ended: (outcome: RunOutcome) => void
  log: Logger
}>

const markAttempts = 3 // the library may be dying of the same cause and come back
// A sample of the largest regions ends by itself in less; then its process is killed.
const cancelMs = 10_000

/**
 * Lives with the session process: at most one run at a time; a run whose process
 * dies is marked interrupted.
 */
export class RunSupervisor {
  private readonly parts: RunSupervisorParts
  private current: CurrentRun | null = null
  private over: Promise<void> = Promise.resolve()

  constructor(parts: RunSupervisorParts) {
    this.parts = parts
  }

  async start(plan: Plan, machine: string | null = null): Promise<RunId> {
    return this.startNew(plan, machine, false)
  }

  /** Starts not before the machine is quiet, which may take a while and be cancelled. */
  async startWhenQuiet(plan: Plan): Promise<RunId> {
    return this.startNew(plan, null, true)
  }

  private async startNew(plan: Plan, machine: string | null, whenQuiet: boolean): Promise<RunId> {
    const runId = randomUUID()
    await this.begin({ runId, plan, machine }, call => call.start({ id: runId, plan, whenQuiet }))
    return runId
  }

  async resume(runId: RunId): Promise<void> {
    this.refuse()
    const { library } = this.parts
    const { plan, environment } = await library.connection.call.getRunHead(runId)
    const machine = environment.machine ?? null
    await this.begin({ runId, plan, machine }, call => call.resume(runId))
  }

  async pause(): Promise<void> {
    await this.call().pause()
  }

  async proceed(): Promise<void> {
    await this.call().proceed()
  }

  async cancel(): Promise<void> {
    await this.call().cancel()
  }

  isRunning(): boolean {
    return this.current !== null
  }

  /**
   * What a window that opens now needs in order to show the run under way; null as long as
   * there is nothing to show.
   */
  describe(): { runId: RunId; plan: Plan; progress: Progress | null; status: RunStatus } | null {
    if (!this.current?.recorded) return null
    const { runId, plan, progress } = this.current
    return { runId, plan, progress, status: 'running' }
  }

  /** Throws `busy` while there is one. */
  refuse(): void {
    if (this.current)
      throw new Failure(
        'busy',
        'A run is under way, and two measurements at once would disturb each other.',
        'Wait for it to end, or cancel it first.',
      )
  }

  /** Cancels the run under way, if any, and returns when its process is gone. */
  async end(): Promise<void> {
    const run = this.current
    if (!run) return
    const timer = setTimeout(() => void run.session.stop(), cancelMs)
    run.session.connection.call.cancel().catch(async (error: unknown) => {
      this.parts.log.error('The run could not be cancelled and is interrupted', error)
      await run.session.stop()
    })
    await this.over
    clearTimeout(timer)
  }

  private async begin(
    { runId, plan, machine }: Readonly<{ runId: RunId; plan: Plan; machine: string | null }>,
    request: (call: Call) => Promise<void>,
  ): Promise<void> {
    this.refuse()
    const { library, refuseBeside, startSession } = this.parts
    refuseBeside()
    const session = startSession(machine)
    const recording = library.openRecording()
    const run: CurrentRun = {
      runId,
      plan,
      session,
      recorded: false,
      refused: false,
      progress: null,
      outcome: null,
    }
    this.current = run
    this.follow(run)
    session.recordTo(recording)
    this.over = session.exited.then(code => this.finish(run, code))
    try {
      await request(session.connection.call)
    } catch (error) {
      run.refused = !(error instanceof Failure && error.code === 'port-closed')
      await session.stop()
      await this.over
      throw error
    }
    run.recorded = true
    this.parts.began()
  }

  private follow(run: CurrentRun): void {
    const { emit, moved } = this.parts
    run.session.connection.on('progressed', progress => {
      run.progress = progress
      emit('progressed', progress)
      moved(progress)
    })
    run.session.connection.on('quietAwaited', wait => emit('quietAwaited', wait))
    run.session.connection.on('sampled', samples => emit('sampled', samples))
    run.session.connection.on('ended', outcome => {
      run.outcome = outcome
      void run.session.stop()
    })
  }

  private async finish(run: CurrentRun, code: number): Promise<void> {
    const outcome = run.outcome ?? (run.refused ? null : await this.interrupt(run, code))
    this.current = null
    if (!outcome) return
    this.parts.emit('ended', outcome)
    this.parts.ended(outcome)
  }

  private async interrupt(run: CurrentRun, code: number): Promise<RunOutcome> {
    const reason = `The process that measured ended unexpectedly (code ${code}). Stored samples are complete.`
    await this.markInterrupted(run.runId, reason)
    return { runId: run.runId, status: 'interrupted', reason }
  }

  private async markInterrupted(id: RunId, reason: string): Promise<void> {
    const { library, log } = this.parts
    for (let attempt = 1; attempt <= markAttempts; attempt++) {
      try {
        await library.connection.call.markInterrupted({ id, reason })
        return
      } catch (error) {
        log.warn(`Run ${id} could not be marked interrupted (attempt ${attempt}): ${String(error)}`)
        // The library marks it when it is next opened.
        if (!(error instanceof Failure) || error.code !== 'port-closed') return
      }
    }
  }

  private call(): Call {
    if (!this.current) throw new Failure('not-found', 'No run is under way.', 'Start one first.')
    return this.current.session.connection.call
  }
}
