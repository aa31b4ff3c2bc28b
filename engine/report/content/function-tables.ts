/** In which functions two operations differ. Pure. */
import {
  functionDifferences,
  type CountedSide,
  type FunctionDifference,
} from '../../contract/function-counts.ts'
import { signedText } from '../../text/signed-text.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'
import { formatChange } from './words.ts'

const shownFunctions = 20
const leastShown = 0.005 // instructions; less is 0.00
const barCharacters = 24

function size({ before, after }: FunctionDifference): number {
  return Math.abs(after - before)
}

/** `unit`: what the work is counted in: `page` or `call`. */
export function functionTable(title: string, unit: string, one: CountedSide, other: CountedSide): Table {
  const all = functionDifferences(one, other)
  const shown = all.filter(row => size(row) >= leastShown).slice(0, shownFunctions)
  const rest = all.slice(shown.length)
  const largest = Math.max(...all.map(({ before, after }) => Math.max(before, after)), 0)
  function sumOf(rows: readonly FunctionDifference[], side: 'before' | 'after'): number {
    return rows.reduce((sum, row) => sum + row[side], 0)
  }
  function row(name: string, before: number, after: number, bar: string) {
    return [
      textCell(name),
      numberCell(before, count => count.toFixed(2)),
      numberCell(after, count => count.toFixed(2)),
      numberCell(after - before, difference),
      textCell(bar),
    ]
  }
  const total: FunctionDifference = {
    name: 'all functions',
    before: sumOf(all, 'before'),
    after: sumOf(all, 'after'),
  }
  const others = { before: sumOf(rest, 'before'), after: sumOf(rest, 'after') }
  return {
    title,
    columns: [
      left('function'),
      right(one.label),
      right(other.label),
      right('difference'),
      left(`instructions per ${unit}`),
    ],
    rows: [
      ...shown.map(({ name, before, after }) => row(name, before, after, barOf(before, after, largest))),
      ...(rest.length === 0 ? [] : [row(`${rest.length} others`, others.before, others.after, '')]),
      row(total.name, total.before, total.after, ''),
    ],
    notes: [
      `By the clock of the machine: ${perWork(one)} and ${perWork(other)} a ${unit}, ` +
        `a difference of ${difference(perUnit(other) - perUnit(one))}; the functions together give ${difference(total.after - total.before)} ` +
        `(${changeWords(perUnit(one), perUnit(other))}).`,
      'Bars: █ on both sides, + what came, - what went. Inlined code counts towards the function that contains it.',
    ],
  }
}

function perUnit({ instructions, work }: CountedSide): number {
  return instructions / work
}

function perWork(side: CountedSide): string {
  return perUnit(side).toFixed(2)
}

function changeWords(before: number, after: number): string {
  return `${formatChange(100 * (after / before - 1))} %`
}

function difference(value: number): string {
  return signedText(value, 2)
}

function barOf(before: number, after: number, largest: number): string {
  function length(count: number): number {
    return Math.round((count / largest) * barCharacters)
  }
  const [common, most] = [length(Math.min(before, after)), length(Math.max(before, after))]
  return '█'.repeat(common) + (after >= before ? '+' : '-').repeat(most - common)
}
