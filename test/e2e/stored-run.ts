/**
 * What a library file holds, read by SQLite itself and not by the program under test; of that only
 * what unpacks samples.
 */
import Database from 'better-sqlite3'
import { showEverySample } from '../fixtures/every-sample.ts'

export type StoredSample = Readonly<{
  scheduleIndex: number
  variantIndex: number
  cellIndex: number
  benchmark: string
  round: number
  block: number
  warmup: number
  session: number
  startedAt: number
  elapsedNs: number
  work: number
  /**
   * Nanoseconds of a time benchmark; bytes per second, summed over tasks,
   * of a throughput benchmark.
   */
  value: number
  valid: number
  reason: string | null
  voidReason: string | null
}>

export type StoredRun = Readonly<{ status: string; samples: readonly StoredSample[] }>

const selectSamples = `
  SELECT schedule_index AS scheduleIndex, variant_index AS variantIndex, cell_index AS cellIndex, benchmark, round,
         block, warmup, session, started_at AS startedAt, elapsed_ns AS elapsedNs, work, valid, reason,
         void_reason AS voidReason,
         CASE WHEN benchmark LIKE 'anon-cow-%'
           THEN (SELECT sum((value ->> 'work') * 1e9 / (value ->> 'elapsedNs')) FROM json_each(every_sample.tasks))
           ELSE elapsed_ns
         END AS value
  FROM every_sample JOIN "case" ON "case".id = every_sample.case_id
  WHERE "case".run_id = ?
  ORDER BY schedule_index`

/** One run with its samples in the order of the schedule; null when it is not stored. */
export function readStoredRun(file: string, runId: string): StoredRun | null {
  return withDatabase(file, database => {
    const status = database
      .prepare<[string], string>('SELECT status FROM run WHERE id = ?')
      .pluck()
      .get(runId)
    if (status === undefined) return null
    showEverySample(database)
    return { status, samples: database.prepare<[string], StoredSample>(selectSamples).all(runId) }
  })
}

/** What SQLite's own check finds; `ok` when nothing is wrong. */
export function checkIntegrity(file: string): string {
  return withDatabase(file, database => String(database.pragma('integrity_check', { simple: true })))
}

export function countForeignKeyErrors(file: string): number {
  return withDatabase(file, database => (database.pragma('foreign_key_check') as unknown[]).length)
}

function withDatabase<T>(file: string, read: (database: Database.Database) => T): T {
  const database = new Database(file, { readonly: true })
  try {
    return read(database)
  } finally {
    database.close()
  }
}
