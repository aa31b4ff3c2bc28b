import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type * as z from 'zod'

/** What `readStored` found; `setAside` is the new place of a file that could not be understood. */
export type Stored<T> = Readonly<{ value: T; setAside: string | null }>

/**
 * Reads a JSON file that holds one value of `schema`. A missing file gives `initial`; one that does not hold such a
 * value is renamed, never overwritten, and gives `initial` as well.
 */
export function readStored<T>(
  file: string,
  schema: z.ZodType<T>,
  initial: T,
  now: () => number = Date.now,
): Stored<T> {
  const text = readIfPresent(file)
  if (text === null) return { value: initial, setAside: null }
  // A file is read once: to compile a validator for it takes five times as long as to read it without.
  const parsed = schema.safeParse(parseJson(text), { jitless: true })
  if (parsed.success) return { value: parsed.data, setAside: null }
  const setAside = `${file}.unreadable-${now()}`
  renameSync(file, setAside)
  return { value: initial, setAside }
}

/** Replaces the file in one step: a reader, or a crash, sees the old value or the new one. */
export function writeStored(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const unfinished = `${file}.unfinished`
  const descriptor = openSync(unfinished, 'w')
  try {
    writeFileSync(descriptor, `${JSON.stringify(value, null, 2)}\n`)
    fsyncSync(descriptor) // else a power cut may leave the new name on an empty file
  } finally {
    closeSync(descriptor)
  }
  renameSync(unfinished, file)
}

function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no schema accepts it, so that the file is set aside
  }
}
