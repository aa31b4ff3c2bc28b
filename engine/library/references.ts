/** The published tables as rows of the library, so that they can be laid beside measured ones. */
import { publishedMachines, publishedReferences } from '../comparison/published-tables.ts'
import { Reference } from '../contract/reference.ts'
import { readStoredValue } from '../contract/stored.ts'
import type { Database } from './database.ts'

/** Fills the table `reference`; part of the first migration. */
export function insertPublishedReferences(database: Database): void {
  const insert = database.prepare<[object]>(
    `INSERT INTO reference (machine, cpu, stage, benchmark, percent, source)
     VALUES (:machine, :cpu, :stage, :benchmark, :percent, :source)`,
  )
  for (const { returns: _, ...reference } of publishedReferences()) insert.run(reference)
}

/** The stored rows of the published tables; throws `library-damaged` where one cannot be read. */
export function listReferences(database: Database): Reference[] {
  return database
    .prepare<[], Omit<Reference, 'returns'>>(
      'SELECT machine, cpu, stage, benchmark, percent, source FROM reference',
    )
    .all()
    .map(row => {
      const returns = publishedMachines.find(({ id }) => id === row.machine)?.returns
      return readStoredValue(Reference, { ...row, returns }, 'the published tables')
    })
}
