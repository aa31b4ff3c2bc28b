/** The library as files: which belong to it, whatever name or link leads to them. */
import { readlinkSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * What SQLite keeps of one database: the file, the log of its latest writes, the index of the
 * log, and a rollback journal.
 */
export const databaseEndings = ['', '-wal', '-shm', '-journal'] as const

/** Room that is kept free for the end of a run. */
export const reserveEnding = '-reserve'

/** What is locked while a run is recorded; the file itself is empty. */
export const lockEnding = '-lock'

const linksFollowed = 40 // as the kernel does, path_resolution(7)

/**
 * Whether writing to `file` would write to the library `database` or to what belongs to it. Files
 * are identified by device and inode, so that links and other spellings of a path do not deceive; a
 * file that is not there yet by its folder and name.
 */
export function isPartOfLibrary(file: string, database: string): boolean {
  const target = placeOf(file)
  const parts = [...databaseEndings, reserveEnding, lockEnding].map(ending =>
    placeOf(placeOf(database).file + ending),
  )
  return parts.some(part => isSamePlace(target, part))
}

/**
 * Where a path leads when every link is followed; `identity` is null as long as nothing is there.
 */
type Place = Readonly<{ file: string; identity: string | null }>

function isSamePlace(one: Place, other: Place): boolean {
  if (one.identity !== null || other.identity !== null) return one.identity === other.identity
  return one.file === other.file
}

function placeOf(file: string): Place {
  const identity = identityOf(file)
  return { file: identity === null ? futureFile(file, linksFollowed) : realpathSync(file), identity }
}

/**
 * Device and inode of what a path leads to; null when nothing is there, or
 * nothing that can be reached.
 */
function identityOf(file: string): string | null {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return `${dev} ${ino}`
  } catch {
    return null
  }
}

/** The path of the file that writing to `file` would make. */
function futureFile(file: string, links: number): string {
  const folder = path.dirname(file)
  const name = path.join(
    identityOf(folder) === null ? path.resolve(folder) : realpathSync(folder),
    path.basename(file),
  )
  const link = links > 0 ? linkAt(name) : null
  return link === null ? name : futureFile(path.resolve(path.dirname(name), link), links - 1)
}

/** Where a symbolic link leads; null when there is none. */
function linkAt(file: string): string | null {
  try {
    return readlinkSync(file)
  } catch {
    return null
  }
}
