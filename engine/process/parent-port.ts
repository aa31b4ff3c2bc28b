/** Electron's ports by their structure, so that nothing of the engine imports Electron. */
import { ConnectMessage, type EngineApiName } from '../contract/engine-process.ts'
import type { Port } from '../contract/port.ts'

/** What the engine uses of Electron's `MessagePortMain`. */
type MessagePortMain = {
  postMessage: (message: unknown) => void
  start: () => void
  on: ((event: 'message', listener: (event: { data: unknown }) => void) => unknown) &
    ((event: 'close', listener: () => void) => unknown)
}

/** What the engine uses of the parent port that Electron gives a utility process. */
type ParentPort = {
  on: (
    event: 'message',
    listener: (event: { data: unknown; ports: readonly MessagePortMain[] }) => void,
  ) => unknown
}

/**
 * Calls `connected` for each port that the parent of this utility process hands over. Throws when
 * this process is not one of Electron's utility processes.
 */
export function acceptPorts(connected: (api: EngineApiName, port: Port) => void): void {
  parentPortOf(process).on('message', ({ data, ports }) => {
    const { api } = ConnectMessage.parse(data)
    const [port] = ports
    if (!port) throw new Error(`the message that connects “${api}” came without a port`)
    connected(api, portOf(port))
  })
}

function portOf(port: MessagePortMain): Port {
  return {
    post: message => port.postMessage(message),
    listen(receive) {
      port.on('message', ({ data }) => receive(data))
      port.start() // messages wait in the port until now
    },
    onClose: closed => port.on('close', closed),
  }
}

function parentPortOf(host: object): ParentPort {
  // Electron's own declaration.
  if ('parentPort' in host && host.parentPort) return host.parentPort as ParentPort
  throw new Error('this program is started by Folio Lab as a utility process; use the command line instead')
}
