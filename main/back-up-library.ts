import { randomUUID } from 'node:crypto'
import { rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../engine/contract/failure.ts'
import { isPartOfLibrary } from '../engine/files/library-parts.ts'
import { chooseFileToSave } from './dialogs.ts'
import { refuseWhileRunning, type LibraryFileParts } from './library-files.ts'

/**
 * Copies the library to where the user chooses, as one file; the answer is that path, or null when
 * the user decided otherwise. It is written beside its place and named at the end, so that an
 * earlier copy is replaced by a whole one or stays.
 */
export async function backUpLibrary({
  library,
  database,
  isRunning,
}: LibraryFileParts): Promise<string | null> {
  refuseWhileRunning(isRunning)
  const day = new Date().toISOString().slice(0, 10)
  const copy = await chooseFileToSave(null, `folio-lab-library-${day}.sqlite`)
  if (copy === null) return null
  if (isPartOfLibrary(copy, database))
    throw new Failure('bad-input', 'This is the library itself.', 'Choose another name or folder.')
  await refuseInUse(copy)
  refuseWhileRunning(isRunning) // one may have begun while the user was asked
  const unfinished = path.join(path.dirname(copy), `.folio-lab-${randomUUID()}.unfinished`)
  try {
    await library.openFiles().call.copyTo({ file: unfinished })
    await rename(unfinished, copy)
  } catch (error) {
    await rm(unfinished, { force: true })
    if (error instanceof Failure) throw error
    throw new Failure(
      'not-permitted',
      `${copy} could not be written: ${error instanceof Error ? error.message : String(error)}.`,
      'Choose another folder, or make space on this disk.',
      { cause: error },
    )
  }
  return copy
}

/** A log beside the target belongs to a library that is open, or to an older copy of two files. */
async function refuseInUse(copy: string): Promise<void> {
  const log = await stat(`${copy}-wal`).catch(() => null)
  if (log !== null && log.size > 0)
    throw new Failure(
      'bad-input',
      `${copy} has a log of its own (${copy}-wal): it may be open.`,
      'Choose another name.',
    )
}
