import path from 'node:path'
import { Failure } from '../engine/contract/failure.ts'
import { chooseFileToSave } from './dialogs.ts'
import { copyLibrary, refuseWhileRunning, type LibraryFileParts } from './library-files.ts'

/** Copies the library to where the user chooses; the answer is that path, or null when the user decided otherwise. */
export async function backUpLibrary({
  library,
  database,
  isRunning,
}: LibraryFileParts): Promise<string | null> {
  refuseWhileRunning(isRunning)
  const day = new Date().toISOString().slice(0, 10)
  const copy = await chooseFileToSave(null, `folio-lab-library-${day}.sqlite`)
  if (copy === null) return null
  if (path.resolve(copy) === database)
    throw new Failure('bad-input', 'This is the library itself.', 'Choose another name or folder.')
  refuseWhileRunning(isRunning) // one may have begun while the user was asked
  try {
    await library.whileStopped(() => copyLibrary(database, copy))
  } catch (error) {
    throw new Failure(
      'not-permitted',
      `${copy} could not be written: ${error instanceof Error ? error.message : String(error)}.`,
      'Choose another folder, or make space on this disk.',
      { cause: error },
    )
  }
  return copy
}
