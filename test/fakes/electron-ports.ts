/** Electron's message ports, for tests that run in plain Node. */
import { EventEmitter } from 'node:events'
import type { MessagePortMain } from 'electron'

/**
 * The two ends of a channel. What is posted waits until the other end is started;
 * closing one closes both.
 */
export function electronPorts(): [MessagePortMain, MessagePortMain] {
  const [one, other] = [new End(), new End()]
  one.other = other
  other.other = one
  return [one, other] // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- they stand in for it
}

class End extends EventEmitter {
  other: End | null = null
  private waiting: unknown[] | null = []
  private isClosed = false

  postMessage(message: unknown): void {
    const data: unknown = structuredClone(message)
    queueMicrotask(() => this.other?.take(data))
  }

  start(): void {
    const waiting = this.waiting ?? []
    this.waiting = null
    for (const data of waiting) this.emit('message', { data })
  }

  close(): void {
    for (const end of [this, this.other]) end?.closeOnce()
  }

  private take(data: unknown): void {
    if (this.isClosed) return
    if (this.waiting) this.waiting.push(data)
    else this.emit('message', { data })
  }

  private closeOnce(): void {
    if (this.isClosed) return
    this.isClosed = true
    queueMicrotask(() => this.emit('close'))
  }
}
