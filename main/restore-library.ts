import { copyFile, open, rename } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../engine/contract/failure.ts'
import { chooseLibraryCopy } from './dialogs.ts'
import type { LibraryProcess } from './library-process.ts'

const signature = 'SQLite format 3\0' // how every SQLite file begins

export type RestoreParts = Readonly<{
  library: LibraryProcess
  database: string
  isRunning: () => boolean
}>

/**
 * Puts a copy that the user chooses in the place of the library. The present one is renamed, never overwritten; the answer
 * is its new path, or null when the user decided otherwise.
 */
export async function restoreLibrary({ library, database, isRunning }: RestoreParts): Promise<string | null> {
  if (isRunning())
    throw new Failure(
      'busy',
      'Something is being measured and written to the library.',
      'Wait for it to end, or cancel it first.',
    )
  const copy = await chooseLibraryCopy(null, path.dirname(database))
  if (copy === null) return null
  await requireLibrary(copy, database)
  return library.whileStopped(() => replaceLibrary(database, copy, Date.now()))
}

async function requireLibrary(copy: string, database: string): Promise<void> {
  if (path.resolve(copy) === database)
    throw new Failure('bad-input', 'This is the library itself.', 'Choose a copy of it.')
  const file = await open(copy)
  try {
    const { buffer } = await file.read(Buffer.alloc(signature.length), 0, signature.length, 0)
    if (buffer.toString('latin1') !== signature)
      throw new Failure(
        'bad-input',
        `${copy} is not a library: it does not begin as an SQLite file does.`,
        'Choose a copy of library.sqlite, such as one that was made before the library was changed.',
      )
  } finally {
    await file.close()
  }
}

/** Renames the file with its write-ahead log, which belongs to it, and puts `copy` (and its log) in its place. */
export async function replaceLibrary(database: string, copy: string, now: number): Promise<string> {
  const setAside = `${database}.before-restore-${now}`
  for (const ending of ['', '-wal', '-shm']) await moveIfPresent(database + ending, setAside + ending)
  for (const ending of ['', '-wal']) await copyIfPresent(copy + ending, database + ending)
  return setAside
}

async function moveIfPresent(from: string, to: string): Promise<void> {
  await ignoreMissing(rename(from, to))
}

async function copyIfPresent(from: string, to: string): Promise<void> {
  await ignoreMissing(copyFile(from, to))
}

async function ignoreMissing(action: Promise<void>): Promise<void> {
  try {
    await action
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
