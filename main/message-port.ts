import type { MessagePortMain } from 'electron'
import type { Port } from '../engine/contract/port.ts'

/** Electron's message port as a `Port`. */
export function portOf(messagePort: MessagePortMain): Port {
  return {
    post: message => messagePort.postMessage(message),
    listen(receive) {
      messagePort.on('message', event => receive(event.data))
      messagePort.start()
    },
    onClose: closed => messagePort.once('close', closed),
  }
}
