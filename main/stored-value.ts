import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import type * as z from 'zod'
import { makeFolder } from '../engine/files/make-folder.ts'

const largestBytes = 16 * 1024 * 1024 // no value that is stored comes near it

/** What `readStored` found; `setAside` is where a file that could not be understood is kept. */
export type Stored<T> = Readonly<{ value: T; setAside: string | null }>

/**
 * Reads a JSON file that holds one value of `schema`. A missing file gives `initial`; one that does
 * not hold such a value is renamed, never overwritten, and gives `initial` as well.
 */
export function readStored<T>(
  file: string,
  schema: z.ZodType<T>,
  initial: T,
  now: () => number = Date.now,
): Stored<T> {
  const text = readIfPresent(file)
  if (text === 'missing') return { value: initial, setAside: null }
  // A file is read once: to compile a validator for it takes five times as
  // long as to read it without.
  const parsed = schema.safeParse(parseJson(text.content), { jitless: true })
  if (parsed.success) return { value: parsed.data, setAside: null }
  return { value: initial, setAside: renamed(file, `${file}.unreadable-${now()}`) }
}

/** Where the file is then: where it may not be renamed, it stays. */
function renamed(file: string, to: string): string {
  try {
    renameSync(file, to)
    return to
  } catch {
    return file
  }
}

/** Replaces the file in one step: a reader, or a crash, sees the old value or the new one. */
export function writeStored(file: string, value: unknown): void {
  makeFolder(path.dirname(file))
  const unfinished = `${file}.${randomUUID()}.unfinished`
  try {
    writeNew(unfinished, `${JSON.stringify(value, null, 2)}\n`)
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

function writeNew(file: string, text: string): void {
  const descriptor = openSync(file, 'wx')
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor) // else a power cut may leave the new name on an empty file
  } finally {
    closeSync(descriptor)
  }
}

/** The text of a file; empty for a folder, a pipe, what is too large, and what may not be read. */
function readIfPresent(file: string): Readonly<{ content: string }> | 'missing' {
  try {
    // To open a pipe without this flag takes until somebody writes to it.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const status = fstatSync(descriptor)
      if (!status.isFile() || status.size > largestBytes) return { content: '' }
      return { content: readFileSync(descriptor, 'utf8') }
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'missing'
    return { content: '' }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no schema accepts it, so that the file is set aside
  }
}
