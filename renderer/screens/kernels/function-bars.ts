/** How the instructions of an operation are spread over the functions of two kernels. Pure. */
import type { FunctionComparison, FunctionDifference } from '../../../engine/contract/function-counts.ts'

/** One function of one side, as a part of a bar. */
export type BarPart = Readonly<{
  name: string
  instructions: number
  /** Percent of the longer bar. */
  width: number
  change: 'more' | 'less' | 'same'
}>

export type FunctionRow = FunctionDifference & Readonly<{ difference: number }>

const leastShown = 0.005 // instructions; less is 0.00
const narrowestPercent = 0.75 // of the longer bar; what is narrower is drawn together
const others = 'others'

/** The bars of both sides on one scale, the functions in one order: the largest first. */
export function functionBars({
  functions,
}: FunctionComparison): Readonly<{ before: BarPart[]; after: BarPart[] }> {
  const scale = Math.max(sumOf(functions, 'before'), sumOf(functions, 'after'))
  const ordered = [...functions].sort((left, right) => largest(right) - largest(left))
  function isWide(one: FunctionDifference): boolean {
    return percentOf(largest(one), scale) >= narrowestPercent
  }
  const narrow = ordered.filter(one => !isWide(one))
  const drawn = [
    ...ordered.filter(isWide),
    { name: others, before: sumOf(narrow, 'before'), after: sumOf(narrow, 'after') },
  ]
  function partsOf(side: 'before' | 'after'): BarPart[] {
    return drawn
      .filter(one => one[side] > 0)
      .map(one => ({
        name: one.name,
        instructions: one[side],
        width: percentOf(one[side], scale),
        change: changeOf(one),
      }))
  }
  return { before: partsOf('before'), after: partsOf('after') }
}

/** The functions that differ, the largest difference first, and what all the others come to. */
export function functionRows(
  { functions }: FunctionComparison,
  most: number,
): Readonly<{ rows: FunctionRow[]; rest: FunctionRow; all: FunctionRow }> {
  const shown = functions.filter(one => Math.abs(one.after - one.before) >= leastShown).slice(0, most)
  const rest = functions.filter(one => !shown.includes(one))
  return {
    rows: shown.map(rowOf),
    rest: rowOf({
      name: `${rest.length} others`,
      before: sumOf(rest, 'before'),
      after: sumOf(rest, 'after'),
    }),
    all: rowOf({
      name: 'all functions',
      before: sumOf(functions, 'before'),
      after: sumOf(functions, 'after'),
    }),
  }
}

/** `+339.00`. */
export function signedCount(count: number): string {
  return `${count > 0 ? '+' : ''}${count.toFixed(2)}`
}

function rowOf(one: FunctionDifference): FunctionRow {
  return { ...one, difference: one.after - one.before }
}

function sumOf(functions: readonly FunctionDifference[], side: 'before' | 'after'): number {
  return functions.reduce((sum, one) => sum + one[side], 0)
}

function largest({ before, after }: FunctionDifference): number {
  return Math.max(before, after)
}

function percentOf(count: number, scale: number): number {
  return scale === 0 ? 0 : (100 * count) / scale
}

function changeOf({ before, after }: FunctionDifference): BarPart['change'] {
  if (Math.abs(after - before) < leastShown) return 'same'
  return after > before ? 'more' : 'less'
}
