import { insertPublishedReferences } from '../references.ts'
import type { Migration } from './migration.ts'

/**
 * A plan has several folio sizes: the earlier one becomes a list of one. The published tables
 * name the folio size and what they were published against, and so have room for those that go
 * over sizes; they are filled again.
 */
export const folioSizes: Migration = {
  version: 12,
  apply(database) {
    database.exec(`
      UPDATE run SET plan = json_set(
        json_remove(plan, '$.folioBytes'), '$.folioSizes', json_array(plan -> '$.folioBytes'))
      WHERE iif(json_valid(plan), json_type(plan, '$.folioBytes'), NULL) = 'integer';

      DROP TABLE reference;
      CREATE TABLE reference (
        table_id TEXT NOT NULL,
        title TEXT NOT NULL,
        machine TEXT NOT NULL,
        cpu TEXT NOT NULL,
        baseline TEXT NOT NULL,
        stage TEXT NOT NULL,
        benchmark TEXT NOT NULL,
        folio_bytes INTEGER NOT NULL,
        percent REAL NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (table_id, baseline, stage, benchmark, folio_bytes)
      ) STRICT, WITHOUT ROWID;
    `)
    insertPublishedReferences(database)
  },
}
