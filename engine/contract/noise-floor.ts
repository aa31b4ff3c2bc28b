import * as z from 'zod'
import { Moment } from './bounds.ts'
import { Cell } from './case.ts'
import { TargetName } from './variant.ts'

/**
 * What one machine shows for a cell when nothing was changed: from A/A tables, in which the same
 * variant stands under two labels. Tables of all calibrations of the machine add up.
 */
export const NoiseFloor = z.object({
  target: TargetName,
  /**
   * What was measured twice, for people: the kernel of this machine, or the
   * model with the work it did.
   */
  what: z.string(),
  /**
   * As it was measured; the floor holds for regions at least as large, with
   * equal folio size and tasks.
   */
  cell: Cell,
  /** 95th percentile of the changes that the A/A tables show. */
  floorPercent: z.number(),
  /** A/A tables so far, and how many a calibration needs. */
  tables: z.int(),
  tablesNeeded: z.int(),
  /** Tables whose 95 % interval excludes 0, and the number at which verdicts are withheld. */
  excludingZero: z.int(),
  exclusionLimit: z.int(),
  /** Rounds of a table. */
  rounds: z.number(),
  /** The smallest change that 20 rounds show with 80 % power. */
  detectablePercent: z.number().nullable(),
  /** Null when calibrated; verdicts are withheld otherwise. */
  notCalibrated: z.enum(['too-few-tables', 'too-many-exclusions']).nullable(),
  /** Calibrations that entered, on how many different days (UTC), and when the last was begun. */
  calibrations: z.int(),
  days: z.int(),
  lastAt: Moment,
})
export type NoiseFloor = z.infer<typeof NoiseFloor>
