/** A library as files: SQLite's own, and its write-ahead log, which belongs to it. */
import { rename, rm } from 'node:fs/promises'
import { Failure } from '../engine/contract/failure.ts'
import { databaseEndings } from '../engine/files/library-parts.ts'
import type { LibraryProcess } from './library-process.ts'

/** What is done to the library's files, which nothing may write at that time. */
export type LibraryFileParts = Readonly<{
  library: LibraryProcess
  database: string
  isRunning: () => boolean
}>

/** Throws `busy` while something is measured, whose samples the file is written to. */
export function refuseWhileRunning(isRunning: () => boolean): void {
  if (isRunning())
    throw new Failure(
      'busy',
      'Something is being measured and written to the library.',
      'Wait for it to end, or cancel it first.',
    )
}

/**
 * Renames the library that nobody has open and puts `taken`, one file, in its place; the answer is
 * the new name of the former.
 */
export async function replaceLibrary(database: string, taken: string, now: number): Promise<string> {
  const setAside = `${database}.before-restore-${now}`
  try {
    await moveLibrary(database, setAside)
    await rename(taken, database)
    return setAside
  } catch (error) {
    await moveLibrary(setAside, database)
    await rm(taken, { force: true })
    throw new Failure(
      'not-permitted',
      `The copy could not replace the library: ${error instanceof Error ? error.message : String(error)}. The library is unchanged.`,
      'Make its folder writable, and try again.',
      { cause: error },
    )
  }
}

/** Gives a library that nobody has open another name. */
async function moveLibrary(from: string, to: string): Promise<void> {
  for (const ending of databaseEndings) await ignoreMissing(rename(from + ending, to + ending))
}

async function ignoreMissing(action: Promise<void>): Promise<void> {
  try {
    await action
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
