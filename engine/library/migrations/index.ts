import { Failure } from '../../contract/failure.ts'
import type { Database } from '../database.ts'
import { initial } from './0001-initial.ts'
import { calibration } from './0002-calibration.ts'
import { tally } from './0003-tally.ts'
import { values } from './0004-values.ts'
import { advice } from './0005-advice.ts'
import { origin } from './0006-origin.ts'
import { disturbance } from './0007-disturbance.ts'
import { bootParameters } from './0008-boot-parameters.ts'
import { changes } from './0009-changes.ts'
import { answers } from './0010-answers.ts'
import { deletedAdvices } from './0011-deleted-advices.ts'
import { folioSizes } from './0012-folio-sizes.ts'
import { packed } from './0013-packed.ts'
import { judgedChanges } from './0014-judged-changes.ts'
import { armProcessor } from './0015-arm-processor.ts'
import type { Migration } from './migration.ts'

/** Every form the database has had, in order. A migration that was released is never changed. */
export const migrations: readonly Migration[] = [
  initial,
  calibration,
  tally,
  values,
  advice,
  origin,
  disturbance,
  bootParameters,
  changes,
  answers,
  deletedAdvices,
  folioSizes,
  packed,
  judgedChanges,
  armProcessor,
]

/** The form that this program reads and writes. */
export function latestVersion(steps: readonly Migration[]): number {
  return steps.length
}

/** The form that a database has; 0 when it is empty. */
export function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}

/**
 * Brings the database to the latest form, all steps in one transaction. Before the first
 * step on a database that holds something, `backUp` is called. Refuses a database of a
 * newer form with `library-newer`.
 */
export function migrate(
  database: Database,
  steps: readonly Migration[],
  backUp: (version: number) => void,
): void {
  const latest = latestVersion(steps)
  const before = versionOf(database)
  refuseNewer(database, steps)
  if (before === latest) return
  if (before > 0) backUp(before)
  const advance = database.transaction(() => {
    // Read again under the write lock: another process may have been faster.
    for (const step of steps.slice(versionOf(database))) step.apply(database)
    database.pragma(`user_version = ${latest}`)
  })
  advance.immediate()
}

/** Throws `library-newer` when a later version of the program has written the database. */
export function refuseNewer(database: Database, steps: readonly Migration[]): void {
  const version = versionOf(database)
  const latest = latestVersion(steps)
  if (version <= latest) return
  throw new Failure(
    'library-newer',
    `The library ${database.name} was written by a newer Folio Lab (form ${version}; this one knows ${latest}). It was not touched.`,
    'Update Folio Lab, or name another file.',
  )
}
