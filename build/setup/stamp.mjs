/**
 * A stamp remembers from which inputs an output was made: the hash of their
 * contents, not their dates.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inProject, root } from './paths.mjs'

/**
 * @param {readonly string[]} inputs files and folders from the project root; one that is
 *   missing counts as such
 * @param {(file: string) => boolean} [isInput] called with a file's path from the project root
 * @returns {string}
 */
export function hashInputs(inputs, isInput = () => true) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesIn(input)) {
      if (isInput(file))
        hash
          .update(`${file}\0`)
          .update(readFileSync(path.join(root, file)))
          .update('\0')
    }
  }
  return hash.digest('hex')
}

/**
 * @param {string} name of the output
 * @param {string} hash
 */
export function hasStamp(name, hash) {
  try {
    return readFileSync(stampFile(name), 'utf8') === hash
  } catch {
    return false
  }
}

/**
 * @param {string} name of the output
 * @param {string} hash
 */
export function writeStamp(name, hash) {
  mkdirSync(path.dirname(stampFile(name)), { recursive: true })
  writeFileSync(stampFile(name), hash)
}

/** @param {string} name */
function stampFile(name) {
  return inProject('out/stamps', name)
}

/**
 * @param {string} input
 * @returns {string[]} sorted, so that the hash does not depend on the file system
 */
function filesIn(input) {
  const stat = statSync(path.join(root, input), { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return [input]
  return readdirSync(path.join(root, input), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort()
}
