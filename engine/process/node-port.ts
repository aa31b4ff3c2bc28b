import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Port } from '../contract/port.ts'

/** A port of Node as a `Port`. */
export function nodePort(port: MessagePort): Port {
  return {
    post: message => port.postMessage(message),
    listen: receive => port.on('message', receive),
    onClose: closed => port.on('close', closed),
  }
}

/** Two ends of one line within this process, and what closes it. */
export function createPortPair(): Readonly<{ ends: readonly [Port, Port]; close: () => void }> {
  const { port1, port2 } = new MessageChannel()
  return { ends: [nodePort(port1), nodePort(port2)], close: () => port1.close() }
}
