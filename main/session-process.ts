import type { MessagePortMain } from 'electron'
import { sessionApi } from '../engine/contract/api.ts'
import { connect, type Connection } from '../engine/contract/ipc/connect.ts'
import type { RunningEngine } from './engine-process.ts'
import { portOf } from './message-port.ts'

/** The part of a session process that its supervisors need. */
export type Session = Pick<SessionProcess, 'exited' | 'recordTo' | 'stop'> &
  Readonly<{ connection: Pick<Connection<typeof sessionApi>, 'call' | 'on'> }>

/** A process that drives the agent, for one run or for one question about the machine. */
export class SessionProcess {
  readonly connection: Connection<typeof sessionApi>
  readonly exited: Promise<number>
  private readonly process: RunningEngine

  constructor(process: RunningEngine) {
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
