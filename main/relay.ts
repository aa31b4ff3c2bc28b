import * as z from 'zod'
import { Failure, toFailureRecord } from '../engine/contract/failure.ts'
import type { Api } from '../engine/contract/api-type.ts'
import type { Port } from '../engine/contract/port.ts'
import { Request as RequestSchema } from '../engine/contract/ipc/serve.ts'

type Request = z.infer<typeof RequestSchema>

const Answer = z.object({ seq: z.int() })

export type Relay = Readonly<{
  /** The end that asks. It never closes. */
  port: Port
  /**
   * Puts a process on the other end, in place of the one before, and hands it
   * what was asked in between.
   */
  join: (server: Port) => void
  /** Ends the relay for good: every waiting and later request is answered with `failure`. */
  fail: (failure: Failure) => void
}>

/**
 * A line of `api` to a process that may die and be replaced. It looks at envelopes only, never at
 * inputs or outputs. Requests that a process took with it are answered with `port-closed`.
 */
export function makeRelay(api: Api): Relay {
  const waiting = new Map<number, string>()
  let held: Request[] = []
  let receive: ((message: unknown) => void) | null = null
  let current: Port | null = null
  let failed: Failure | null = null

  return {
    port: { post, listen: receiver => (receive = receiver), onClose: () => undefined },
    join,
    fail(failure) {
      failed = failure
      held = []
      lose()
    },
  }

  function post(message: unknown): void {
    const parsed = RequestSchema.safeParse(message)
    if (!parsed.success) return // not a request: nobody waits for an answer to it
    const request = parsed.data
    if (!Object.hasOwn(api.requests, request.method))
      return refuse(request.seq, new Failure('bad-input', `There is no request named “${request.method}”.`))
    if (failed) return refuse(request.seq, failed)
    waiting.set(request.seq, request.method)
    if (current) current.post(request)
    else held.push(request)
  }

  function join(server: Port): void {
    if (current) lose()
    current = server
    server.listen(message => {
      const answer = Answer.safeParse(message)
      if (answer.success) waiting.delete(answer.data.seq)
      receive?.(message)
    })
    server.onClose(() => {
      if (current === server) lose()
    })
    for (const request of held) server.post(request)
    held = []
  }

  /** Answers whatever went to the process that is gone. */
  function lose(): void {
    current = null
    const kept = new Set(held.map(request => request.seq))
    for (const [seq, method] of [...waiting]) if (!kept.has(seq)) refuse(seq, failed ?? ended(method))
  }

  function refuse(seq: number, failure: Failure): void {
    waiting.delete(seq)
    receive?.({ seq, failure: toFailureRecord(failure) })
  }
}

function ended(method: string): Failure {
  return new Failure(
    'port-closed',
    `${method}: the process that answers has ended.`,
    'It is being restarted; try again in a moment.',
  )
}
