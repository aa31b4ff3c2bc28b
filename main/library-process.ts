import type { MessagePortMain } from 'electron'
import { fleetApi, kernelsApi, libraryApi, libraryFilesApi } from '../engine/contract/api.ts'
import { Failure } from '../engine/contract/failure.ts'
import { connect, type Connection } from '../engine/contract/ipc/connect.ts'
import type { Port } from '../engine/contract/port.ts'
import type { RunningEngine } from './engine-process.ts'
import { portOf } from './message-port.ts'
import { makeRelay, type Relay } from './relay.ts'

const maxRestarts = 3 // within `restartWindowMs`; then the windows explain and it stays down
const restartWindowMs = 60_000

export type LibraryProcessCallbacks = Readonly<{
  restarted: (reason: string) => void
  /** It will not be started again. */
  givenUp: (failure: Failure) => void
}>

/**
 * Lives with the library process: from the first use on one is always there, until it has died too
 * often or `stop` is called. Not before, since it would take the processors from the first window.
 */
export class LibraryProcess {
  private ownConnection: Connection<typeof libraryApi> | null = null
  private process: RunningEngine | null = null
  private readonly lines = new Map<Relay, MessagePortMain>()
  private readonly start: () => RunningEngine
  private readonly callbacks: LibraryProcessCallbacks
  private readonly now: () => number
  private restarts: readonly number[] = []
  private failure: Failure | null = null
  private stopping = false

  constructor(start: () => RunningEngine, callbacks: LibraryProcessCallbacks, now: () => number = Date.now) {
    this.start = start
    this.callbacks = callbacks
    this.now = now
  }

  /** Main's own line to it. */
  get connection(): Connection<typeof libraryApi> {
    return (this.ownConnection ??= connect(libraryApi, this.openLine().port))
  }

  /** A line to whichever library process is there; `close` when its user is gone. */
  openLine(): Readonly<{ port: Port; close: () => void }> {
    const relay = makeRelay(libraryApi)
    if (this.failure) relay.fail(this.failure)
    else this.join(relay)
    return {
      port: relay.port,
      close: () => {
        this.lines.get(relay)?.close()
        this.lines.delete(relay)
      },
    }
  }

  /**
   * Main's line for files that the user has chosen, to the process that is
   * there now; pages have none.
   */
  openFiles(): Connection<typeof libraryFilesApi> {
    if (this.failure) throw this.failure
    return connect(libraryFilesApi, portOf(this.running().connect('library-files')))
  }

  /** Main's line for fleets, likewise. */
  openFleets(): Connection<typeof fleetApi> {
    if (this.failure) throw this.failure
    return connect(fleetApi, portOf(this.running().connect('fleet')))
  }

  /** Main's line for kernels to boot, likewise. */
  openKernels(): Connection<typeof kernelsApi> {
    if (this.failure) throw this.failure
    return connect(kernelsApi, portOf(this.running().connect('kernels')))
  }

  /** A line for one session; it closes when this very library process ends. */
  openRecording(): MessagePortMain {
    if (this.failure) throw this.failure
    return this.running().connect('recording')
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.process?.stop()
  }

  /**
   * Runs `action` while nothing has the database open; what windows ask in the meantime
   * waits for the next process.
   */
  async whileStopped<T>(action: () => Promise<T>): Promise<T> {
    await this.stop()
    try {
      return await action()
    } finally {
      this.stopping = false
      this.startAnew()
    }
  }

  private running(): RunningEngine {
    return (this.process ??= this.startProcess())
  }

  private startProcess(): RunningEngine {
    const started = this.start()
    void started.exited.then(code => this.replace(code))
    return started
  }

  private replace(code: number): void {
    if (this.stopping) return
    const reason = `The library process ended unexpectedly (code ${code}).`
    const now = this.now()
    this.restarts = [...this.restarts.filter(at => at > now - restartWindowMs), now]
    if (this.restarts.length > maxRestarts) return this.giveUp(reason)
    this.startAnew()
    this.callbacks.restarted(reason)
  }

  private startAnew(): void {
    this.process = this.startProcess()
    for (const relay of this.lines.keys()) this.join(relay)
  }

  private join(relay: Relay): void {
    const line = this.running().connect('library')
    this.lines.set(relay, line)
    relay.join(portOf(line))
  }

  private giveUp(reason: string): void {
    this.failure = new Failure(
      'internal',
      `${reason} It was restarted ${maxRestarts} times within a minute and ended each time.`,
      'No stored sample is lost. Look into the log, then start Folio Lab again.',
    )
    for (const relay of this.lines.keys()) relay.fail(this.failure)
    this.callbacks.givenUp(this.failure)
  }
}
