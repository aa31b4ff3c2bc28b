import * as z from 'zod'
import { listUpTo } from './bounds.ts'
import { Cell } from './case.ts'
import { Label, ModelVariant } from './variant.ts'

const count = z.int().nonnegative()

/**
 * What one operation of the model did in sum: atomic read-modify-writes by what they are
 * for, plain accesses, calls.
 */
export const OperationCounts = z.object({
  /** Base pages and folios operated on, summed over the tasks; where folios are read, answers. */
  pages: count,
  folios: count,
  /** Of mapcounts, rmap values, sequence counters and owner locks. */
  mappingRmw: count,
  /** Of the folio's reference count. */
  referenceRmw: count,
  /** Of page and folio flags. */
  flagRmw: count,
  /** Of page-table locks and of the deferred-split queue's lock; of these, the latter. */
  lockRmw: count,
  queueLocks: count,
  /** Of page-table entries and the mmap lock: the same in every scheme. */
  outsideRmw: count,
  /** Plain accesses to shared memory. */
  loads: count,
  stores: count,
  /** Calls of functions that are not inlined. */
  calls: count,
  /** How often the task that reads had to begin again because a writer changed what it read. */
  retries: count,
  /** Answers of the readers beside it; guesses among them. */
  readerQueries: count,
  readerUncertain: count,
  /** Those of them that contradict what the writers did all the time while they were found. */
  readerFalselyShared: count,
  readerFalselyExclusive: count,
})
export type OperationCounts = z.infer<typeof OperationCounts>

/** What is to be counted: every variant in every cell. */
export const CountRequest = z.object({
  variants: listUpTo(ModelVariant, 1000).min(1),
  cells: listUpTo(Cell, 1000).min(1),
})
export type CountRequest = z.infer<typeof CountRequest>

/** The counts of one variant, by its label, in one cell. */
export const CountedCase = z.object({ variant: Label, cell: Cell, counts: OperationCounts })
export type CountedCase = z.infer<typeof CountedCase>
