import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { Measurement, Sample } from '../contract/sample.ts'
import { readStoredJson, readStoredValue } from '../contract/stored.ts'
import type { Database } from './database.ts'
import { loadCounters } from '../statistics/disturbance.ts'
import { addToLoad } from './loads.ts'

/** Stores one sample; throws `not-found` when the run has no such case. */
export function insertSample(database: Database, runId: RunId, sample: Sample): void {
  const { measurement, cellIndex, variantIndex, voidReason = null, ...place } = sample
  const { checks, tasks, counters, warnings, ...measured } = measurement
  const { changes } = database
    .prepare<[object]>(
      `INSERT INTO sample (run_id, schedule_index, case_id, session, block, round, warmup, started_at,
                           round_trip_ns, setup_ns, elapsed_ns, teardown_ns, work, valid, reason,
                           checks, tasks, counters, warnings, void_reason)
       SELECT :runId, :scheduleIndex, id, :session, :block, :round, :warmup, :startedAt,
              :roundTripNs, :setupNs, :elapsedNs, :teardownNs, :work, :valid, :reason,
              :checks, :tasks, :counters, :warnings, :voidReason
       FROM "case" WHERE run_id = :runId AND cell_index = :cellIndex AND variant_index = :variantIndex
         AND NOT EXISTS (SELECT 1 FROM packed WHERE case_id = "case".id)`,
    )
    .run({
      runId,
      cellIndex,
      variantIndex,
      ...place,
      ...measured,
      voidReason,
      warmup: Number(place.warmup),
      valid: Number(measured.valid),
      checks: JSON.stringify(checks),
      tasks: JSON.stringify(tasks),
      counters: JSON.stringify(counters),
      warnings: JSON.stringify(warnings),
    })
  if (changes === 0)
    throw new Failure(
      'not-found',
      `There is no run ${runId} under way with cell ${cellIndex} and variant ${variantIndex}.`,
      'The run may have been removed meanwhile; start a new one.',
    )
  addToLoad(database, runId, sample)
}

type SampleRow = Readonly<{
  scheduleIndex: number
  cellIndex: number
  variantIndex: number
  session: number
  block: number
  round: number
  warmup: number
  startedAt: number
  roundTripNs: number
  setupNs: number
  elapsedNs: number
  teardownNs: number
  work: number
  valid: number
  reason: string | null
  checks: string
  tasks: string
  counters: string
  warnings: string
  voidReason: string | null
}>

const samplesPerPage = 1000

/**
 * The samples of a run in the order of its schedule. Those of a run that is too large to be packed
 * are read page by page: it may have more than memory holds, and nothing else waits meanwhile.
 */
export function* samplesInOrder(database: Database, runId: RunId): Generator<Sample> {
  for (const row of rowsInOrder(database, runId, 'checks, counters, warnings')) yield sampleOf(row, runId)
}

// A patch leaves out what is null: a counter that the sample does not have.
const shortColumns = `'[]' AS checks, '[]' AS warnings,
  json_patch('{}', json_object(${loadCounters.map(name => `'${name}', counters ->> '$.${name}'`).join(', ')})) AS counters`

function* rowsInOrder(database: Database, runId: RunId, longColumns: string): Generator<SampleRow> {
  const columns = `
    schedule_index AS scheduleIndex, cell_index AS cellIndex, variant_index AS variantIndex, session, block, round,
    warmup, started_at AS startedAt, round_trip_ns AS roundTripNs, setup_ns AS setupNs, elapsed_ns AS elapsedNs,
    teardown_ns AS teardownNs, work, valid, reason, taken.tasks, void_reason AS voidReason, ${longColumns}`
  yield* database
    .prepare<[object], SampleRow>(
      `SELECT ${columns}
       FROM "case" JOIN packed ON packed.case_id = "case".id JOIN unpacked(packed.content) AS taken
       WHERE run_id = :runId ORDER BY schedule_index`,
    )
    .all({ runId })
  const page = database.prepare<[object], SampleRow>(
    `SELECT ${columns}
     FROM sample AS taken JOIN "case" ON "case".id = taken.case_id
     WHERE taken.run_id = :runId AND schedule_index > :after ORDER BY schedule_index LIMIT ${samplesPerPage}`,
  )
  let after = -1
  for (;;) {
    const rows = page.all({ runId, after })
    yield* rows
    after = rows.at(-1)?.scheduleIndex ?? after
    if (rows.length < samplesPerPage) return
  }
}

/** From here on memory for a run of whole samples would be counted in gigabytes. */
const mostWholeSamples = 100_000
/** Even the shortened samples of more would not fit into a process. */
const mostSamples = 2_000_000

/**
 * The samples of a run at once. Those of a very large run come without what no table is made from:
 * checks, warnings, and counters that tell of no disturbance; its export has all. Throws
 * `unsupported` for one that no memory holds.
 */
export function samplesOf(database: Database, runId: RunId, count: number): Sample[] {
  if (count > mostSamples)
    throw new Failure(
      'unsupported',
      `The run has ${count.toLocaleString('en')} samples, more than can be shown at once (${mostSamples.toLocaleString('en')}).`,
      `Compare its variants, or look at it with other programs: folio-lab runs export ${runId} FILE`,
    )
  if (count <= mostWholeSamples) return [...samplesInOrder(database, runId)]
  return Array.from(rowsInOrder(database, runId, shortColumns), row => sampleOf(row, runId))
}

function sampleOf(row: SampleRow, runId: RunId): Sample {
  const { setupNs, elapsedNs, teardownNs, work, valid, reason, checks, tasks, counters, warnings, ...rest } =
    row
  const { voidReason, ...place } = rest
  const what = `sample ${row.scheduleIndex} of run ${runId}`
  return readStoredValue(
    Sample,
    {
      ...place,
      ...(voidReason === null ? {} : { voidReason }),
      warmup: row.warmup === 1,
      measurement: {
        setupNs,
        elapsedNs,
        teardownNs,
        work,
        valid: valid === 1,
        reason,
        checks: readStoredJson(Measurement.shape.checks, checks, what),
        tasks: readStoredJson(Measurement.shape.tasks, tasks, what),
        counters: readStoredJson(Measurement.shape.counters, counters, what),
        warnings: readStoredJson(Measurement.shape.warnings, warnings, what),
      },
    },
    what,
  )
}
