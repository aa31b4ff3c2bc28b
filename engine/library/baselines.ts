import type { VariantReference } from '../contract/comparison.ts'
import { Failure } from '../contract/failure.ts'
import type { Database } from './database.ts'

/** The pinned baseline; null when there is none. */
export function getBaseline(database: Database): VariantReference | null {
  const row = database
    .prepare<[], VariantReference>('SELECT run_id AS runId, variant_index AS variantIndex FROM baseline')
    .get()
  return row ?? null
}

/** Pins a baseline, or none; throws `not-found` when there is no such variant. */
export function setBaseline(database: Database, reference: VariantReference | null): void {
  if (reference === null) {
    database.exec('DELETE FROM baseline')
    return
  }
  const { changes } = database
    .prepare<[VariantReference]>(
      `INSERT INTO baseline (only, run_id, variant_index)
       SELECT 1, run_id, variant_index FROM variant WHERE run_id = :runId AND variant_index = :variantIndex
       ON CONFLICT (only) DO UPDATE SET run_id = excluded.run_id, variant_index = excluded.variant_index`,
    )
    .run(reference)
  if (changes === 0)
    throw new Failure(
      'not-found',
      `The run ${reference.runId} has no variant ${reference.variantIndex}.`,
      'Choose a variant of a stored run.',
    )
}
