/**
 * What was stored, read back through its schema: a row of the database may have been
 * damaged, or written by anybody.
 */
import type * as z from 'zod'
import { describeInputError, Failure } from './failure.ts'

/** `value` as the schema has it; throws `library-damaged`, naming `what` it belongs to. */
export function readStoredValue<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw unreadable(what, describeInputError(read.error))
}

/** What a stored JSON text holds; throws `library-damaged`, naming `what` it belongs to. */
export function readStoredJson<T>(schema: z.ZodType<T>, text: string | null, what: string): T {
  return readStoredValue(schema, parseJson(text, what), what)
}

/**
 * `read`, or `instead` where what is stored cannot be read: one damaged row never hides the others.
 */
export function unlessDamaged<T>(read: () => T, instead: T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Failure && error.code === 'library-damaged') return instead
    throw error
  }
}

function parseJson(text: string | null, what: string): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    throw unreadable(what, 'it is not JSON')
  }
}

function unreadable(what: string, why: string): Failure {
  return new Failure(
    'library-damaged',
    `The library’s record of ${what} is damaged: ${why}.`,
    'The other runs are intact. Delete this one, or restore a copy of the library.',
  )
}
