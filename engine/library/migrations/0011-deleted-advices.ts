import type { Migration } from './migration.ts'

/** An answer of the advisor can be deleted, and brought back for a while, as a run can. */
export const deletedAdvices: Migration = {
  version: 11,
  apply(database) {
    database.exec('ALTER TABLE advice ADD COLUMN deleted_at REAL')
  },
}
