/** Runs with their variants, cases and environments. */
import { randomUUID } from 'node:crypto'
import { noteCharacters } from '../contract/bounds.ts'
import { Environment, type Guest } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import { Plan } from '../contract/plan.ts'
import {
  RunId,
  RunSummary,
  type Run,
  type RunHead,
  type RunOutcome,
  type RunStatus,
} from '../contract/run.ts'
import { readStoredJson, readStoredValue, unlessDamaged } from '../contract/stored.ts'
import type { Timestamp } from '../contract/units.ts'
import { fingerprint } from '../machine/fingerprint.ts'
import { machineName } from '../text/machine-text.ts'
import { expandCells } from '../plan/expand-cells.ts'
import { disturbanceSentences } from '../statistics/disturbed.ts'
import { forgetCalibration } from './calibrations.ts'
import type { Database } from './database.ts'
import type { RunOrigin } from './run-origin.ts'
import { readLoads } from './loads.ts'
import { runNotFound } from './run-not-found.ts'
import { samplesOf } from './samples.ts'

/** What is known of a run when it is first stored. */
export type NewRun = Readonly<{
  id: RunId
  label: string
  status: RunStatus
  statusReason: string
  createdAt: Timestamp
  endedAt: Timestamp | null
  plan: Plan
  environment: Environment
}>

/** Stores a run with its variants and cases. The caller provides the transaction. */
export function insertRun(database: Database, run: NewRun): void {
  const environmentId = insertEnvironment(database, run.environment)
  database
    .prepare<[object]>(
      `INSERT INTO run (id, environment_id, label, status, status_reason, created_at, ended_at, plan)
       VALUES (:id, :environmentId, :label, :status, :statusReason, :createdAt, :endedAt, :plan)`,
    )
    .run({
      id: run.id,
      environmentId,
      label: run.label,
      status: run.status,
      statusReason: run.statusReason,
      createdAt: run.createdAt,
      endedAt: run.endedAt,
      plan: JSON.stringify(run.plan),
    })
  insertVariantsAndCases(database, run.id, run.plan)
}

function insertEnvironment(database: Database, environment: Environment): number | bigint {
  const machine = { fingerprint: fingerprint(environment.facts), name: machineName(environment.facts) }
  database
    .prepare<[object]>(
      `INSERT INTO machine (fingerprint, name) VALUES (:fingerprint, :name)
       ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name`,
    )
    .run(machine)
  return database
    .prepare<[object]>(
      `INSERT INTO environment (machine_id, kernel_release, content)
       SELECT id, :kernelRelease, :content FROM machine WHERE fingerprint = :fingerprint`,
    )
    .run({
      fingerprint: machine.fingerprint,
      kernelRelease: environment.facts.kernel.release,
      content: JSON.stringify(environment),
    }).lastInsertRowid
}

function insertVariantsAndCases(database: Database, runId: RunId, plan: Plan): void {
  const insertVariant = database.prepare<[object]>(
    `INSERT INTO variant (run_id, variant_index, label, target, content)
     VALUES (:runId, :variantIndex, :label, :target, :content)`,
  )
  const insertCase = database.prepare<[object]>(
    `INSERT INTO "case" (run_id, variant_index, cell_index, benchmark, size_bytes, folio_bytes, tasks)
     VALUES (:runId, :variantIndex, :cellIndex, :benchmark, :sizeBytes, :folioBytes, :tasks)`,
  )
  const cells = expandCells(plan)
  plan.variants.forEach((variant, variantIndex) => {
    const { label, target } = variant
    insertVariant.run({ runId, variantIndex, label, target, content: JSON.stringify(variant) })
    cells.forEach(({ benchmark, parameters }, cellIndex) =>
      insertCase.run({ runId, variantIndex, cellIndex, benchmark, ...parameters }),
    )
  })
}

/** The status of a run; throws `not-found`. */
export function getStatus(database: Database, id: RunId): RunStatus {
  const status = database.prepare<[string], RunStatus>('SELECT status FROM run WHERE id = ?').pluck().get(id)
  if (status === undefined) throw runNotFound(id)
  return status
}

type SummaryRow = Readonly<{
  id: string
  label: string
  status: RunStatus
  statusReason: string
  createdAt: number
  endedAt: number | null
  target: string | null
  benchmarks: string | null
  variantLabels: string
  kernelRelease: string | null
  guestReleases: string | null
  deletedAt: number | null
  machineName: string | null
  advice: string | null
  sampleCount: number
  invalidCount: number
  note: string
}>

type RunRow = SummaryRow & Readonly<{ plan: string; environment: string | null }>

/**
 * Lists read no note that is larger than a note may be now: its length is known without reading it.
 */
const boundedNote = `
  CASE WHEN note.content IS NULL THEN '' WHEN octet_length(note.content) <= ${4 * noteCharacters} THEN note.content
       ELSE 'This note is too long to be shown: ' || octet_length(note.content) || ' bytes.' END`

/**
 * Of a plan only what lists show: of thousands of runs, to check plans in full would take
 * longer than all the rest.
 */
const summaryColumns = `
  run.id, run.label, run.status, run.status_reason AS statusReason, run.created_at AS createdAt,
  run.ended_at AS endedAt, iif(json_valid(run.plan), run.plan ->> 'target', NULL) AS target,
  iif(json_valid(run.plan), run.plan -> 'benchmarks', NULL) AS benchmarks,
  (SELECT json_group_array(label ORDER BY variant_index) FROM variant WHERE run_id = run.id) AS variantLabels,
  environment.kernel_release AS kernelRelease, machine.name AS machineName,
  CASE WHEN NOT (json_valid(run.plan) AND json_valid(environment.content)) THEN NULL
       WHEN run.plan ->> 'target' = 'vm' THEN
         (SELECT json_group_array(DISTINCT guest.value ->> '$.facts.kernel.release')
          FROM json_each(environment.content, '$.guests') AS guest) END AS guestReleases,
  run.deleted_at AS deletedAt,
  iif(json_valid(run.plan), run.plan ->> 'advice', NULL) AS advice,
  coalesce(tally.samples, 0) AS sampleCount, coalesce(tally.invalid, 0) AS invalidCount,
  ${boundedNote} AS note`

const fromRuns = `
  FROM run
  LEFT JOIN environment ON environment.id = run.environment_id
  LEFT JOIN machine ON machine.id = environment.machine_id
  LEFT JOIN tally ON tally.run_id = run.id
  LEFT JOIN note ON note.run_id = run.id`

/**
 * Runs, the one stored last first: its clock may have been wrong. A row that cannot be
 * read is shown as damaged.
 */
export function listRuns(database: Database, includeDeleted: boolean): RunSummary[] {
  return database
    .prepare<[object], SummaryRow>(
      `SELECT ${summaryColumns} ${fromRuns}
       WHERE :includeDeleted OR run.deleted_at IS NULL ORDER BY run.rowid DESC`,
    )
    .all({ includeDeleted: Number(includeDeleted) })
    .map(row => unlessDamaged(() => summaryOf(database, row), damagedSummary(row.id)))
}

/** A run without its samples; throws `not-found`. A hidden run is found too. */
export function getRunHead(database: Database, id: RunId): RunHead {
  const row = database
    .prepare<[string], RunRow>(
      `SELECT ${summaryColumns}, run.plan, environment.content AS environment ${fromRuns} WHERE run.id = ?`,
    )
    .get(id)
  if (!row) throw runNotFound(id)
  const { plan: planText, environment, ...summary } = row
  const plan = readStoredJson(Plan, planText, `the plan of run ${id}`)
  return {
    summary: summaryOf(database, summary),
    plan,
    cells: expandCells(plan),
    environment: readStoredJson(Environment, environment, `the environment of run ${id}`),
  }
}

/** A whole run; throws `not-found`. A hidden run is found too. */
export function getRun(database: Database, id: RunId): Run {
  const head = getRunHead(database, id)
  return { ...head, samples: samplesOf(database, id, head.summary.sampleCount) }
}

function summaryOf(
  database: Database,
  { benchmarks, variantLabels, advice, guestReleases, deletedAt, ...rest }: SummaryRow,
): RunSummary {
  const what = `run ${rest.id}`
  const { shape } = RunSummary
  const summary = {
    ...rest,
    ...(guestReleases === null ? {} : { kernelRelease: releasesIn(guestReleases, what) }),
    ...(advice === null ? {} : { advice }),
    ...(deletedAt === null ? {} : { deletedAt }),
    disturbances: disturbanceSentences([{ label: rest.label, loads: readLoads(database, rest.id) }]),
    benchmarks: readStoredJson(shape.benchmarks, benchmarks, what),
    variantLabels: readStoredJson(shape.variantLabels, variantLabels, what),
  }
  return readStoredValue(RunSummary, summary, what)
}

function releasesIn(guestReleases: string, what: string): string {
  return readStoredJson(RunSummary.shape.variantLabels, guestReleases, what).join(', ') || 'none booted'
}

/** What stands for a run whose row cannot be read, so that it is seen and can be deleted. */
function damagedSummary(id: RunId): RunSummary {
  return {
    id,
    label: 'damaged',
    status: 'failed',
    statusReason: 'The library’s record of this run is damaged. It can only be deleted.',
    createdAt: 0,
    endedAt: null,
    target: '',
    benchmarks: [],
    variantLabels: [],
    kernelRelease: '',
    machineName: '',
    sampleCount: 0,
    invalidCount: 0,
    note: '',
    disturbances: [],
  }
}

/** Where a run is from; null when there is none. */
export function originOf(database: Database, id: RunId): RunOrigin | null {
  return database.prepare<[string], RunOrigin>('SELECT origin FROM run WHERE id = ?').pluck().get(id) ?? null
}

/** Sets where the run comes from; throws `not-found`. */
export function setOrigin(database: Database, id: RunId, origin: RunOrigin): void {
  update(database, id, 'origin = :origin', { origin })
}

/** Gives the run another label; throws `not-found`. */
export function labelRun(database: Database, id: RunId, label: string): void {
  update(database, id, 'label = :label', { label })
}

/** Notes how and when a run ended; throws `not-found`. */
export function endRun(database: Database, outcome: RunOutcome, now: Timestamp): void {
  const { runId, status, reason } = outcome
  update(database, runId, 'status = :status, status_reason = :reason, ended_at = :now', {
    status,
    reason,
    now,
  })
}

/**
 * Makes a run that ended early a running one again; throws `bad-input` when
 * it is complete or running.
 */
export function reopenRun(database: Database, id: RunId): void {
  const status = getStatus(database, id)
  if (status === 'complete' || status === 'running')
    throw new Failure(
      'bad-input',
      `The run ${id} is ${status}; there is nothing to resume.`,
      status === 'complete' ? 'Start a new run.' : 'Wait for it or cancel it.',
    )
  update(database, id, `status = 'running', status_reason = '', ended_at = NULL`, {})
  forgetCalibration(database, id)
}

/** Adds a virtual machine to the environment of a run; throws `not-found`. */
export function addGuest(database: Database, id: RunId, guest: Guest): void {
  const { changes } = database
    .prepare<[object]>(
      `UPDATE environment SET content = json_insert(content, '$.guests[#]', json(:guest))
       WHERE id = (SELECT environment_id FROM run WHERE id = :id)`,
    )
    .run({ id, guest: JSON.stringify(guest) })
  if (changes === 0) throw runNotFound(id)
}

/** Runs that have not ended, among them those whose session is gone. */
export function runningRuns(database: Database): RunId[] {
  return database.prepare<[], RunId>(`SELECT id FROM run WHERE status = 'running'`).pluck().all()
}

/**
 * What lists show of each run, but for its samples, as one text: equal as long as
 * nothing of it has changed.
 */
export function runStates(database: Database): Map<RunId, string> {
  const rows = database
    .prepare<[], { id: RunId; state: string }>(
      `SELECT run.id, json_array(label, status, status_reason, deleted_at, ${boundedNote}) AS state
       FROM run LEFT JOIN note ON note.run_id = run.id`,
    )
    .all()
  return new Map(rows.map(({ id, state }) => [id, state]))
}

/**
 * Gives every run its id in the one form that requests have it in: a library may have been written
 * by other programs. What is no id, or another's in a second spelling, becomes a new one, so that
 * the run can be named at all.
 */
export function canonicaliseIds(database: Database): void {
  const odd = database
    .prepare<[], string>('SELECT id FROM run')
    .pluck()
    .all()
    .filter(id => RunId.safeParse(id).data !== id)
  if (odd.length === 0) return
  database
    .transaction(() => {
      database.pragma('defer_foreign_keys = ON')
      for (const id of odd) renameRun(database, id, canonicalIdFor(database, id))
    })
    .immediate()
}

function canonicalIdFor(database: Database, id: string): RunId {
  const canonical = RunId.safeParse(id).data
  const isTaken =
    canonical !== undefined && database.prepare('SELECT 1 FROM run WHERE id = ?').get(canonical) !== undefined
  return canonical === undefined || isTaken ? randomUUID() : canonical
}

const tablesWithRunId = ['variant', 'case', 'sample', 'baseline', 'note', 'tally', 'calibration']

function renameRun(database: Database, from: string, to: RunId): void {
  for (const table of tablesWithRunId)
    database.prepare<[string, string]>(`UPDATE "${table}" SET run_id = ? WHERE run_id = ?`).run(to, from)
  database.prepare<[string, string]>('UPDATE run SET id = ? WHERE id = ?').run(to, from)
}

/** Marks a run as interrupted if it is a running one. */
export function interruptRun(database: Database, id: RunId, reason: string, now: Timestamp): void {
  if (getStatus(database, id) === 'running')
    endRun(database, { runId: id, status: 'interrupted', reason }, now)
}

/** Deletes a run so that it can be restored; throws `bad-input` while it is under way. */
export function hideRun(database: Database, id: RunId, now: Timestamp): void {
  const status = getStatus(database, id)
  if (status === 'running')
    throw new Failure('bad-input', `The run ${id} is under way.`, 'Cancel it before you delete it.')
  update(database, id, 'deleted_at = :now', { now })
}

/** Brings a deleted run back; throws `not-found`. */
export function restoreRun(database: Database, id: RunId): void {
  update(database, id, 'deleted_at = NULL', {})
}

/** Removes for good the runs hidden before `limit`. */
export function removeHiddenBefore(database: Database, limit: Timestamp): void {
  database.transaction(() => {
    database.prepare<[number]>('DELETE FROM run WHERE deleted_at < ?').run(limit)
    database.exec('DELETE FROM environment WHERE id NOT IN (SELECT environment_id FROM run)')
  })()
}

function update(database: Database, id: RunId, assignments: string, values: object): void {
  const { changes } = database
    .prepare<[object]>(`UPDATE run SET ${assignments} WHERE id = :id`)
    .run({ id, ...values })
  if (changes === 0) throw runNotFound(id)
}
