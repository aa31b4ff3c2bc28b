import type { MessagePortMain } from 'electron'
import { sessionApi, type MachineReport } from '../engine/contract/api.ts'
import { connect, type Connection } from '../engine/contract/ipc/connect.ts'
import type { EngineProcess } from './engine-process.ts'
import { portOf } from './message-port.ts'

/** A process that drives the agent, for one run or for one question about the machine. */
export class SessionProcess {
  readonly connection: Connection<typeof sessionApi>
  readonly exited: Promise<number>
  private readonly process: EngineProcess

  constructor(process: EngineProcess) {
    this.process = process
    this.exited = process.exited
    this.connection = connect(sessionApi, portOf(process.connect('session')))
  }

  /** Lets it record into the library on the other end of `port`. */
  recordTo(port: MessagePortMain): void {
    this.process.hand('recording', port)
  }

  stop(): Promise<void> {
    return this.process.stop()
  }
}

/** Starts a session process for one request and ends it. */
async function askOnce<T>(
  start: () => EngineProcess,
  ask: (call: Connection<typeof sessionApi>['call']) => Promise<T>,
): Promise<T> {
  const session = new SessionProcess(start())
  try {
    return await ask(session.connection.call)
  } finally {
    await session.stop()
  }
}

/**
 * Asks what this machine is. While a run is under way the last answer is repeated: taking facts would be measured
 * with it.
 */
export function makeMachineInspector(
  start: () => EngineProcess,
  isRunning: () => boolean,
): () => Promise<MachineReport> {
  let last: MachineReport | null = null
  return async () => {
    if (last && isRunning()) return last
    last = await askOnce(start, call => call.inspectMachine())
    return last
  }
}
