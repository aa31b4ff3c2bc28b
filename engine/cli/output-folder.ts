/** Where a command writes what has many files. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ExportedFile } from '../contract/other-system.ts'
import { Failure } from '../contract/failure.ts'
import { makeFolder } from '../files/make-folder.ts'

/**
 * Writes the files into a folder that is made for them; throws `bad-input`
 * when it is there already.
 */
export async function writeFolder(folder: string, files: readonly ExportedFile[]): Promise<void> {
  makeFolder(path.dirname(path.resolve(folder)))
  try {
    await mkdir(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new Failure('bad-input', `${folder} already exists.`, 'Choose a folder that does not exist.', {
      cause: error,
    })
  }
  for (const file of files) {
    const target = path.join(folder, file.path)
    await mkdir(path.dirname(target), { recursive: true })
    await writeFile(target, file.text, { flag: 'wx' })
  }
}
