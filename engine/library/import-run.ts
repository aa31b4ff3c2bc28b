import { cellKey } from '../contract/case.ts'
import { Failure } from '../contract/failure.ts'
import type { RunFile } from '../contract/run-file.ts'
import type { Sample } from '../contract/sample.ts'
import type { ReadRunFile } from '../exchange/read-run-file.ts'
import { expandCells } from '../plan/expand-cells.ts'
import { sqliteCode, type Database } from './database.ts'
import { setNote } from './notes.ts'
import { packSamples } from './packed-samples.ts'
import type { RunOrigin } from './run-origin.ts'
import { insertRun, originOf, setOrigin } from './runs.ts'
import { insertSample } from './samples.ts'

/**
 * Stores the run of a file as it is; throws `bad-input` when it is already
 * there or contradicts itself.
 */
export function importRun(
  database: Database,
  { run, plan, environment, samples }: ReadRunFile,
  origin: RunOrigin,
): void {
  if (origin === 'imported-calibration' && originOf(database, run.id) === 'imported')
    return setOrigin(database, run.id, origin) // the user says only now that it is to count
  refuseStored(database, run.id)
  const cellCount = new Set(expandCells(plan).map(cellKey)).size
  database.transaction(() => {
    insertRun(database, { ...run, ...endOf(run), plan, environment })
    setOrigin(database, run.id, origin)
    setNote(database, run.id, run.note)
    for (const sample of samples()) {
      if (sample.cellIndex >= cellCount || sample.variantIndex >= plan.variants.length)
        throw contradiction(`a sample is of ${placeOf(sample)}, which its plan does not have`)
      storeSample(database, run.id, sample)
    }
    if (run.status === 'complete') packSamples(database, run.id)
  })()
}

function endOf({ status, statusReason }: RunFile['run']): Pick<RunFile['run'], 'status' | 'statusReason'> {
  if (status !== 'running') return { status, statusReason }
  return { status: 'interrupted', statusReason: 'It was exported while it was running.' }
}

function refuseStored(database: Database, id: string): void {
  const stored = database
    .prepare<[string], { label: string; deletedAt: number | null }>(
      'SELECT label, deleted_at AS deletedAt FROM run WHERE id = ?',
    )
    .get(id)
  if (!stored) return
  if (stored.deletedAt === null)
    throw new Failure(
      'bad-input',
      `This run is already in the library, as “${stored.label}”.`,
      'There is nothing to import.',
    )
  throw new Failure(
    'bad-input',
    `You deleted this run (“${stored.label}”).`,
    `Restore it: in the window under Runs, Deleted, or with folio-lab runs restore ${id}`,
  )
}

/**
 * The database holds one sample for each index and each place; it finds the second one
 * without a list of them all.
 */
function storeSample(database: Database, runId: string, sample: Sample): void {
  try {
    insertSample(database, runId, sample)
  } catch (error) {
    const code = sqliteCode(error)
    if (code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
      throw contradiction(`two samples have index ${sample.scheduleIndex}`)
    if (code === 'SQLITE_CONSTRAINT_UNIQUE') throw contradiction(`two samples have ${placeOf(sample)}`)
    throw error
  }
}

function placeOf({ round, cellIndex, variantIndex }: Sample): string {
  return `round ${round}, cell ${cellIndex}, variant ${variantIndex}`
}

function contradiction(what: string): Failure {
  return new Failure('bad-input', `The run file contradicts itself: ${what}.`, 'Export the run again.')
}
