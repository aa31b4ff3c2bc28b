import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'

/**
 * Makes a folder and those above it, where they are missing. Node's own way tries again for ever
 * where the folder lies on a mount whose source is gone: there the folder above exists, and nothing
 * can be made in it.
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  const above = path.dirname(folder)
  if (above !== folder) makeFolder(above)
  try {
    mkdirSync(folder)
  } catch (error) {
    if (isFolder(folder)) return // another process was faster
    throw isMissing(error) && isFolder(above) ? mountGone(above, error) : error
  }
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true
}

function mountGone(folder: string, cause: unknown): Failure {
  return new Failure(
    'bad-input',
    `The folder ${folder} cannot be used: its file system is no longer mounted.`,
    'Mount it again, or choose another folder.',
    { cause },
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
