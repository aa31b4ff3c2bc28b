/**
 * Puts `fallback` in the place of what is absent in old files; whoever
 * writes a value has to give it.
 */
export function orElse<T>(fallback: T): (value: T) => T {
  return (value: T | undefined) => value ?? fallback
}
