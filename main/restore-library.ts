import { open } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../engine/contract/failure.ts'
import { chooseLibraryCopy } from './dialogs.ts'
import { copyLibrary, moveLibrary, refuseWhileRunning, type LibraryFileParts } from './library-files.ts'

const signature = 'SQLite format 3\0' // how every SQLite file begins

/**
 * Puts a copy that the user chooses in the place of the library. The present one is renamed, never overwritten; the answer
 * is its new path, or null when the user decided otherwise.
 */
export async function restoreLibrary({
  library,
  database,
  isRunning,
}: LibraryFileParts): Promise<string | null> {
  refuseWhileRunning(isRunning)
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

/** Renames the library and puts `copy` in its place. */
async function replaceLibrary(database: string, copy: string, now: number): Promise<string> {
  const setAside = `${database}.before-restore-${now}`
  await moveLibrary(database, setAside)
  await copyLibrary(copy, database)
  return setAside
}
