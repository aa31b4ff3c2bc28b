/**
 * Text files that the user named, read piece by piece: they may be of any
 * size, and need not be files.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { Failure } from '../contract/failure.ts'
import { formatBytes } from '../text/size-text.ts'
import { mebibyte, type Bytes } from '../contract/units.ts'

const pieceBytes = mebibyte

/**
 * The text of a file of at most `limit` bytes in pieces; throws `bad-input`
 * for what is no such file.
 */
export function* readText(file: string, limit: Bytes): Generator<string> {
  const descriptor = openFile(file, limit)
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const bytes = Buffer.alloc(pieceBytes)
    let total = 0
    for (;;) {
      const count = readSync(descriptor, bytes)
      total += count
      if (total > limit) throw tooLarge(file, limit) // it has grown, or reports no size
      yield decoder.decode(bytes.subarray(0, count), { stream: count > 0 })
      if (count === 0) return
    }
  } catch (error) {
    if (error instanceof TypeError)
      throw new Failure(
        'bad-input',
        `${file} is not text in UTF-8.`,
        'Choose a file that folio-lab has written.',
      )
    if (error instanceof Error && 'syscall' in error && error.syscall === 'read')
      throw new Failure(
        'bad-input',
        `${file} cannot be read: ${error.message}.`,
        'Check the disk that it lies on, or choose another file.',
        { cause: error },
      )
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** Opens without waiting, since opening a pipe ends only when somebody writes to it. */
function openFile(file: string, limit: Bytes): number {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = fstatSync(descriptor)
    if (status.isDirectory()) throw new Failure('bad-input', `${file} is a folder.`, 'Name a file in it.')
    if (!status.isFile())
      throw new Failure('bad-input', `${file} is a pipe or a device, not a file.`, 'Name a file.')
    if (status.size > limit) throw tooLarge(file, limit)
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function tooLarge(file: string, limit: Bytes): Failure {
  return new Failure(
    'bad-input',
    `${file} is larger than ${formatBytes(limit)}, the limit for run files.`,
    'Choose a file that folio-lab has written.',
  )
}
