import * as z from 'zod'
import { Moment } from './bounds.ts'
import { Cell } from './case.ts'
import { VariantReference } from './comparison.ts'
import { RunId } from './run.ts'

/**
 * One series: the same cell on the same machine, measured for the same kind of variant. `like`
 * names machine and variant: of the model the same scheme and work; of a virtual machine the
 * same kernel, memory, CPUs and clock; of the host whatever kernel ran, since its change over
 * time is what is looked for.
 */
export const HistoryRequest = z.object({ cell: Cell, like: VariantReference })
export type HistoryRequest = z.infer<typeof HistoryRequest>

/** What one run measured. */
export const HistoryPoint = z.object({
  reference: VariantReference,
  /** When the run was begun. */
  at: Moment,
  runLabel: z.string(),
  variantLabel: z.string(),
  kernelRelease: z.string(),
  agentVersion: z.string(),
  n: z.int(),
  median: z.number(),
  /**
   * What else ran at the same time, for people; null when that was little. A disturbed point is in
   * no level and changes none.
   */
  disturbance: z.string().nullable(),
  /** Interval of the median within the run; it says nothing of what changes from run to run. */
  interval: z.object({ low: z.number(), high: z.number(), coverage: z.number() }).nullable(),
})
export type HistoryPoint = z.infer<typeof HistoryPoint>

/** Where the level of a series changed. */
export const HistoryChange = z.object({
  /** Index of the first point of the new level, and its run. */
  index: z.int(),
  runId: RunId,
  /** From the level before to the level after. */
  percent: z.number(),
  p: z.number(),
})
export type HistoryChange = z.infer<typeof HistoryChange>

export const History = z.object({
  cell: Cell,
  machineName: z.string(),
  quantity: z.enum(['time', 'throughput', 'instructions']),
  /** The oldest first. */
  points: z.array(HistoryPoint),
  changes: z.array(HistoryChange),
})
export type History = z.infer<typeof History>
