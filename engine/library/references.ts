/** The published tables as rows of the library, so that they can be shown beside measured ones. */
import { publishedMachines, publishedReferences, publishedSizes } from '../comparison/published-tables.ts'
import { Reference } from '../contract/reference.ts'
import { readStoredValue } from '../contract/stored.ts'
import type { Database } from './database.ts'

/** Fills the table `reference`; part of the migration that gave it its present form. */
export function insertPublishedReferences(database: Database): void {
  const insert = database.prepare<[object]>(
    `INSERT INTO reference
       (table_id, title, machine, cpu, baseline, stage, benchmark, folio_bytes, percent, source)
     VALUES
       (:table, :title, :machine, :cpu, :baseline, :stage, :benchmark, :folioBytes, :percent, :source)`,
  )
  for (const { returns: _, ...reference } of [...publishedReferences(), ...publishedSizes()])
    insert.run(reference)
}

/** The stored rows of the published tables; throws `library-damaged` where one cannot be read. */
export function listReferences(database: Database): Reference[] {
  return database
    .prepare<[], Omit<Reference, 'returns'>>(
      `SELECT table_id AS "table", title, machine, cpu, baseline, stage, benchmark,
              folio_bytes AS folioBytes, percent, source
       FROM reference`,
    )
    .all()
    .map(row => {
      const returns = publishedMachines.find(({ id }) => id === row.machine)?.returns
      return readStoredValue(Reference, { ...row, returns }, 'the published tables')
    })
}
