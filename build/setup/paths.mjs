import { homedir } from 'node:os'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

/** @param {readonly string[]} names from the project root */
export function inProject(...names) {
  return path.join(root, ...names)
}

/** What set-up downloads or compiles once for all checkouts; safe to delete. */
export function cacheFolder() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'folio-lab')
}

/** The Node that every script runs on, an npm dependency of the project. */
export const projectNode = inProject('node_modules/.bin/node')
