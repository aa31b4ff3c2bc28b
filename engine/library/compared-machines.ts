/**
 * Which runs speak for which machines, and what they say: the answer to a
 * comparison across machines.
 */
import {
  variantName,
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
import type { StoredChange } from './stored-changes.ts'

type RunRow = Readonly<{
  runId: RunId
  machineId: number
  runLabel: string
  measuredAt: number
  name: string
  kernelRelease: string
  /** JSON of a `Processor`. */
  processor: string
  /** JSON of indexes and contents of variants. */
  variants: string
}>

type NamedVariant = Readonly<{ name: string; variantIndex: number; variant: Variant }>

/** A run that has the baseline and something to compare with it. */
type Candidate = Readonly<{
  run: RunRow
  processor: Processor
  baseline: NamedVariant
  others: readonly NamedVariant[]
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
  const readCells = createReadCells(database)
  const measured = chosen.map(candidate =>
    measuredMachine(database, candidate, { shown, knowledge, canStore, readCells }),
  )
  return acrossMachines(request, measured, shown)
}

/**
 * Of each machine, with its id, what its newest run says of these variants against this baseline;
 * nothing where it has neither. One after the other: the changes of all would fill the memory.
 */
export function* measuredMachines(
  database: Database,
  question: Readonly<{ target: TargetName; baseline: string; variants: readonly string[] }>,
  knowledge: () => Knowledge,
  canStore: boolean,
): Generator<readonly [machineId: number, measured: MeasuredMachine]> {
  const readCells = createReadCells(database)
  const how = { shown: question.variants, knowledge, canStore, readCells }
  for (const candidate of newestOfEach(candidates(database, { ...question, runs: null }), null))
    yield [candidate.run.machineId, measuredMachine(database, candidate, how)]
}

/** Runs that can speak, the one stored last first. */
function candidates(
  database: Database,
  { runs, target, baseline }: Pick<MachineComparisonRequest, 'runs' | 'target' | 'baseline'>,
): Candidate[] {
  const rows = database
    .prepare<[object], RunRow>(
      `SELECT run.id AS runId, machine_id AS machineId, run.label AS runLabel, run.created_at AS measuredAt,
              machine.name, environment.kernel_release AS kernelRelease,
              environment.content -> '$.facts.cpu' AS processor,
              (SELECT json_group_array(json_array(variant_index, variant.content)) FROM variant
               WHERE run_id = run.id AND target = :target) AS variants
       FROM run JOIN environment ON environment.id = run.environment_id
       JOIN machine ON machine.id = environment.machine_id
       WHERE run.status <> 'running' AND NOT run.is_calibration AND json_valid(environment.content)
         AND (run.deleted_at IS NULL OR :isNamed)
         AND (NOT :isNamed OR run.id IN (SELECT value FROM json_each(:runs)))
       ORDER BY run.rowid DESC`,
    )
    .all({ target, isNamed: Number(runs !== null), runs: JSON.stringify(runs ?? []) })
  // Thousands of runs have few different processors and sets of variants.
  const readProcessor = remembered((text, what) => readStoredJson(Processor, text, what))
  const readVariants = remembered(variantsIn)
  return rows.flatMap(row =>
    unlessDamaged(
      () =>
        candidateOf(row, baseline, {
          processor: readProcessor(row.processor, `the environment of run ${row.runId}`),
          variants: readVariants(row.variants, `a variant of run ${row.runId}`),
        }),
      [],
    ),
  )
}

/** `read`, which reads each text once. */
function remembered<T>(read: (text: string, what: string) => T): (text: string, what: string) => T {
  const known = new Map<string, T>()
  return (text, what) => {
    const value = known.get(text) ?? read(text, what)
    known.set(text, value)
    return value
  }
}

function variantsIn(text: string, what: string): NamedVariant[] {
  const rows = JSON.parse(text) as readonly (readonly [variantIndex: number, content: string])[]
  return rows
    .map(([variantIndex, content]) => {
      const variant = readStoredJson(Variant, content, what)
      return { name: variantName(variant), variantIndex, variant }
    })
    .sort((one, other) => one.variantIndex - other.variantIndex)
}

function candidateOf(
  run: RunRow,
  baselineName: string,
  { processor, variants }: Readonly<{ processor: Processor; variants: readonly NamedVariant[] }>,
): Candidate[] {
  const named = [...groupBy(variants, ({ name }) => name).values()].flatMap(
    same => preferred(same, processor.kernelReturns.kind) ?? [],
  )
  const baseline = named.find(({ name }) => name === baselineName)
  const others = named.filter(({ name }) => name !== baselineName)
  if (!baseline || others.length === 0) return []
  return [{ run, processor, baseline, others }]
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
    if (!machines.has(candidate.run.machineId)) machines.set(candidate.run.machineId, candidate)
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
  const byRun = new Map(all.map(candidate => [candidate.run.runId, candidate]))
  const chosen = [...new Set(runs)].map(id => {
    const candidate = byRun.get(id)
    if (candidate) return candidate
    throw new Failure(
      'not-comparable',
      `The run ${id} has no “${baseline}” together with another variant.`,
      'Choose another run of that machine, or name another baseline.',
    )
  })
  const [twice] = [...groupBy(chosen, ({ run }) => run.machineId).values()].filter(({ length }) => length > 1)
  if (!twice) return chosen
  throw new Failure(
    'not-comparable',
    `The runs ${twice.map(({ run }) => run.runId.slice(0, 8)).join(' and ')} are from the same machine, which counts only once.`,
    'Choose one run of each machine.',
  )
}

type ReadCells = (runId: RunId) => ReadonlyMap<number, Cell>

function measuredMachine(
  database: Database,
  { run, processor, baseline, others }: Candidate,
  {
    shown,
    knowledge,
    canStore,
    readCells,
  }: Readonly<{
    shown: readonly string[]
    knowledge: () => Knowledge
    canStore: boolean
    readCells: ReadCells
  }>,
): MeasuredMachine {
  const { runId, runLabel, measuredAt, name, kernelRelease } = run
  const names = new Map(others.map(other => [other.variantIndex, other.name]))
  const cells = readCells(runId)
  const variants = others.filter(other => shown.includes(other.name)).map(({ variantIndex }) => variantIndex)
  const place = { runId, baselineIndex: baseline.variantIndex, variants }
  const { name: cpu, kernelReturns, ...numbers } = processor
  return {
    machine: {
      ...{ runId, runLabel, measuredAt, name, kernelRelease },
      cpu: cpu ?? '',
      family: familyName(numbers),
      returns: baseline.variant.target === 'model' ? baseline.variant.returns : kernelReturns.kind,
    },
    order: {
      vendor: vendorName(numbers.vendor),
      family: numbers.family ?? 0,
      model: numbers.model ?? 0,
    },
    variants: others.map(other => other.name),
    changes: changesOf(database, place, knowledge, canStore).flatMap(change => {
      const [cell, variant] = [cells.get(change.cellIndex), names.get(change.variantIndex)]
      return cell && variant !== undefined ? changeOf(runId, change, cell, variant) : []
    }),
  }
}

/** Field by field, since an atlas makes hundreds of thousands. */
function changeOf(runId: RunId, stored: StoredChange, cell: Cell, variant: string): Change {
  const { percent, low, high, coverage, family, n, noiseFloorPercent, isDisturbed, variantIndex } = stored
  const reference = { runId, variantIndex }
  return { percent, low, high, coverage, family, n, noiseFloorPercent, isDisturbed, cell, variant, reference }
}

type CellRow = readonly [
  cellIndex: number,
  benchmark: Cell['benchmark'],
  sizeBytes: number,
  folioBytes: number,
  tasks: number,
]

/** A reader of the cells of runs, of which most have the same. */
function createReadCells(database: Database): ReadCells {
  const cells = database
    .prepare<[RunId], string>(
      `SELECT json_group_array(json_array(cell_index, benchmark, size_bytes, folio_bytes, tasks))
       FROM "case" WHERE run_id = ? AND variant_index = 0`,
    )
    .pluck()
  const cellsIn = remembered(
    text =>
      new Map(
        (JSON.parse(text) as readonly CellRow[]).map(
          ([cellIndex, benchmark, sizeBytes, folioBytes, tasks]) => [
            cellIndex,
            { benchmark, parameters: { sizeBytes, folioBytes, tasks } },
          ],
        ),
      ),
  )
  return runId => cellsIn(cells.get(runId) ?? '[]', runId)
}
