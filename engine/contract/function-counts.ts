/** In which functions of two kernels the instructions of an operation are. */
import * as z from 'zod'
import { lineCharacters, listUpTo, textUpTo } from './bounds.ts'
import { Cell } from './case.ts'
import { Label } from './variant.ts'

const line = textUpTo(lineCharacters)

/** By the path of its image or package. */
const BootedKernel = z.object({ label: Label, file: line })

/** An operation, and the two kernels to count it on. */
export const FunctionRequest = z.object({ before: BootedKernel, after: BootedKernel, cell: Cell })
export type FunctionRequest = z.infer<typeof FunctionRequest>

export const FunctionDifference = z.object({
  name: line,
  /** Instructions per unit of work on both sides. */
  before: z.number().nonnegative(),
  after: z.number().nonnegative(),
})
export type FunctionDifference = z.infer<typeof FunctionDifference>

const Side = z.object({
  label: Label,
  /** By the clock of the machine, per unit of work. */
  instructions: z.number().nonnegative(),
})

export const FunctionComparison = z.object({
  before: Side,
  after: Side,
  /** All functions of both, the largest difference first. */
  functions: listUpTo(FunctionDifference, 100_000),
})
export type FunctionComparison = z.infer<typeof FunctionComparison>

/** What was counted of one side, per unit of work. */
export type CountedSide = Readonly<{
  /** What tells it from the other side: a kernel, a folio size or an operation. */
  label: string
  functions: ReadonlyMap<string, number>
  instructions: number
  work: number
}>

/** All functions of both sides, the largest difference first. */
export function functionDifferences(one: CountedSide, other: CountedSide): FunctionDifference[] {
  const names = new Set([...one.functions.keys(), ...other.functions.keys()])
  function share({ functions, work }: CountedSide, name: string): number {
    return (functions.get(name) ?? 0) / work
  }
  return [...names]
    .map(name => ({ name, before: share(one, name), after: share(other, name) }))
    .sort((left, right) => differenceOf(right) - differenceOf(left) || left.name.localeCompare(right.name))
}

function differenceOf({ before, after }: FunctionDifference): number {
  return Math.abs(after - before)
}
