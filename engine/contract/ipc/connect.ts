import * as z from 'zod'
import { Failure, FailureRecord, fromFailureRecord } from '../failure.ts'
import type { Api, Client, EventName, EventPayload } from '../api-type.ts'
import type { Port } from '../port.ts'
import { fromText } from './text.ts'

const Reply = z.union([
  z.object({ seq: z.int(), failure: FailureRecord }),
  z.object({ seq: z.int(), output: z.string().optional() }),
])
const Event = z.object({ event: z.string(), payload: z.string().optional() })

type Waiting = Readonly<{
  method: string
  resolve: (output: unknown) => void
  reject: (error: Failure) => void
}>

export type Connection<A extends Api> = Readonly<{
  call: Client<A>
  /** Calls `receive` for each such event; returns the function that ends it. */
  on: <E extends EventName<A>>(event: E, receive: (payload: EventPayload<A, E>) => void) => () => void
}>

/**
 * The asking side of `api` over `port`. Outputs and events are parsed; when the port closes, every
 * waiting call and every later one rejects with code `port-closed`.
 */
export function connect<A extends Api>(api: A, port: Port): Connection<A> {
  const waiting = new Map<number, Waiting>()
  const receivers = new Map<string, Set<(payload: unknown) => void>>()
  let nextSeq = 1
  let closed = false

  port.listen(receive)
  port.onClose(() => {
    closed = true
    for (const { method, reject } of waiting.values()) reject(closedFailure(method))
    waiting.clear()
  })

  function receive(message: unknown): void {
    const reply = Reply.safeParse(message)
    if (reply.success) return settle(reply.data)
    const event = Event.safeParse(message)
    if (!event.success) return
    const schema = Object.hasOwn(api.events, event.data.event) ? api.events[event.data.event] : undefined
    const payload = schema?.safeParse(read(event.data.payload))
    if (payload?.success) receivers.get(event.data.event)?.forEach(receiver => receiver(payload.data))
  }

  function settle(reply: z.infer<typeof Reply>): void {
    const call = waiting.get(reply.seq)
    if (!call) return
    waiting.delete(reply.seq)
    if ('failure' in reply) return call.reject(fromFailureRecord(reply.failure))
    const output = api.requests[call.method]?.output.safeParse(read(reply.output))
    if (output?.success) call.resolve(output.data)
    else call.reject(new Failure('internal', `${call.method}: the answer has an unexpected form.`))
  }

  function request(method: string, input: unknown): Promise<unknown> {
    if (closed) return Promise.reject(closedFailure(method))
    return new Promise((resolve, reject) => {
      const seq = nextSeq++
      waiting.set(seq, { method, resolve, reject })
      port.post({ seq, method, input })
    })
  }

  const methods = Object.keys(api.requests)
  // The object is built from the very declaration that the type is computed from.
  const call = Object.fromEntries(
    methods.map(method => [method, (input: unknown) => request(method, input)]),
  ) as Client<A>

  return {
    call,
    on(event, receiver) {
      const set = receivers.get(event) ?? new Set()
      receivers.set(event, set)
      // Payloads are parsed by the schema of this very event before a receiver sees them.
      set.add(receiver as (payload: unknown) => void)
      return () => set.delete(receiver as (payload: unknown) => void)
    },
  }
}

/** What is no JSON is read as what no schema takes. */
function read(text: string | undefined): unknown {
  try {
    return fromText(text)
  } catch {
    return Symbol('not JSON')
  }
}

function closedFailure(method: string): Failure {
  return new Failure(
    'port-closed',
    `${method}: the process that answers has ended.`,
    'Try again in a moment.',
  )
}
