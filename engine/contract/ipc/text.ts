/**
 * What is answered and what happens travels as JSON text. A page's context bridge takes an object
 * apart value by value, and every process on the way copies it; text goes through in one piece, and
 * only who asked reads it.
 */

/** An answer without a value is undefined, and has no text. */
export function toText(value: unknown): string | undefined {
  return JSON.stringify(value)
}

/** Throws a SyntaxError where `text` is no JSON. */
export function fromText(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}
