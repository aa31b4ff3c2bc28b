import type { Migration } from './migration.ts'

/**
 * All that values are made from, case by case: without it, each sample of a case is on a
 * page of its own, since a run stores its cases in turn, and a history over a thousand runs
 * reads hundreds of megabytes.
 */
const index = `
  CREATE INDEX sample_values ON sample (case_id, warmup, round, session, valid, elapsed_ns, work, tasks);
`

export const values: Migration = {
  version: 4,
  apply(database) {
    database.exec(index)
  },
}
