import { cellKey } from '../contract/case.ts'
import { Failure } from '../contract/failure.ts'
import type { RunFile } from '../contract/run-file.ts'
import type { Sample } from '../contract/sample.ts'
import { expandCells } from '../plan/expand-cells.ts'
import type { Database } from './database.ts'
import { setNote } from './notes.ts'
import { insertRun } from './runs.ts'
import { insertSample } from './samples.ts'

/** Stores the run of a file as it is; throws `bad-input` when it is already there or contradicts itself. */
export function importRun(database: Database, { run, plan, environment, samples }: RunFile): void {
  refuseStored(database, run.id)
  refuseMisplaced(plan.variants.length, new Set(expandCells(plan).map(cellKey)).size, samples)
  database.transaction(() => {
    insertRun(database, { ...run, ...endOf(run), plan, environment })
    setNote(database, run.id, run.note)
    for (const sample of samples) insertSample(database, run.id, sample)
  })()
}

function endOf({ status, statusReason }: RunFile['run']): Pick<RunFile['run'], 'status' | 'statusReason'> {
  if (status !== 'running') return { status, statusReason }
  return { status: 'interrupted', statusReason: 'It was exported while it was running.' }
}

function refuseStored(database: Database, id: string): void {
  const hidden = database
    .prepare<[string], { deletedAt: number | null }>('SELECT deleted_at AS deletedAt FROM run WHERE id = ?')
    .get(id)
  if (!hidden) return
  throw new Failure(
    'bad-input',
    `The run ${id} is already in this library${hidden.deletedAt === null ? '' : ', deleted'}.`,
    hidden.deletedAt === null ? 'There is nothing to import.' : `Bring it back: folio-lab runs restore ${id}`,
  )
}

function refuseMisplaced(variantCount: number, cellCount: number, samples: readonly Sample[]): void {
  const places = new Set<string>()
  for (const { scheduleIndex, cellIndex, variantIndex, round } of samples) {
    const [index, place] = [
      `index ${scheduleIndex}`,
      `round ${round}, cell ${cellIndex}, variant ${variantIndex}`,
    ]
    if (cellIndex >= cellCount || variantIndex >= variantCount)
      throw contradiction(`a sample is of ${place}, which its plan does not have`)
    for (const name of [index, place]) {
      if (places.has(name)) throw contradiction(`two samples have ${name}`)
      places.add(name)
    }
  }
}

function contradiction(what: string): Failure {
  return new Failure('bad-input', `The run file contradicts itself: ${what}.`, 'Export the run anew.')
}
