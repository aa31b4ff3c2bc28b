import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { Failure } from '../contract/failure.ts'

/**
 * A file without a name, so that nothing of it is left however this process ends. A child that
 * inherits the descriptor as number N opens it again as `/proc/self/fd/N`.
 */
export type AnonymousFile = Readonly<{
  descriptor: number
  /**
   * Appends; throws `disk-full` or `not-permitted` when the folder for
   * temporary files takes no more.
   */
  write: (bytes: Uint8Array) => void
  close: () => void
}>

/** Throws `not-permitted` when the folder for temporary files cannot be written to. */
export function createAnonymousFile(): AnonymousFile {
  const name = path.join(tmpdir(), `folio-lab-${randomUUID()}`)
  const descriptor = attempt(() => openSync(name, 'wx+', 0o600))
  unlinkSync(name)
  return {
    descriptor,
    write(bytes) {
      for (let written = 0; written < bytes.length;)
        written += attempt(() => writeSync(descriptor, bytes, written))
    },
    close: () => closeSync(descriptor),
  }
}

/**
 * Does something in the folder for temporary files; what the system refuses becomes a
 * failure that names the folder.
 */
function attempt<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw temporaryFolderFailure(error)
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is read-only',
}

function temporaryFolderFailure(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Failure(
      'disk-full',
      `The folder for temporary files, ${tmpdir()}, is full.`,
      'Free some space there, or set TMPDIR to another folder.',
      { cause: error },
    )
  return new Failure(
    'not-permitted',
    `No temporary file can be written in ${tmpdir()}: ${causes[code] ?? String(error)}.`,
    'Set TMPDIR to a folder that exists and that you may write to.',
    { cause: error },
  )
}
