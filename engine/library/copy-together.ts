import { copyFileSync, existsSync, statSync } from 'node:fs'
import { Failure } from '../contract/failure.ts'

const endings = ['', '-wal']
const attempts = 20

/**
 * Copies a database and its write-ahead log as they were at one moment: somebody else may be
 * writing them, and a database with the log of a later moment lacks what went from one into the
 * other.
 */
export function copyTogether(file: string, copy: string, copyFile = copyFileSync): void {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = stateOf(file)
    for (const ending of endings) if (existsSync(file + ending)) copyFile(file + ending, copy + ending)
    if (stateOf(file) === before) return
  }
  throw new Failure(
    'library-not-writable',
    `${file} is read-only here, and is being written elsewhere all the time.`,
    'Wait until the run that is recorded into it has ended.',
  )
}

/** Differs when either was written in the meantime. */
function stateOf(file: string): string {
  return endings
    .map(ending => statSync(file + ending, { bigint: true, throwIfNoEntry: false }))
    .map(stat => (stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`))
    .join('; ')
}
