import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Failure } from '../engine/contract/failure.ts'
import { isPartOfLibrary } from '../engine/files/library-parts.ts'
import { chooseLibraryCopy } from './dialogs.ts'
import { refuseWhileRunning, replaceLibrary, type LibraryFileParts } from './library-files.ts'

/**
 * Puts a copy that the user chooses in the place of the library. It is taken in and examined first,
 * so that whatever goes wrong the library stays; the present one is renamed, never overwritten. The
 * answer is its new path, or null when the user decided otherwise.
 */
export async function restoreLibrary({
  library,
  database,
  isRunning,
}: LibraryFileParts): Promise<string | null> {
  refuseWhileRunning(isRunning)
  const copy = await chooseLibraryCopy(null, path.dirname(database))
  if (copy === null) return null
  if (isPartOfLibrary(copy, database))
    throw new Failure('bad-input', 'This is the library itself.', 'Choose a copy of it.')
  const taken = `${database}.restoring-${randomUUID()}`
  await library.openFiles().call.takeIn({ original: copy, file: taken })
  return library.whileStopped(() => replaceLibrary(database, taken, Date.now()))
}
