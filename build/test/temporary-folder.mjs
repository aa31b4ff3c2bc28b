import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { single, sum } from './outcome.mjs'

/** @typedef {import('./outcome.mjs').Outcome} Outcome */

/** How the names begin of what Folio Lab and its tests make in the temporary folder. */
const ours = 'folio-'

/**
 * Gives `part` an empty folder for what is temporary. What it leaves there of ours is a failure: on
 * the machine of a user it would stay for good.
 *
 * @param {string} folder which is made, and removed at the end
 * @param {(folder: string) => Promise<Outcome>} part
 * @returns {Promise<Outcome>}
 */
export async function inTemporaryFolder(folder, part) {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o1777) // as the usual one: some tests go on as other users
  try {
    const outcome = await part(folder)
    const left = readdirSync(folder)
      .filter(name => name.startsWith(ours))
      .sort()
    if (left.length === 0) return outcome
    return sum([
      outcome,
      single(false, `${path.basename(folder)} left in the temporary folder: ${left.join(', ')}`),
    ])
  } finally {
    // A process may just be ending in it.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}
