/** The published tables of the series, kept as rows so that they can be laid beside measured ones. */
import type { BenchmarkName } from '../contract/benchmark.ts'
import { Reference } from '../contract/reference.ts'
import type { Database } from './database.ts'
import published from './published-results.json' with { type: 'json' }

/** Names of the vm-scalability cases in the published tables. */
const throughputBenchmarks: Readonly<Record<string, BenchmarkName>> = {
  seq: 'anon-cow-seq',
  rand: 'anon-cow-rand',
}

type Tables = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>

/** Fills the table `reference`; part of the first migration. */
export function insertPublishedReferences(database: Database): void {
  const insert = database.prepare<[Reference]>(
    `INSERT INTO reference (machine, cpu, stage, benchmark, percent, source)
     VALUES (:machine, :cpu, :stage, :benchmark, :percent, :source)`,
  )
  for (const reference of publishedReferences()) insert.run(reference)
}

export function listReferences(database: Database): Reference[] {
  return database
    .prepare<[], Reference>('SELECT machine, cpu, stage, benchmark, percent, source FROM reference')
    .all()
}

/** Every number of the published tables. */
export function publishedReferences(): Reference[] {
  return [...referencesOf(published.micro), ...referencesOf(published.vmScalability)]
}

function referencesOf(tables: Tables): Reference[] {
  const { subject, author, date, messageId } = published.source
  const source = `${author}, “${subject}”, ${date}, <${messageId}>`
  return Object.entries(tables).flatMap(([machine, stages]) =>
    Object.entries(stages).flatMap(([stage, columns]) =>
      Object.entries(columns).map(([column, percent]) =>
        Reference.parse({
          machine,
          cpu: published.machines.find(({ id }) => id === machine)?.cpu ?? machine,
          stage,
          benchmark: throughputBenchmarks[column] ?? column,
          percent,
          source,
        }),
      ),
    ),
  )
}
