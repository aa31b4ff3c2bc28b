/** Machines side by side as tables and charts. */
import { cellKey, type Cell } from '../../contract/case.ts'
import type {
  ComparedMachine,
  MachineChange,
  MachineComparison,
  MachineRow,
} from '../../contract/machine-comparison.ts'
import { returnsTitles } from '../../contract/returns.ts'
import { countWords } from '../../text/machine-text.ts'
import { left, measured, numberCell, right, textCell, type Table } from './table.ts'
import { commonParameters, formatChange, formatFineChange, formatSize } from './words.ts'
import { cellName } from '../../text/cell-text.ts'

/**
 * So few machines have a table each, in the published layout; more are rows of one table a variant.
 */
const mostTables = 3

/** The changes of every machine, then what they say together, then what the machines are. */
export function machineTables(comparison: MachineComparison): Table[] {
  const { machines, shown } = comparison
  return [
    ...(machines.length <= mostTables && shown.length > 1
      ? machines.map((machine, index) => tableOfMachine(comparison, machine, index))
      : shown.map(variant => tableOfVariant(comparison, variant))),
    summaryTable(comparison),
    machineTable(comparison),
  ]
}

/** Variants as rows, benchmarks as numbered columns, as in the published pair of tables. */
function tableOfMachine(comparison: MachineComparison, machine: ComparedMachine, index: number): Table {
  const { cells, shown } = comparison
  const find = rowFinder(comparison)
  return {
    title: `Percent change on ${machineWords(machine)}. Its own baseline: ${comparison.baseline}. ${commonParameters(cells)}`,
    columns: [left('variant'), ...cells.map((_, column) => right(`(${column + 1})`))],
    rows: shown.map(variant => [
      textCell(variant),
      ...cells.map(cell => changeCell(find(variant, cell)?.changes.find(one => one.machine === index))),
    ]),
    notes: [columnNote(cells)],
    data: withCells(
      'variant',
      cells,
      shown.map(variant => [
        variant,
        ...cells.map(
          cell => find(variant, cell)?.changes.find(one => one.machine === index)?.percent ?? null,
        ),
      ]),
    ),
  }
}

/** Machines as rows; below them the mean, and where one more machine is expected. */
function tableOfVariant(comparison: MachineComparison, variant: string): Table {
  const { cells, machines, baseline } = comparison
  const find = rowFinder(comparison)
  const rows = cells.map(cell => find(variant, cell))
  const means = rows.map(row => row?.summary?.percent ?? null)
  return {
    title: `Percent change of ${variant}, each machine against its own ${baseline}. ${commonParameters(cells)}`,
    columns: [left('machine'), ...cells.map((_, column) => right(`(${column + 1})`))],
    rows: [
      ...machines.map((machine, index) => [
        textCell(machineWords(machine)),
        ...rows.map(row => changeCell(row?.changes.find(one => one.machine === index))),
      ]),
      [textCell('mean of all'), ...means.map(mean => numberCell(mean, formatChange))],
      [
        textCell('one more machine, from'),
        ...rows.map(row => numberCell(row?.summary?.prediction?.low ?? null, formatChange)),
      ],
      [
        textCell('one more machine, to'),
        ...rows.map(row => numberCell(row?.summary?.prediction?.high ?? null, formatChange)),
      ],
    ],
    notes: [columnNote(cells)],
    data: withCells(
      'machine',
      cells,
      machines.map((machine, index) => [
        machineWords(machine),
        ...rows.map(row => row?.changes.find(one => one.machine === index)?.percent ?? null),
      ]),
    ),
  }
}

/** What all machines say together of each cell. */
function summaryTable({ rows, cells, confidence, notes }: MachineComparison): Table {
  return {
    title: 'All machines together, in percent',
    keys: 2,
    columns: [
      left('benchmark'),
      left('variant'),
      measured('mean', '%'),
      measured('low', '%'),
      measured('high', '%'),
      measured('next from', '%'),
      measured('next to', '%'),
      measured('spread', '%'),
      measured('I²', '%'),
      left('says'),
    ],
    rows: rows.map(row => [
      textCell(cellName(row.cell, cells)),
      textCell(row.variant),
      numberCell(row.summary?.percent ?? null, formatFineChange),
      numberCell(row.summary?.interval.low ?? null, formatFineChange),
      numberCell(row.summary?.interval.high ?? null, formatFineChange),
      numberCell(row.summary?.prediction?.low ?? null, formatFineChange),
      numberCell(row.summary?.prediction?.high ?? null, formatFineChange),
      numberCell(row.summary?.spreadPercent ?? null, formatSize),
      numberCell(row.summary === null ? null : 100 * row.summary.heterogeneity, value => value.toFixed(0)),
      textCell(countWords(row)),
    ]),
    notes: [
      `low and high: ${percentText(confidence)} interval of the mean over machines; next: prediction interval for one more machine.`,
      'spread: standard deviation of the true changes of machines; I²: share of the differences between machines that noise does not explain.',
      ...notes.map(note => `${note}.`),
    ],
  }
}

function machineTable({ machines }: MachineComparison): Table {
  return {
    title: 'The machines',
    columns: [left('machine'), left('family'), left('kernel'), left('returns'), left('run')],
    rows: machines.map(({ name, family, kernelRelease, returns, runLabel, runId }) =>
      [
        name,
        family,
        kernelRelease,
        returns === null ? 'unknown' : returnsTitles[returns],
        `${runLabel} (${runId.slice(0, 8)})`,
      ].map(textCell),
    ),
    notes: [],
  }
}

/** How the numbers over all machines were made, for a page. */
export function machineMethod({ confidence, thresholdPercent }: MachineComparison): string[] {
  return [
    'Each machine is compared with its own baseline, measured in the same rounds; machines are never compared with each other.',
    `“helps” or “hurts” means that the interval of the machine lies beyond ±δ: the larger of ${formatSize(thresholdPercent)} % and its noise floor. All intervals of a machine hold together.`,
    `Mean: random effects, restricted maximum likelihood; ${percentText(confidence)} interval by Hartung, Knapp, Sidik and Jonkman, never narrower than the noise of each machine allows.`,
    'Next machine: prediction interval of Higgins, Thompson and Spiegelhalter (2009), t with k − 2 degrees of freedom.',
  ]
}

function machineWords({ name, returns }: ComparedMachine): string {
  return returns === null || returns === 'plain' ? name : `${name}, ${returnsTitles[returns]}`
}

function changeCell(change: MachineChange | undefined): Table['rows'][number][number] {
  return numberCell(change?.percent ?? null, formatChange)
}

function columnNote(cells: readonly Cell[]): string {
  return cells.map((cell, index) => `(${index + 1}) ${cellName(cell, cells)}`).join(' ')
}

/** For programs the numbered columns bear the names of their benchmarks. */
function withCells(
  key: string,
  cells: readonly Cell[],
  rows: readonly (readonly (string | number | null)[])[],
): NonNullable<Table['data']> {
  return { columns: [key, ...cells.map(cell => `${cellName(cell, cells)} (%)`)], rows }
}

function rowFinder({ rows }: MachineComparison): (variant: string, cell: Cell) => MachineRow | undefined {
  const byKey = new Map(rows.map(row => [`${row.variant} ${cellKey(row.cell)}`, row]))
  return (variant, cell) => byKey.get(`${variant} ${cellKey(cell)}`)
}

function percentText(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`
}
