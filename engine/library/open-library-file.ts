/**
 * Opens the library's file and never loses one: the lab's own file, when damaged, is set
 * aside under another name and a new one begun; a file that the user named is refused
 * instead, since it may be anything.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'
import type { Timestamp } from '../contract/units.ts'
import { databaseEndings } from '../files/library-parts.ts'
import { makeFolder } from '../files/make-folder.ts'
import { copyTogether } from './copy-together.ts'
import {
  findDamage,
  isDamage,
  notWritable,
  openDatabase,
  openForReading,
  wordErrors,
  type Database,
} from './database.ts'
import { applicationId } from './migrations/0001-initial.ts'
import { migrate, migrations, refuseNewer } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { canonicaliseIds } from './runs.ts'
import { addSampleColumns } from './samples.ts'

export type LibraryFile = Readonly<{
  path: string
  /** Whether the lab chose the file itself, and may set a damaged one aside. */
  isOwn: boolean
  /** better-sqlite3's addon for this runtime; null: the one in its package. */
  binding: string | null
}>

export type OpenedFile = Readonly<{
  database: Database
  /** Where a damaged file was moved; null when there was none. */
  recovered: string | null
  /** Whether the file lies where nothing can be written: it is shown as it is. */
  isReadOnly: boolean
}>

const sqliteHeader = 'SQLite format 3\0'

/**
 * Opens or creates the library; throws a `Failure` that says what to do when that is impossible.
 */
export function openLibraryFile(
  file: LibraryFile,
  now: Timestamp,
  steps: readonly Migration[] = migrations,
): OpenedFile {
  refuseAllButFiles(file.path)
  if (isReadOnly(file.path)) return openReadOnly(file, now, steps)
  prepareFolder(file.path)
  return wordErrors(file.path, () => {
    const damage = examine(file, steps)
    if (damage !== null && !file.isOwn) throw refusal(file.path, damage)
    const recovered = damage === null ? null : setAside(file.path, now)
    const database = openDatabase(file.path, file.binding)
    try {
      migrate(database, steps, version => backUp(database, version, now))
      if (steps === migrations) addSampleColumns(database)
      canonicaliseIds(database)
      return { database, recovered, isReadOnly: false }
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/**
 * Refuses a file that is not a library of a form that this program knows; `name` is
 * what the user knows it by.
 */
export function refuseUnfit(file: LibraryFile, name: string): void {
  refuseAllButFiles(file.path)
  const damage = statSync(file.path).size === 0 ? 'it is empty' : examine(file, migrations)
  if (damage !== null) throw refusal(name, damage)
}

function refusal(file: string, damage: string): Failure {
  return new Failure(
    'library-damaged',
    `${file} is not a readable library: ${damage}. It was not touched.`,
    'Name another file, or move this one away.',
  )
}

/**
 * What is wrong with the file; null when it is sound or new. Throws when it is not
 * for this program to write.
 */
function examine(file: LibraryFile, steps: readonly Migration[]): string | null {
  if (!existsSync(file.path) || statSync(file.path).size === 0) return null
  if (!hasSqliteHeader(file.path)) return 'it is not an SQLite database'
  const database = openForReading(file.path, file.binding)
  try {
    refuseForeign(database)
    refuseNewer(database, steps)
    return findDamage(database)
  } catch (error) {
    if (isDamage(error) && error instanceof Error) return error.message
    throw error
  } finally {
    database.close()
  }
}

function refuseAllButFiles(file: string): void {
  const status = statSync(file, { throwIfNoEntry: false })
  if (!status || status.isFile()) return
  const what = status.isDirectory() ? 'a folder' : 'a pipe or a device'
  throw new Failure(
    'bad-input',
    `${file} is ${what}, not a library.`,
    'Name a file, such as library.sqlite in it.',
  )
}

/**
 * Whether there is a library that may be read and not written, as on a mounted
 * image of another machine.
 */
function isReadOnly(file: string): boolean {
  if (!existsSync(file)) return false
  try {
    accessSync(file, constants.W_OK)
    accessSync(path.dirname(file), constants.W_OK)
    return false
  } catch {
    return true
  }
}

/**
 * Opens a copy, which is gone when it is closed: SQLite cannot read a write-ahead log where it can
 * write nothing, and an older form has to be brought to the present one.
 */
function openReadOnly(file: LibraryFile, now: Timestamp, steps: readonly Migration[]): OpenedFile {
  const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-read-'))
  try {
    const copy = path.join(folder, path.basename(file.path))
    copyTogether(file.path, copy)
    const { database } = openLibraryFile({ ...file, path: copy, isOwn: false }, now, steps)
    database.pragma('query_only = ON')
    return { database, recovered: null, isReadOnly: true }
  } finally {
    rmSync(folder, { recursive: true }) // what is open stays until it is closed
  }
}

function prepareFolder(file: string): void {
  try {
    makeFolder(path.dirname(file))
  } catch (error) {
    if (error instanceof Failure)
      throw new Failure('library-not-writable', error.message, error.advice, { cause: error })
    throw notWritable(file, error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function hasSqliteHeader(file: string): boolean {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(sqliteHeader.length)
    readSync(descriptor, bytes, 0, bytes.length, 0)
    return bytes.toString('latin1') === sqliteHeader
  } finally {
    closeSync(descriptor)
  }
}

/** Throws when the database holds another program's tables. */
function refuseForeign(database: Database): void {
  const tables = Number(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get())
  if (tables === 0 || database.pragma('application_id', { simple: true }) === applicationId) return
  throw new Failure(
    'library-damaged',
    `${database.name} is a database of another program. It was not touched.`,
    'Name another file.',
  )
}

function setAside(file: string, now: Timestamp): string {
  const aside = freeName(`${file}.damaged-${stamp(now)}`)
  for (const ending of databaseEndings)
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending)
  return aside
}

function backUp(database: Database, version: number, now: Timestamp): void {
  const copy = freeName(`${database.name}.form-${version}-${stamp(now)}`)
  database.prepare('VACUUM INTO ?').run(copy)
}

/** `name`, or with a number behind it when that is taken. */
function freeName(name: string): string {
  let free = name
  for (let number = 2; existsSync(free); number++) free = `${name}-${number}`
  return free
}

function stamp(now: Timestamp): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')
}
