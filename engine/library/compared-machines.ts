/**
 * Which runs speak for which machines, and what they say: the answer to a
 * comparison across machines.
 */
import {
  variantName,
  type ComparedMachine,
  type MachineComparison,
  type MachineComparisonRequest,
} from '../contract/machine-comparison.ts'
import type { Cell } from '../contract/case.ts'
import { Facts } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { readStoredJson, unlessDamaged } from '../contract/stored.ts'
import { Variant, type TargetName } from '../contract/variant.ts'
import {
  acrossMachines,
  familyName,
  vendorName,
  shownVariants,
  type Change,
  type MeasuredMachine,
} from '../comparison/across-machines.ts'
import { changesOf } from './changes.ts'
import type { Knowledge } from '../comparison/compare.ts'
import type { Database } from './database.ts'
import { groupBy } from '../comparison/group-by.ts'
import { runNotFound } from './run-not-found.ts'

type VariantRow = Readonly<{
  runId: RunId
  machineId: number
  /** JSON of a `Processor`, with the first variant of a run only. */
  processor: string | null
  variantIndex: number
  content: string
}>

type NamedVariant = Readonly<{ name: string; variantIndex: number; variant: Variant }>

/** A run that has the baseline and something to compare with it. */
type Candidate = Readonly<{
  runId: RunId
  machineId: number
  processor: Processor
  baseline: NamedVariant
  others: readonly NamedVariant[]
}>

type MachineRow = Readonly<{
  runLabel: string
  measuredAt: number
  name: string
  kernelRelease: string
}>

/**
 * What an atlas says of a processor; its caches, of which there may be hundreds, are not looked at.
 */
const Processor = Facts.shape.cpu.pick({
  vendor: true,
  family: true,
  model: true,
  name: true,
  kernelReturns: true,
})
type Processor = Pick<Facts['cpu'], 'vendor' | 'family' | 'model' | 'name' | 'kernelReturns'>

type CellRow = Readonly<{ cellIndex: number; benchmark: Cell['benchmark'] }> & Cell['parameters']

/** Each machine against its own baseline; throws `not-found` and `not-comparable`. */
export function compareMachines(
  database: Database,
  request: MachineComparisonRequest,
  knowledge: () => Knowledge,
  canStore: boolean,
): MachineComparison {
  const all = candidates(database, request)
  const chosen =
    request.runs === null ? newestOfEach(all, request.variant) : oneEach(request.runs, all, request)
  const names = chosen.flatMap(({ others }) => others.map(({ name }) => name))
  const shown = shownVariants(request, names, chosen.length)
  const measured = chosen.map(candidate => measuredMachine(database, candidate, shown, knowledge, canStore))
  return acrossMachines(request, measured, shown)
}

/**
 * Of each machine, by its id, what its newest run says of these variants against this baseline;
 * none where it has neither.
 */
export function measuredMachines(
  database: Database,
  question: Readonly<{ target: TargetName; baseline: string; variants: readonly string[] }>,
  knowledge: () => Knowledge,
  canStore: boolean,
): ReadonlyMap<number, MeasuredMachine> {
  const newest = newestOfEach(candidates(database, { ...question, runs: null }), null)
  return new Map(
    newest.map(candidate => [
      candidate.machineId,
      measuredMachine(database, candidate, question.variants, knowledge, canStore),
    ]),
  )
}

/** Runs that can speak, the one stored last first. */
function candidates(
  database: Database,
  { runs, target, baseline }: Pick<MachineComparisonRequest, 'runs' | 'target' | 'baseline'>,
): Candidate[] {
  const rows = database
    .prepare<[object], VariantRow>(
      `WITH place AS MATERIALIZED ( -- each environment is read once, and not for every variant again
         SELECT id, machine_id, content -> '$.facts.cpu' AS processor
         FROM environment WHERE json_valid(content)
       )
       SELECT run.id AS runId, machine_id AS machineId, variant_index AS variantIndex, variant.content,
              iif(variant_index = 0, processor, NULL) AS processor
       FROM run JOIN place ON place.id = run.environment_id
       JOIN variant ON variant.run_id = run.id
       WHERE variant.target = :target AND run.status <> 'running' AND NOT run.is_calibration
         AND (run.deleted_at IS NULL OR :isNamed)
         AND (NOT :isNamed OR run.id IN (SELECT value FROM json_each(:runs)))
       ORDER BY run.rowid DESC, variant_index`,
    )
    .all({ target, isNamed: Number(runs !== null), runs: JSON.stringify(runs ?? []) })
  const known = new Map<string, Variant>() // thousands of runs have few different variants
  function readVariant({ content, runId }: VariantRow): Variant {
    const variant = known.get(content) ?? readStoredJson(Variant, content, `a variant of run ${runId}`)
    known.set(content, variant)
    return variant
  }
  return [...groupBy(rows, ({ runId }) => runId).values()].flatMap(group =>
    unlessDamaged(() => candidateOf(group, baseline, readVariant), []),
  )
}

function candidateOf(
  rows: readonly VariantRow[],
  baselineName: string,
  readVariant: (row: VariantRow) => Variant,
): Candidate[] {
  const [first] = rows
  if (!first) return []
  const what = `the environment of run ${first.runId}`
  const processor = readStoredJson(Processor, first.processor, what)
  const variants = rows.map(row => {
    const variant = readVariant(row)
    return { name: variantName(variant), variantIndex: row.variantIndex, variant }
  })
  const named = [...groupBy(variants, ({ name }) => name).values()].flatMap(
    same => preferred(same, processor.kernelReturns.kind) ?? [],
  )
  const baseline = named.find(({ name }) => name === baselineName)
  const others = named.filter(({ name }) => name !== baselineName)
  if (!baseline || others.length === 0) return []
  return [{ runId: first.runId, machineId: first.machineId, processor, baseline, others }]
}

/**
 * Of variants of one name the one whose functions return as those of the machine's
 * kernel do, else the first.
 */
function preferred(same: readonly NamedVariant[], kernelReturns: string | null): NamedVariant | undefined {
  return (
    same.find(
      ({ variant }) => variant.target === 'model' && variant.returns === (kernelReturns ?? 'plain'),
    ) ?? same[0]
  )
}

/** Of each machine the newest run, of those that have the variant asked for. */
function newestOfEach(all: readonly Candidate[], variant: string | null): Candidate[] {
  const fitting = all.filter(({ others }) => variant === null || others.some(({ name }) => name === variant))
  const machines = new Map<number, Candidate>()
  for (const candidate of fitting)
    if (!machines.has(candidate.machineId)) machines.set(candidate.machineId, candidate)
  return [...machines.values()]
}

/**
 * The named runs; throws when one is missing, has not the baseline, or is of the
 * same machine as another.
 */
function oneEach(
  runs: readonly RunId[],
  all: readonly Candidate[],
  { baseline }: MachineComparisonRequest,
): Candidate[] {
  const byRun = new Map(all.map(candidate => [candidate.runId, candidate]))
  const chosen = [...new Set(runs)].map(id => {
    const candidate = byRun.get(id)
    if (candidate) return candidate
    throw new Failure(
      'not-comparable',
      `The run ${id} has no “${baseline}” with another variant beside it.`,
      'Choose another run of that machine, or name another baseline.',
    )
  })
  const [twice] = [...groupBy(chosen, ({ machineId }) => machineId).values()].filter(
    ({ length }) => length > 1,
  )
  if (!twice) return chosen
  throw new Failure(
    'not-comparable',
    `The runs ${twice.map(({ runId }) => runId.slice(0, 8)).join(' and ')} are of one machine, which counts once.`,
    'Choose one run of each machine.',
  )
}

function measuredMachine(
  database: Database,
  candidate: Candidate,
  shown: readonly string[],
  knowledge: () => Knowledge,
  canStore: boolean,
): MeasuredMachine {
  const { runId, baseline, others } = candidate
  const { machine, order } = readMachine(database, candidate)
  const names = new Map(others.map(({ variantIndex, name }) => [variantIndex, name]))
  const cells = readCells(database, runId)
  const place = { runId, baselineIndex: baseline.variantIndex }
  const wanted = others.filter(({ name }) => shown.includes(name))
  const changes = changesOf(
    database,
    { ...place, variants: wanted.map(({ variantIndex }) => variantIndex) },
    knowledge,
    canStore,
  ).flatMap(({ cellIndex, variantIndex, ...change }): Change[] => {
    const [cell, variant] = [cells.get(cellIndex), names.get(variantIndex)]
    if (!cell || variant === undefined) return []
    return [{ ...change, cell, variant, reference: { runId, variantIndex } }]
  })
  return { machine, order, variants: others.map(({ name }) => name), changes }
}

function readMachine(
  database: Database,
  { runId, processor, baseline: { variant: baseline } }: Candidate,
): Pick<MeasuredMachine, 'machine' | 'order'> {
  const row = database
    .prepare<[string], MachineRow>(
      `SELECT run.label AS runLabel, run.created_at AS measuredAt, machine.name,
              environment.kernel_release AS kernelRelease
       FROM run JOIN environment ON environment.id = run.environment_id
       JOIN machine ON machine.id = environment.machine_id WHERE run.id = ?`,
    )
    .get(runId)
  if (!row) throw runNotFound(runId)
  const { name: cpu, kernelReturns, ...numbers } = processor
  const machine: ComparedMachine = {
    ...row,
    runId,
    cpu: cpu ?? '',
    family: familyName(numbers),
    returns: baseline.target === 'model' ? baseline.returns : kernelReturns.kind,
  }
  return {
    machine,
    order: {
      vendor: vendorName(numbers.vendor),
      family: numbers.family ?? 0,
      model: numbers.model ?? 0,
    },
  }
}

function readCells(database: Database, runId: RunId): ReadonlyMap<number, Cell> {
  const rows = database
    .prepare<[string], CellRow>(
      `SELECT cell_index AS cellIndex, benchmark, size_bytes AS sizeBytes, folio_bytes AS folioBytes, tasks
       FROM "case" WHERE run_id = ? AND variant_index = 0`,
    )
    .all(runId)
  return new Map(
    rows.map(({ cellIndex, benchmark, ...parameters }) => [cellIndex, { benchmark, parameters }]),
  )
}
