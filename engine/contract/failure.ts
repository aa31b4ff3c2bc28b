import * as z from 'zod'
import { shortened } from './bounds.ts'

/** What went wrong, as the other side of a process boundary or a script needs to know it. */
export const failureCodes = [
  'bad-input',
  'not-found',
  'busy',
  'not-quiet',
  'agent-missing',
  'agent-died',
  'agent-refused',
  'agent-protocol',
  'qemu-missing',
  'boot-failed',
  'unreachable',
  'host-key',
  'not-enough-memory',
  'not-permitted',
  'unsupported',
  'library-damaged',
  'library-newer',
  'library-not-writable',
  'disk-full',
  'not-comparable',
  'cancelled',
  'port-closed',
  'internal',
] as const

export const FailureCode = z.enum(failureCodes)
export type FailureCode = z.infer<typeof FailureCode>

/** A failure as it crosses a process boundary or is printed by `--json`. */
export const FailureRecord = z.object({
  code: FailureCode,
  /** One sentence: what happened. */
  message: z.string(),
  /** One sentence: what to do; empty when there is nothing to do. */
  advice: z.string(),
})
export type FailureRecord = z.infer<typeof FailureRecord>

/** An error made for people: a code, what happened, and what to do. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly advice: string

  constructor(code: FailureCode, message: string, advice = '', options?: ErrorOptions) {
    super(message, options)
    this.name = 'Failure'
    this.code = code
    this.advice = advice
  }
}

/** The wire form of anything thrown; an unforeseen error becomes code `internal`. */
export function toFailureRecord(error: unknown): FailureRecord {
  if (error instanceof Failure) return { code: error.code, message: error.message, advice: error.advice }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), advice: '' }
}

/** The failure again, on the other side of a process boundary. */
export function fromFailureRecord(record: FailureRecord): Failure {
  return new Failure(record.code, record.message, record.advice)
}

const placesNamed = 5
// A key of a file may be of any length, and so may what a message quotes.
const placeCharacters = 200

/** Readable text of a validation error: the first places, and what was wrong there. */
export function describeInputError({ issues }: Pick<z.ZodError, 'issues'>): string {
  const places = issues
    .slice(0, placesNamed)
    .map(({ path, message }) => shortened([...pathWords(path), message].join(': '), placeCharacters))
  const others = issues.length - places.length
  return [...places, ...(others > 0 ? [`and ${others} more`] : [])].join('; ')
}

function pathWords(path: readonly PropertyKey[]): string[] {
  return path.length === 0 ? [] : [shortened(path.map(String).join('.'), placeCharacters / 2)]
}
