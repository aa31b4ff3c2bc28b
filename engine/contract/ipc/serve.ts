import * as z from 'zod'
import { describeInputError, Failure, toFailureRecord } from '../failure.ts'
import type { Api, EventName, EventPayload, Handlers } from '../api-type.ts'
import type { Port } from '../port.ts'
import { toText } from './text.ts'

/** What the asking side sends. */
export const Request = z.object({ seq: z.int(), method: z.string(), input: z.unknown() })

export type Emit<A extends Api> = <E extends EventName<A>>(event: E, payload: EventPayload<A, E>) => void

/**
 * Answers the requests of `api` that arrive on `port`. Input is parsed before the handler sees it;
 * whatever a handler throws goes back as a failure. Returns the function that sends events.
 */
export function serve<A extends Api>(api: A, handlers: Handlers<A>, port: Port): Emit<A> {
  port.listen(message => void answer(message))
  return (event, payload) => port.post({ event, payload: toText(payload) })

  async function answer(message: unknown): Promise<void> {
    const request = Request.safeParse(message)
    if (!request.success) return // not a request: nobody waits for an answer to it
    const { seq, method, input } = request.data
    try {
      port.post({ seq, output: toText(await call(method, input)) })
    } catch (error) {
      port.post({ seq, failure: toFailureRecord(error) })
    }
  }

  async function call(method: string, input: unknown): Promise<unknown> {
    const declaration = Object.hasOwn(api.requests, method) ? api.requests[method] : undefined
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined
    if (!declaration || !handler) throw new Failure('bad-input', `There is no request named “${method}”.`)
    const parsed = declaration.input.safeParse(input)
    if (!parsed.success)
      throw new Failure(
        'bad-input',
        `${method}: ${describeInputError(parsed.error)}.`,
        'Correct the value named.',
      )
    // The declaration that parsed the input is the one the handler's type is computed from.
    return (handler as (value: unknown) => unknown)(parsed.data)
  }
}
