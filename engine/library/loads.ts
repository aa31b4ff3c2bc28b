/** What else ran while cells were measured: sums over their samples. */
import type { RunId } from '../contract/run.ts'
import type { Sample } from '../contract/sample.ts'
import { addLoads, loadOf, noLoad, type Load } from '../statistics/disturbance.ts'
import type { Database } from './database.ts'

/** Of the samples of a cell that count, and of all of them. */
export type CellLoad = Readonly<{ counted: Load; all: Load }>

/** Adds a sample that has just been stored; warm-up rounds are left out. */
export function addToLoad(database: Database, runId: RunId, sample: Sample): void {
  const load = loadOf(sample.measurement.counters, sample.measurement.tasks.length)
  if (sample.warmup || load.samples === 0) return
  database
    .prepare<[object]>(
      `INSERT INTO load (run_id, cell_index, is_void, samples, switched, sample_ns, processors_ns, other_programs_ns, stolen_ns)
     VALUES (:runId, :cellIndex, :isVoid, 1, :switched, :sampleNs, :processorsNs, :otherProgramsNs, :stolenNs)
     ON CONFLICT DO UPDATE SET samples = samples + 1, switched = switched + excluded.switched,
       sample_ns = sample_ns + excluded.sample_ns, processors_ns = processors_ns + excluded.processors_ns,
       other_programs_ns = other_programs_ns + excluded.other_programs_ns, stolen_ns = stolen_ns + excluded.stolen_ns`,
    )
    .run({ runId, cellIndex: sample.cellIndex, isVoid: Number(sample.voidReason !== undefined), ...load })
}

/** Of each cell of a run, by its index; a cell without a sample that tells of it is missing. */
export function readLoads(database: Database, runId: RunId): Map<number, CellLoad> {
  const rows = database
    .prepare<[string], Load & Readonly<{ cellIndex: number; isVoid: number }>>(
      `SELECT cell_index AS cellIndex, is_void AS isVoid, samples, switched, sample_ns AS sampleNs,
              processors_ns AS processorsNs, other_programs_ns AS otherProgramsNs, stolen_ns AS stolenNs
       FROM load WHERE run_id = ?`,
    )
    .all(runId)
  return loadsByCell(
    rows.map(({ cellIndex, isVoid, ...load }) => ({ cellIndex, isVoid: isVoid === 1, load })),
  )
}

/** The same from samples that are in memory. */
export function loadsOfSamples(samples: readonly Sample[]): Map<number, CellLoad> {
  return loadsByCell(
    samples
      .filter(({ warmup }) => !warmup)
      .map(({ cellIndex, voidReason, measurement }) => ({
        cellIndex,
        isVoid: voidReason !== undefined,
        load: loadOf(measurement.counters, measurement.tasks.length),
      })),
  )
}

type Part = Readonly<{ cellIndex: number; isVoid: boolean; load: Load }>

function loadsByCell(parts: readonly Part[]): Map<number, CellLoad> {
  const cells = new Map<number, CellLoad>()
  for (const { cellIndex, isVoid, load } of parts) {
    const before = cells.get(cellIndex)
    cells.set(cellIndex, {
      counted: addLoads([before?.counted ?? noLoad, isVoid ? noLoad : load]),
      all: addLoads([before?.all ?? noLoad, load]),
    })
  }
  return cells
}
