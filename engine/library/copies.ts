/** Copies of the library, each one file: what was in the write-ahead log is in it. */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'
import { databaseEndings } from '../files/library-parts.ts'
import { openDatabase, wordErrors, type Database } from './database.ts'
import { refuseUnfit } from './open-library-file.ts'

/** Writes the library as it is now to a file that is not there yet. */
export function copyLibrary(database: Database, file: string): void {
  makeWhole(file, () => {
    database.prepare('VACUUM INTO ?').run(file)
    synchronise(file)
  })
}

/**
 * Copies a library from anywhere to a file that is not there yet, and refuses what could
 * not be opened as one. The original is only read: it may lie on a medium that cannot be
 * written, with a log beside it.
 */
export function takeInCopy(original: string, file: string, binding: string | null): void {
  makeWhole(file, () => {
    for (const ending of ['', '-wal'])
      if (existsSync(original + ending)) copyFileSync(original + ending, file + ending)
    refuseUnfit({ path: file, isOwn: false, binding }, original)
    const database = openDatabase(file, binding)
    try {
      database.pragma('journal_mode = DELETE') // moves the log into the file
    } finally {
      database.close()
    }
    synchronise(file)
  })
}

/** Makes a file that is not there yet: whole, or not at all. */
function makeWhole(file: string, action: () => void): void {
  if (existsSync(file)) throw new Failure('bad-input', `${file} already exists.`, 'Choose another name.')
  try {
    wordErrors(file, action)
  } catch (error) {
    for (const ending of databaseEndings) rmSync(file + ending, { force: true })
    throw isFull(error) ? noRoom(file, error) : error
  }
}

function isFull(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'disk-full'
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

function noRoom(file: string, cause: unknown): Failure {
  return new Failure(
    'disk-full',
    `There is not enough space for a copy of the library in ${path.dirname(file)}. Nothing was changed.`,
    'Free some space on its disk, or choose another folder.',
    { cause },
  )
}

function synchronise(file: string): void {
  const descriptor = openSync(file, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
