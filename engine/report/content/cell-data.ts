/**
 * Documents as one table for programs: a row a cell, everything that belongs to
 * it in columns of its own.
 */
import { adviceVerdictNames } from '../../text/advice-text.ts'
import { farthestOf, type Advice, type AdvicePart, type AdviceQuestion } from '../../contract/advice.ts'
import type { Atlas, AtlasAnswer } from '../../contract/atlas.ts'
import type { Cell } from '../../contract/case.ts'
import { referenceKey, type Comparison, type ComparisonRow } from '../../contract/comparison.ts'
import type { MachineComparison } from '../../contract/machine-comparison.ts'
import type { Returns } from '../../contract/returns.ts'
import type { Run } from '../../contract/run.ts'
import { scaleFor, type Scale } from '../../text/value-text.ts'
import type { Quantity } from '../../contract/benchmark.ts'
import type { TableCell, TableData } from './table.ts'
import { cellQuantity, variantNames } from './comparison-names.ts'
import { variantTitle } from '../../text/variant-text.ts'
import { casesOf } from './run-cases.ts'

type Value = TableCell['value']

const cellColumns = ['benchmark', 'tasks', 'region (bytes)', 'folio (bytes)']

function cellValues({ benchmark, parameters }: Cell): Value[] {
  return [benchmark, parameters.tasks, parameters.sizeBytes, parameters.folioBytes]
}

/** Values of one quantity are in one unit, the one in which people see the smallest of them. */
function scalesOf(
  entries: readonly Readonly<{ quantity: Quantity; median: number | null }>[],
): (quantity: Quantity) => Scale {
  const scales = new Map(
    [...new Set(entries.map(({ quantity }) => quantity))].map(quantity => {
      const own = entries.filter(entry => entry.quantity === quantity)
      return [
        quantity,
        scaleFor(
          quantity,
          own.flatMap(({ median }) => median ?? []),
        ),
      ] as const
    }),
  )
  return quantity => scales.get(quantity) ?? scaleFor(quantity, [])
}

function scaled(value: number | null | undefined, { divisor }: Scale): number | null {
  return value === null || value === undefined ? null : value / divisor
}

/**
 * The cases of runs, each of several with the name of its run; where the variants of a run were
 * compared, with their change against the baseline.
 */
export function runsCellData(
  reported: readonly Readonly<{ run: Run; comparisons: readonly Comparison[] }>[],
): TableData {
  const parts = reported.map(({ run, comparisons }) => ({ run, data: runCellData(run, comparisons) }))
  const [first] = parts
  if (!first || parts.length === 1) return first?.data ?? { columns: [], rows: [] }
  return {
    columns: ['run', ...first.data.columns],
    rows: parts.flatMap(({ run, data }) => data.rows.map(row => [run.summary.label, ...row])),
  }
}

function runCellData(run: Run, comparisons: readonly Comparison[]): TableData {
  const cases = casesOf(run)
  const scaleOf = scalesOf(
    cases.map(({ quantity, summary }) => ({ quantity, median: summary?.median ?? null })),
  )
  const changes = new Map(
    comparisons.flatMap(comparison =>
      comparison.rows.map(row => [keyOf(row.cell, row.variant.variantIndex), { comparison, row }] as const),
    ),
  )
  return {
    columns: [
      ...cellColumns,
      ...['variant', 'unit', 'n', 'median', 'low', 'high', 'spread (%)', 'disturbed samples', 'disturbance'],
      ...['baseline', 'change (%)', 'change low (%)', 'change high (%)', 'p', 'verdict'],
    ],
    rows: cases.map(({ case: own, quantity, variantLabel, summary, disturbedCount, disturbance }) => {
      const scale = scaleOf(quantity)
      const change = changes.get(keyOf(own, own.variantIndex))
      return [
        ...cellValues(own),
        ...[variantLabel, scale.unit, summary?.n ?? 0],
        ...[summary?.median, summary?.interval?.low, summary?.interval?.high].map(value =>
          scaled(value, scale),
        ),
        ...[summary?.relativeSpreadPercent ?? null, disturbedCount, disturbance],
        change === undefined ? null : variantTitle(change.comparison, change.comparison.baseline),
        ...changeValues(change?.row),
      ]
    }),
  }
}

function keyOf({ benchmark, parameters }: Cell, variantIndex: number): string {
  return JSON.stringify([benchmark, parameters, variantIndex])
}

function changeValues(row: ComparisonRow | undefined): Value[] {
  if (row === undefined) return [null, null, null, null, null]
  return [row.percent, row.low, row.high, row.p, row.verdict]
}

/** Every change with all that its verdict was made from, and the published one beside it. */
export function comparisonCellData(comparison: Comparison): TableData {
  const { baseline, variants, rows, published, thresholdPercent } = comparison
  const names = variantNames(comparison)
  const sources = new Map(variants.map(variant => [referenceKey(variant.reference), variant]))
  const scaleOf = scalesOf(
    rows.map(({ cell, baselineMedian }) => ({
      quantity: cellQuantity(comparison, cell),
      median: baselineMedian,
    })),
  )
  return {
    columns: [
      ...cellColumns,
      ...['baseline', 'variant', 'run', 'kernel', 'change (%)', 'low (%)', 'high (%)', 'p', 'verdict', 'n'],
      ...['all rows low (%)', 'all rows high (%)', 'all rows p'],
      ...['threshold (%)', 'noise floor (%)', 'detectable (%)', 'unit', 'baseline median', 'variant median'],
      ...published.map(({ title }) => `published ${title} (%)`),
    ],
    rows: rows.map(row => {
      const key = referenceKey(row.variant)
      const scale = scaleOf(cellQuantity(comparison, row.cell))
      return [
        ...cellValues(row.cell),
        ...[variantTitle(comparison, baseline), names.get(key) ?? '', row.variant.runId],
        sources.get(key)?.kernelRelease ?? '',
        ...[...changeValues(row), row.n],
        ...[row.family?.low ?? null, row.family?.high ?? null, row.familyP],
        ...[thresholdPercent, row.noiseFloorPercent, row.detectablePercent],
        ...[scale.unit, scaled(row.baselineMedian, scale), scaled(row.variantMedian, scale)],
        ...published.map(({ rows: known }) => publishedPercent(known, row)),
      ]
    }),
  }
}

function publishedPercent(
  known: Comparison['published'][number]['rows'],
  { cell, variant }: ComparisonRow,
): number | null {
  const found = known.find(
    other => referenceKey(other.variant) === referenceKey(variant) && keyOf(other.cell, 0) === keyOf(cell, 0),
  )
  return found?.percent ?? null
}

/** The change that each machine measured in each cell. */
export function machinesCellData({ machines, rows, baseline }: MachineComparison): TableData {
  return {
    columns: [
      ...['machine', 'processor', 'family', 'kernel', 'returns', 'run', ...cellColumns],
      ...['baseline', 'variant', 'change (%)', 'low (%)', 'high (%)', 'n', 'finding', 'threshold (%)'],
      'calibrated',
    ],
    rows: rows.flatMap(({ cell, variant, changes }) =>
      changes.map(change => {
        const machine = machines[change.machine]
        return [
          ...[machine?.name, machine?.cpu, machine?.family, machine?.kernelRelease].map(text => text ?? ''),
          ...[machine?.returns ?? null, machine?.runId ?? ''],
          ...cellValues(cell),
          ...[baseline, variant, change.percent, change.low, change.high, change.n, change.finding],
          ...[change.regionPercent, change.isCalibrated ? 'yes' : 'no'],
        ]
      }),
    ),
  }
}

/** What each stage changes on each machine; without stages the machine alone, with its answers. */
export function atlasCellData({ machines }: Atlas): TableData {
  const noChange = { stage: null, benchmark: null, percent: null, low: null, high: null, finding: null }
  return {
    columns: [
      ...['machine', 'processor', 'family', 'kernel', 'returns', 'run', 'exclusive writer', 'batching'],
      ...['stage', 'benchmark', 'change (%)', 'low (%)', 'high (%)', 'finding'],
    ],
    rows: machines.flatMap(({ name, cpu, family, kernelRelease, returns, runId, answers, changes }) => {
      return (changes.length > 0 ? changes : [noChange]).map(
        ({ stage, benchmark, percent, low, high, finding }) => [
          ...[name, cpu, family, kernelRelease, returns, runId],
          ...[newestVerdict(answers, 'exclusive-writer'), newestVerdict(answers, 'batching')],
          ...[stage, benchmark, percent, low, high, finding],
        ],
      )
    }),
  }
}

function newestVerdict(answers: readonly AtlasAnswer[], question: AdviceQuestion): string | null {
  const own = answers.filter(answer => answer.question === question)
  return own.toSorted((one, other) => other.createdAt - one.createdAt)[0]?.verdict ?? null
}

/** The parts of an advice, those under another kind of returns with them. */
export function adviceCellData({ parts, candidates, returns, background }: Advice): TableData {
  const labels = candidates.map(({ label }) => label)
  return {
    columns: [
      ...['operation', 'tasks', 'way', 'returns', 'part of the verdict', 'change (%)', 'low (%)', 'high (%)'],
      ...['threshold (%)', 'two copies (%)', 'n', 'verdict'],
    ],
    rows: [
      ...parts.map(part => partValues(part, labels, returns, true)),
      ...(background?.parts ?? []).map(part =>
        partValues(
          part,
          (background?.candidates ?? []).map(({ label }) => label),
          background?.returns ?? returns,
          false,
        ),
      ),
    ],
  }
}

function partValues(
  part: AdvicePart,
  labels: readonly string[],
  returns: Returns,
  isEvidence: boolean,
): Value[] {
  return [
    ...[part.operation, part.setting.label, labels[part.candidate] ?? '', returns, isEvidence ? 'yes' : 'no'],
    ...[part.percent, part.low, part.high, part.regionPercent, farthestOf(part.layoutFloor), part.n],
    adviceVerdictNames[part.verdict],
  ]
}
