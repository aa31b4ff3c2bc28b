/**
 * The one door to SQLite: opens a database with the settings the library relies
 * on, and words its errors.
 */
import { statfsSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Failure } from '../contract/failure.ts'
import type { Milliseconds } from '../contract/units.ts'

export type Database = SqliteDatabase.Database

// Another process of the lab holds the write lock for milliseconds only.
const lockLimit: Milliseconds = 10_000
// SQLite reports some writes to a full disk as input/output errors.
const fullBelowBytes = 1024 * 1024

/**
 * Opens or creates the file. `binding` is better-sqlite3's addon for this runtime, null for
 * the one in its package. A commit is durable when it returns: write-ahead log,
 * synchronised at each commit.
 */
export function openDatabase(file: string, binding: string | null): Database {
  const database = new SqliteDatabase(file, { timeout: lockLimit, ...bindingOption(binding) })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  reuseStatements(database)
  return database
}

/**
 * Opens an existing file only to look at it: unlike a connection that may write, it
 * does not move the write-ahead log into the file when it is closed, so that a damaged
 * pair stays as it was found.
 */
export function openForReading(file: string, binding: string | null): Database {
  return new SqliteDatabase(file, { readonly: true, timeout: lockLimit, ...bindingOption(binding) })
}

/** Changes whenever another connection has written. */
export function dataVersion(database: Database): unknown {
  return database.pragma('data_version', { simple: true })
}

const findingsRead = 1000
const rowFinding = /^(?:CHECK constraint failed|NULL value|\S+ value) in /

/**
 * What SQLite finds wrong with the file, on one line; null when it is sound. Rows whose
 * content breaks a rule of their table are none of it: they are shown as damaged one by one,
 * and never hide the others.
 */
export function findDamage(database: Database): string | null {
  const findings = database.pragma(`quick_check(${findingsRead})`) as readonly { quick_check: string }[]
  const damage = findings
    .map(({ quick_check: finding }) => finding)
    .find(finding => finding !== 'ok' && !rowFinding.test(finding))
  return damage?.replaceAll(/\s+/g, ' ') ?? null
}

/**
 * The extended result code of an error of SQLite, such as `SQLITE_FULL`; null for any other error.
 */
export function sqliteCode(error: unknown): string | null {
  return error instanceof SqliteDatabase.SqliteError ? error.code : null
}

/** Whether an error says that the file itself is damaged. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
}

/** Runs `action` on the database in `file`; SQLite's errors become failures that say what to do. */
export function wordErrors<T>(file: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw toFailure(file, error)
  }
}

/**
 * Prepares each statement once for a database: a list of thousands of runs would otherwise prepare
 * as many. A text of SQL is used in one way, so that `pluck` or `raw` never differ for the same
 * statement.
 */
function reuseStatements(database: Database): void {
  const prepare = database.prepare.bind(database)
  const known = new Map<string, SqliteDatabase.Statement>()
  // What a statement binds and returns follows from its text, which only the caller knows.
  database.prepare = ((sql: string) => {
    const statement = known.get(sql) ?? prepare(sql)
    known.set(sql, statement)
    return statement
  }) as typeof database.prepare
}

function bindingOption(binding: string | null): SqliteDatabase.Options {
  return binding === null ? {} : { nativeBinding: binding }
}

function toFailure(file: string, error: unknown): unknown {
  const code = sqliteCode(error)
  if (code === null) return error
  const options = { cause: error }
  if (code === 'SQLITE_FULL' || (code.startsWith('SQLITE_IOERR') && isDiskFull(file)))
    return new Failure(
      'disk-full',
      `The disk of ${file} is full; everything stored before is kept.`,
      'Free some space on it, then resume the run.',
      options,
    )
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN'))
    return notWritable(file, code, options)
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new Failure(
      'busy',
      `Another program has kept ${file} locked for ${lockLimit / 1000} s.`,
      'End the program that uses it, then try again.',
      options,
    )
  if (isDamage(error))
    return new Failure(
      'library-damaged',
      `The library ${file} is damaged (${code}).`,
      'Start Folio Lab again: it checks the file and sets a damaged one aside.',
      options,
    )
  if (locklessCodes.some(lockless => code.startsWith(lockless)))
    return new Failure(
      'library-not-writable',
      `The file system of ${file} has no file locks that SQLite can use (${code}).`,
      'Keep the library on a local disk: name another file with --db, or set XDG_DATA_HOME.',
      options,
    )
  // A mistake of this program.
  if (code.startsWith('SQLITE_CONSTRAINT') || !(error instanceof Error)) return error
  return new Failure(
    'library-damaged',
    `The library ${file} cannot be read or written: ${error.message} (${code}).`,
    'Check the disk, or restore a copy of the library.',
    options,
  )
}

/**
 * What SQLite reports where locks or shared memory are missing: network and some FUSE file systems.
 */
const locklessCodes = [
  'SQLITE_IOERR_LOCK',
  'SQLITE_IOERR_UNLOCK',
  'SQLITE_IOERR_RDLOCK',
  'SQLITE_IOERR_CHECKRESERVEDLOCK',
  'SQLITE_IOERR_SHM',
  'SQLITE_PROTOCOL',
]

/** The failure of a library that cannot be written. */
export function notWritable(file: string, why: string, options?: ErrorOptions): Failure {
  return new Failure(
    'library-not-writable',
    `The library ${file} cannot be written (${why}).`,
    `Make the folder ${path.dirname(file)} and the file writable for you, or name another file.`,
    options,
  )
}

function isDiskFull(file: string): boolean {
  const { bavail, bsize } = statfsSync(path.dirname(file))
  return bavail * bsize < fullBelowBytes
}
