/**
 * Where the Electron that stands in for the pinned one is, or would be: known without
 * the packages that make it.
 */

import path from 'node:path'
import { cacheFolder } from './paths.mjs'
import { hashInputs } from './stamp.mjs'

export const fallbackVersion = '33.2.1'

/** What it is made from, from the project root. */
export const fallbackRecipe = 'build/fallback-runtime'

/**
 * Its executable; another recipe makes another folder, so that checkouts of
 * different ages share the cache.
 */
export function fallbackElectron() {
  const recipe = hashInputs([fallbackRecipe]).slice(0, 8)
  return path.join(cacheFolder(), `electron-${fallbackVersion}-${recipe}`, 'electron')
}
