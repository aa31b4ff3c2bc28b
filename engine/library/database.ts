/** The one door to SQLite: opens a database with the settings the library relies on, and words its errors. */
import { statfsSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Failure } from '../contract/failure.ts'
import type { Milliseconds } from '../contract/units.ts'

export type Database = SqliteDatabase.Database

const lockLimit: Milliseconds = 10_000 // another process of the lab holds the write lock for milliseconds only
const fullBelowBytes = 1024 * 1024 // SQLite reports some writes to a full disk as input/output errors

/**
 * Opens or creates the file. `binding` is better-sqlite3's addon for this runtime, null for the one in its package.
 * A commit is durable when it returns: write-ahead log, synchronised at each commit.
 */
export function openDatabase(file: string, binding: string | null): Database {
  const database = new SqliteDatabase(file, { timeout: lockLimit, ...bindingOption(binding) })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  return database
}

/**
 * Opens an existing file only to look at it: unlike a connection that may write, it does not move the write-ahead log
 * into the file when it is closed, so that a damaged pair stays as it was found.
 */
export function openForReading(file: string, binding: string | null): Database {
  return new SqliteDatabase(file, { readonly: true, timeout: lockLimit, ...bindingOption(binding) })
}

/** What SQLite finds wrong with the file, on one line; null when it is sound. */
export function findDamage(database: Database): string | null {
  const finding = database.pragma('quick_check(1)', { simple: true })
  return finding === 'ok' ? null : String(finding).replaceAll(/\s+/g, ' ')
}

/** The extended result code of an error of SQLite, such as `SQLITE_FULL`; null for any other error. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof SqliteDatabase.SqliteError ? error.code : null
}

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

const statements = new WeakMap<Database, Map<string, SqliteDatabase.Statement>>()

/** A statement that is prepared once for a database: for what is asked for every sample. */
export function prepared<Bind extends unknown[], Row = unknown>(
  database: Database,
  sql: string,
): SqliteDatabase.Statement<Bind, Row> {
  const known = statements.get(database) ?? new Map<string, SqliteDatabase.Statement>()
  statements.set(database, known)
  const statement = known.get(sql) ?? database.prepare(sql)
  known.set(sql, statement)
  // What it binds and returns follows from the text, which only the caller knows; so it is with `prepare`.
  return statement as SqliteDatabase.Statement<Bind, Row>
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
      'Open the lab anew: it checks the file and sets a damaged one aside.',
      options,
    )
  return error
}

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
