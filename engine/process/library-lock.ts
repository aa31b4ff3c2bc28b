/**
 * Who measures into a library. The lock is SQLite's exclusive one on an empty file beside the
 * database: a lock of the file itself (fcntl), so that it is seen from every namespace and
 * container that shows the folder, and from other hosts as far as the file system passes locks on.
 * The kernel lets go of it when the process is gone, however that ended, so that only the file
 * stays behind, never the lock.
 */
import { existsSync, realpathSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import { Failure } from '../contract/failure.ts'
import type { Milliseconds } from '../contract/units.ts'
import { lockEnding } from '../files/library-parts.ts'

// Others hold the file only for a moment, to look; a session holds it for long.
const lookLimit: Milliseconds = 1000

export type LibraryLock = Readonly<{ release: () => void }>

/** Takes the lock of the library in `library`; throws `busy` while another process has it. */
export function lockLibrary(library: string, binding: string | null): LibraryLock {
  const file = lockFileOf(library)
  const database = open(file, binding, { timeout: lookLimit })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw isBusy(error) ? busyFailure(library) : noLocks(file, error)
  }
  return { release: () => void database.close() }
}

/** Whether a process measures into the library; true as well when that cannot be found out. */
export function isLibraryLocked(library: string, binding: string | null): boolean {
  const file = lockFileOf(library)
  if (!existsSync(file)) return false
  try {
    const database = open(file, binding, { readonly: true, timeout: 0 })
    try {
      database.prepare('SELECT 1 FROM sqlite_schema').get()
      return false
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError) return true
    throw error
  }
}

/** One file for all names of a library. */
function lockFileOf(library: string): string {
  return (existsSync(library) ? realpathSync(library) : library) + lockEnding
}

function open(
  file: string,
  binding: string | null,
  options: SqliteDatabase.Options,
): SqliteDatabase.Database {
  return new SqliteDatabase(file, { ...options, ...(binding === null ? {} : { nativeBinding: binding }) })
}

function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function busyFailure(library: string): Failure {
  return new Failure(
    'busy',
    `Another run is under way: it is recorded into ${library}, on this machine or on another one that shares the folder.`,
    'Wait for it or cancel it: two runs at a time would disturb each other. “folio-lab runs list” shows it.',
  )
}

function noLocks(file: string, error: unknown): Failure {
  return new Failure(
    'library-not-writable',
    `${file} cannot be locked (${error instanceof Error ? error.message : String(error)}).`,
    'Put the library into a folder that you can write to, on a file system with locks.',
    { cause: error },
  )
}
