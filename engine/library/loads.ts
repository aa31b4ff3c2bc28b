/** What else ran while cells were measured: sums over their samples. */
import type { RunId } from '../contract/run.ts'
import type { Sample } from '../contract/sample.ts'
import type { Load } from '../statistics/disturbance.ts'
import { loadPart, loadsOf, type Loads } from '../statistics/disturbed.ts'
import type { Database } from './database.ts'

/** Adds a sample that has just been stored; warm-up rounds are left out. */
export function addToLoad(database: Database, runId: RunId, sample: Sample): void {
  const [part] = loadPart(sample)
  if (!part || part.load.samples === 0) return
  database
    .prepare<[object]>(
      `INSERT INTO load (run_id, cell_index, is_void, samples, switched, sample_ns, processors_ns, other_programs_ns, stolen_ns)
     VALUES (:runId, :cellIndex, :isVoid, 1, :switched, :sampleNs, :processorsNs, :otherProgramsNs, :stolenNs)
     ON CONFLICT DO UPDATE SET samples = samples + 1, switched = switched + excluded.switched,
       sample_ns = sample_ns + excluded.sample_ns, processors_ns = processors_ns + excluded.processors_ns,
       other_programs_ns = other_programs_ns + excluded.other_programs_ns, stolen_ns = stolen_ns + excluded.stolen_ns`,
    )
    .run({ runId, cellIndex: sample.cellIndex, isVoid: Number(part.isVoid), ...part.load })
}

/** Of each cell of a run, by its index; a cell without a sample that reports it is missing. */
export function readLoads(database: Database, runId: RunId): Loads {
  const rows = database
    .prepare<[string], Load & Readonly<{ cellIndex: number; isVoid: number }>>(
      `SELECT cell_index AS cellIndex, is_void AS isVoid, samples, switched, sample_ns AS sampleNs,
              processors_ns AS processorsNs, other_programs_ns AS otherProgramsNs, stolen_ns AS stolenNs
       FROM load WHERE run_id = ?`,
    )
    .all(runId)
  return loadsOf(rows.map(({ cellIndex, isVoid, ...load }) => ({ cellIndex, isVoid: isVoid === 1, load })))
}
