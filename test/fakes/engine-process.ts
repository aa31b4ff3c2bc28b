/**
 * An engine process that answers in this process, through the real contract, and
 * ends when it is told to.
 */
import type { MessagePortMain } from 'electron'
import type { EngineApiName } from '../../engine/contract/engine-process.ts'
import type { Api, Handlers } from '../../engine/contract/api-type.ts'
import type { Port } from '../../engine/contract/port.ts'
import { serve, type Emit } from '../../engine/contract/ipc/serve.ts'
import { electronPorts } from './electron-ports.ts'

export type FakeEngine<A extends Api> = Readonly<{
  exited: Promise<number>
  connect: (api: EngineApiName) => MessagePortMain
  hand: (api: EngineApiName, port: MessagePortMain) => void
  stop: () => Promise<void>
  /** Ends it with this code, as a crash does; its lines close. */
  exit: (code: number) => void
  /** Sends an event on every line that is open. */
  say: Emit<A>
  /** What it was asked for, in order. */
  connected: EngineApiName[]
  handed: [EngineApiName, MessagePortMain][]
  /** How often it was asked to stop. */
  stops: () => number
}>

/**
 * Whichever line it is joined by, it serves `api` there; requests without a
 * handler are refused as unknown.
 */
export function fakeEngine<A extends Api>(api: A, handlers: Partial<Handlers<A>>): FakeEngine<A> {
  const ends: MessagePortMain[] = []
  const lines: Emit<A>[] = []
  let end: (code: number) => void
  const exited = new Promise<number>(resolve => (end = resolve))
  let stops = 0
  const engine: FakeEngine<A> = {
    exited,
    connected: [],
    handed: [],
    stops: () => stops,
    connect(name) {
      const [near, far] = electronPorts()
      engine.connected.push(name)
      ends.push(far)
      lines.push(serve(api, handlers as Handlers<A>, portOf(far)))
      return near
    },
    hand: (name, port) => void engine.handed.push([name, port]),
    exit(code) {
      for (const one of ends) one.close()
      end(code)
    },
    async stop() {
      stops++
      engine.exit(0)
      await exited
    },
    say(name, payload) {
      for (const emit of lines) emit(name, payload)
    },
  }
  return engine
}

function portOf(end: MessagePortMain): Port {
  return {
    post: message => end.postMessage(message),
    listen(receive) {
      end.on('message', ({ data }) => receive(data))
      end.start()
    },
    onClose: closed => end.once('close', closed),
  }
}
