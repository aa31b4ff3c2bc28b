/** A library as files: SQLite's own, and its write-ahead log, which belongs to it. */
import { copyFile, rename, rm } from 'node:fs/promises'
import { Failure } from '../engine/contract/failure.ts'
import type { LibraryProcess } from './library-process.ts'

/** What is done to the library's files, which nothing may write meanwhile. */
export type LibraryFileParts = Readonly<{
  library: LibraryProcess
  database: string
  isRunning: () => boolean
}>

export function refuseWhileRunning(isRunning: () => boolean): void {
  if (isRunning())
    throw new Failure(
      'busy',
      'Something is being measured and written to the library.',
      'Wait for it to end, or cancel it first.',
    )
}

/** Copies a library that nobody writes; a log that lies at the target belongs to what was there before. */
export async function copyLibrary(from: string, to: string): Promise<void> {
  await rm(`${to}-wal`, { force: true })
  await copyFile(from, to)
  await ignoreMissing(copyFile(`${from}-wal`, `${to}-wal`))
}

/** Gives a library that nobody has open another name. */
export async function moveLibrary(from: string, to: string): Promise<void> {
  for (const ending of ['', '-wal', '-shm']) await ignoreMissing(rename(from + ending, to + ending))
}

async function ignoreMissing(action: Promise<void>): Promise<void> {
  try {
    await action
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
