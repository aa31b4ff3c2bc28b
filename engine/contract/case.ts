import * as z from 'zod'
import { BenchmarkName } from './benchmark.ts'
import { FolioBytes, RegionBytes, TaskCount } from './plan.ts'

/** The parameters of a case. Two cases are comparable only when these are equal. */
export const CaseParameters = z.object({
  /** Bytes of the region, a multiple of `folioBytes`. */
  sizeBytes: RegionBytes,
  /** Bytes of one folio: a power of two; one base page is a small folio. */
  folioBytes: FolioBytes,
  /** Writing tasks; 1 for the micro-benchmarks. */
  tasks: TaskCount,
})
export type CaseParameters = z.infer<typeof CaseParameters>

/** A benchmark with its parameters, whatever the variant: one column of a percent-change matrix. */
export const Cell = z.object({ benchmark: BenchmarkName, parameters: CaseParameters })
export type Cell = z.infer<typeof Cell>

/** A cell measured for one variant of the plan, named by its index. */
export const Case = Cell.extend({ variantIndex: z.int().min(0) })
export type Case = z.infer<typeof Case>

/** A key that is equal for equal cells. */
export function cellKey(cell: Cell): string {
  const { sizeBytes, folioBytes, tasks } = cell.parameters
  return `${cell.benchmark}/${sizeBytes}/${folioBytes}/${tasks}`
}
