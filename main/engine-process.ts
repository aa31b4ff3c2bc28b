import { createInterface } from 'node:readline'
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron'
import type { ConnectMessage, EngineApiName } from '../engine/contract/engine-process.ts'
import type { Logger } from './logging.ts'

export type EngineProcessDescription = Readonly<{
  /** Shown in process lists and in the log. */
  name: string
  /** The bundled module that runs in it. */
  entry: string
  /** Goes to it as JSON in its first argument (engine/contract/engine-process.ts). */
  options: unknown
  /** Its whole environment. */
  environment: Readonly<Record<string, string>>
  log: Logger
}>

/** The part of an engine process that its users need. */
export type RunningEngine = Pick<EngineProcess, 'exited' | 'connect' | 'hand' | 'stop'>

const stopMs = 3_000 // a process that has not ended by then is killed: nothing acknowledged is lost

/** Owns one utility process: starts it, hands it ports, stops it, and knows when it has ended. */
export class EngineProcess {
  readonly name: string
  /** Resolves with the exit code, however it ended. */
  readonly exited: Promise<number>
  private readonly child: UtilityProcess
  private readonly spawned: Promise<void>

  constructor({ name, entry, options, environment, log }: EngineProcessDescription) {
    this.name = name
    this.child = utilityProcess.fork(entry, [JSON.stringify(options)], {
      serviceName: name,
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.exited = new Promise(resolve => this.child.once('exit', resolve))
    this.spawned = new Promise(resolve => this.child.once('spawn', resolve))
    void this.spawned.then(() => log.info(`${name}: started, process ${this.child.pid}`))
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream) createInterface(stream).on('line', line => log.info(`${name}: ${line}`))
    void this.exited.then(code => log.info(`${name}: ended with code ${code}`))
  }

  /** Gives it one end of a new channel, on which `api` is spoken; returns the other. */
  connect(api: EngineApiName): MessagePortMain {
    const { port1, port2 } = new MessageChannelMain()
    this.hand(api, port1)
    return port2
  }

  /** Gives it an end of a channel whose other end is elsewhere. */
  hand(api: EngineApiName, port: MessagePortMain): void {
    const message: ConnectMessage = { kind: 'connect', api }
    this.child.postMessage(message, [port])
  }

  /** Asks it to end, and kills it when it does not. */
  async stop(): Promise<void> {
    // Before there is a process, kill() does nothing.
    await Promise.race([this.spawned, this.exited])
    const { pid } = this.child
    this.child.kill()
    const timer = setTimeout(() => pid !== undefined && process.kill(pid, 'SIGKILL'), stopMs)
    await this.exited
    clearTimeout(timer)
  }
}
