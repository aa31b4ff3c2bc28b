import { closeSync, openSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { randomUUID } from 'node:crypto'

/**
 * A file without a name, so that nothing of it is left however this process ends. A child that inherits the
 * descriptor as number N opens it anew as `/proc/self/fd/N`.
 */
export type AnonymousFile = Readonly<{ descriptor: number; close: () => void }>

export function createAnonymousFile(): AnonymousFile {
  const name = path.join(tmpdir(), `folio-lab-${randomUUID()}`)
  const descriptor = openSync(name, 'wx+', 0o600)
  unlinkSync(name)
  return { descriptor, close: () => closeSync(descriptor) }
}
