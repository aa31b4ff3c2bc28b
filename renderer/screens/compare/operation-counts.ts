/** What is asked for the operations of a comparison, and how they are shown. Pure. */
import { isReading } from '../../../engine/contract/benchmark.ts'
import { cellKey, type Cell } from '../../../engine/contract/case.ts'
import type { Comparison } from '../../../engine/contract/comparison.ts'
import type { CountRequest, OperationCounts } from '../../../engine/contract/operation-counts.ts'
import { mebibyte } from '../../../engine/contract/units.ts'

const regionBytes = 4 * mebibyte // the counts of a page are the same in a larger one

/** Every variant of the model in every cell, on a small region: each is counted once. */
export function countRequest({ baseline, variants, cells }: Comparison): CountRequest {
  const smaller = cells.map(({ benchmark, parameters }) => {
    const { folioBytes, sizeBytes, tasks } = parameters
    const least = Math.min(sizeBytes, Math.max(regionBytes, 2 * folioBytes))
    return { benchmark, parameters: { folioBytes, tasks, sizeBytes: least } }
  })
  return {
    variants: [baseline, ...variants].flatMap(({ variant }) => (variant.target === 'model' ? [variant] : [])),
    cells: [...new Map(smaller.map(cell => [cellKey(cell), cell])).values()],
  }
}

type CountColumn = Readonly<{ name: keyof OperationCounts; title: string; isTotal?: true }>

const operationColumns = [
  { name: 'mappingRmw', title: 'Mapcounts' },
  { name: 'referenceRmw', title: 'References' },
  { name: 'flagRmw', title: 'Flags' },
  { name: 'lockRmw', title: 'Locks' },
  { name: 'outsideRmw', title: 'Other atomics' },
  { name: 'loads', title: 'Loads' },
  { name: 'stores', title: 'Stores' },
  { name: 'calls', title: 'Calls' },
] as const satisfies readonly CountColumn[]

/** Of all answers together: most are 0, and one would vanish in a million. */
const answerColumns = [
  { name: 'retries', title: 'Retries', isTotal: true },
  { name: 'readerFalselyShared', title: 'Falsely shared', isTotal: true },
  { name: 'readerFalselyExclusive', title: 'Falsely exclusive', isTotal: true },
] as const satisfies readonly CountColumn[]

/** The columns of the table; the command line has the same. */
export function countColumns(cells: readonly Cell[]): readonly CountColumn[] {
  const hasAnswers = cells.some(({ benchmark }) => isReading(benchmark))
  return hasAnswers ? [...operationColumns, ...answerColumns] : operationColumns
}

/** Per page, or per answer where folios are read: whole numbers, others to three decimals. */
export function countText(counts: OperationCounts, { name, isTotal }: CountColumn): string {
  if (isTotal) return String(counts[name])
  const value = counts[name] / counts.pages
  return Number.isInteger(value) ? String(value) : value.toFixed(3)
}
