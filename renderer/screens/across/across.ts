/** Machines side by side as the screen shows them. Pure. */
import { benchmarkOf } from '../../../engine/contract/benchmark.ts'
import { cellKey, type Cell } from '../../../engine/contract/case.ts'
import {
  type ComparedMachine,
  type MachineChange,
  type MachineComparison,
  type MachineComparisonRequest,
  type MachineFinding,
  type MachineRow,
} from '../../../engine/contract/machine-comparison.ts'
import { returnsTitles } from '../../../engine/contract/returns.ts'
import { TargetName } from '../../../engine/contract/variant.ts'
import { strengthOf, type Tone } from '../../../engine/chart/change-tone.ts'
import { countWords, findingWords } from '../../../engine/text/machine-text.ts'
import { thresholds } from '../../view-models/compare-view.ts'
import { describeParameters, formatInterval, formatSigned } from '../../../engine/text/format.ts'
import type { TableOrder } from '../../view-models/table-order.ts'

type Query = Readonly<Record<string, unknown>>

export const layouts = ['table', 'pair'] as const
export type Layout = (typeof layouts)[number]

/** So few machines are read best as tables of their own, in the published layout. */
const mostTables = 3
const usualThreshold = 1

export type MachinesView = Readonly<{
  request: MachineComparisonRequest | null
  /** Null: what suits the number of machines. */
  layout: Layout | null
  /** The cell whose forest is shown; null for the first. */
  cell: string | null
}>

/** What an address asks for; no request where it is not enough to make one. */
export function machinesView(query: Query): MachinesView {
  const target = TargetName.safeParse(query.target)
  const baseline = text(query.baseline)
  return {
    request:
      target.success && baseline !== null
        ? {
            runs: null,
            target: target.data,
            baseline,
            variant: text(query.variant),
            thresholdPercent:
              thresholds.find(percent => String(percent) === query.threshold) ?? usualThreshold,
          }
        : null,
    layout: layouts.find(layout => layout === query.layout) ?? null,
    cell: text(query.cell),
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

export type ChangeCell = Readonly<{
  key: string
  text: string
  interval: string
  finding: MachineFinding | null
  tone: Tone
  strength: number
  description: string
}>

export type MachineLine = Readonly<{
  machine: ComparedMachine
  returns: string
  cells: readonly ChangeCell[]
}>

export type Column = Readonly<{
  key: string
  name: string
  parameters: string
  row: MachineRow | null
  counts: string
}>

/** The changes of one variant: machines as rows, cells as columns. */
export type VariantTable = Readonly<{
  variant: string
  columns: readonly Column[]
  lines: readonly MachineLine[]
}>

/** One variant on every machine: a line a machine, a column a benchmark. */
export function variantTable(comparison: MachineComparison, variant: string): VariantTable {
  const rows = new Map(
    comparison.rows.filter(row => row.variant === variant).map(row => [cellKey(row.cell), row]),
  )
  const columns = comparison.cells.map(cell => columnOf(comparison, cell, rows.get(cellKey(cell)) ?? null))
  return {
    variant,
    columns,
    lines: comparison.machines.map((machine, index) => ({
      machine,
      returns: machine.returns === null ? 'unknown' : returnsTitles[machine.returns],
      cells: columns.map(({ key, row, name }) =>
        changeCell(
          key,
          row?.changes.find(change => change.machine === index),
          `${machine.name}, ${name}`,
          row,
        ),
      ),
    })),
  }
}

function columnOf({ cells }: MachineComparison, cell: Cell, row: MachineRow | null): Column {
  return {
    key: cellKey(cell),
    name: cell.parameters.tasks === 1 ? cell.benchmark : `${cell.benchmark} ×${cell.parameters.tasks}`,
    parameters: cells.some(other => isLookalike(other, cell)) ? describeParameters(cell.parameters) : '',
    row,
    counts: row === null ? '' : countWords(row),
  }
}

/** Of the same benchmark and task count, measured with other sizes. */
function isLookalike(other: Cell, cell: Cell): boolean {
  return (
    other.benchmark === cell.benchmark &&
    other.parameters.tasks === cell.parameters.tasks &&
    cellKey(other) !== cellKey(cell)
  )
}

function changeCell(
  key: string,
  change: MachineChange | undefined,
  where: string,
  row: MachineRow | null,
): ChangeCell {
  if (!change || !row) return { ...noChange, key, description: `${where}: not measured` }
  const { percent, low, high, finding, n } = change
  const interval = low === null || high === null ? '' : formatInterval(low, high)
  const separated = low !== null && high !== null && (low > 0 || high < 0) && finding !== 'disturbed'
  const isLess = benchmarkOf(row.cell.benchmark).metric === 'time' ? percent < 0 : percent > 0
  const tone: Tone = !separated ? 'none' : isLess ? 'better' : 'worse'
  return {
    key,
    text: formatSigned(percent),
    interval,
    finding,
    tone,
    strength: tone === 'none' ? 0 : strengthOf(percent),
    description: `${where}: ${formatSigned(percent)} % ${interval}, ${n} rounds, ${findingWords[finding]}`,
  }
}

const noChange: ChangeCell = {
  key: '',
  text: '–',
  interval: '',
  finding: null,
  tone: 'none',
  strength: 0,
  description: '',
}

/** The layout that was chosen, or the one that suits so many machines. */
export function layoutOf(chosen: Layout | null, { machines, shown }: MachineComparison): Layout {
  return chosen ?? (machines.length <= mostTables && shown.length > 1 ? 'pair' : 'table')
}

/** By `family` of the processor, `machine`, `kernel`, or the change of the column with this key. */
export function sortedLines({ lines }: VariantTable, order: TableOrder<string>): readonly MachineLine[] {
  const sorted = [...lines].sort((one, other) => compareLines(one, other, order.key))
  return order.descending ? sorted.reverse() : sorted
}

/** Lines come by family, so that equal ones stay in that order. */
function compareLines(one: MachineLine, other: MachineLine, by: string): number {
  if (by === 'family') return 0
  if (by === 'kernel')
    return one.machine.kernelRelease.localeCompare(other.machine.kernelRelease, 'en', { numeric: true })
  if (by === 'machine') return one.machine.name.localeCompare(other.machine.name, 'en')
  const [before, after] = [one, other].map(({ cells }) => numberOf(cells.find(({ key }) => key === by)))
  return (before ?? 0) - (after ?? 0)
}

function numberOf(cell: ChangeCell | undefined): number {
  return cell === undefined || cell.finding === null ? Infinity : Number(cell.text.replace('−', '-'))
}
