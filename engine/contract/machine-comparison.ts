/** One question put to many machines, each compared with its own baseline. */
import * as z from 'zod'
import { Moment } from './bounds.ts'
import { Cell } from './case.ts'
import { ChangeRange, VariantReference } from './comparison.ts'
import { StoredReturns } from './returns.ts'
import { RunId } from './run.ts'
import { TargetName, type Variant } from './variant.ts'

/**
 * Beyond so many machines one variant is shown at a time: its numbers for all would not
 * fit into a window's memory.
 */
export const mostMachinesForAllVariants = 100

/**
 * Which variant stands for the baseline, and which are compared with it. Variants of
 * different runs are the same when they have the same name: on the model that of the
 * scheme, otherwise their label.
 */
export const MachineComparisonRequest = z.object({
  /**
   * The runs to compare, of each machine one; null: of each machine the newest that has the
   * baseline and another variant.
   */
  runs: z.array(RunId).min(1).max(20_000).nullable(),
  target: TargetName,
  /** Name of the baseline. */
  baseline: z.string().min(1).max(200),
  /** Name of the one variant to compare; null: all, as long as there are few machines. */
  variant: z.string().min(1).max(200).nullable(),
  /** The smallest change of interest. */
  thresholdPercent: z
    .number('a threshold is a number of percent')
    .positive('a threshold must be above 0 %')
    .max(100, 'a threshold is at most 100 %')
    .default(1),
})
export type MachineComparisonRequest = z.infer<typeof MachineComparisonRequest>

/**
 * Which variants of different runs are the same: schemes of the model with the same way of
 * counting, otherwise labels.
 */
export function variantName(variant: Variant): string {
  if (variant.target !== 'model') return variant.label
  const { scheme, work, form, readers } = variant
  return [
    scheme,
    ...(work === 'full' ? [] : ['accounting only']),
    ...(form === 'sound' ? [] : ['as posted']),
    ...(readers === 0 ? [] : [`${readers} readers`]),
  ].join(', ')
}

/** A machine with the run that speaks for it. */
export const ComparedMachine = z.object({
  runId: RunId,
  runLabel: z.string(),
  measuredAt: Moment,
  /** Processor and product. */
  name: z.string(),
  /** The processor alone; empty where it is not reported. */
  cpu: z.string(),
  /** `AMD 25`: what machines are sorted by, with the model after it. */
  family: z.string(),
  kernelRelease: z.string(),
  /**
   * How functions returned: on the model those of the schemes, otherwise those of the kernel;
   * null where it is not reported.
   */
  returns: StoredReturns.nullable(),
})
export type ComparedMachine = z.infer<typeof ComparedMachine>

/**
 * What a machine says of a change: `helps` and `hurts` when its interval lies beyond ±δ,
 * `no-difference` when it lies within; `disturbed` when other programs ran, `too-few` when there
 * are too few rounds for an interval.
 */
export const machineFindings = [
  'helps',
  'hurts',
  'no-difference',
  'not-resolved',
  'too-few',
  'disturbed',
] as const
export const MachineFinding = z.enum(machineFindings)
export type MachineFinding = z.infer<typeof MachineFinding>

/** The change that one machine measured. Percent: negative is better for times only. */
export const MachineChange = z.object({
  /** Index into `machines`. */
  machine: z.int().min(0),
  percent: z.number(),
  /**
   * The interval by itself, which the summary rests on; null when there are too few rounds for one.
   */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Rounds that entered. */
  n: z.int().min(0),
  finding: MachineFinding,
  /** δ: the larger of the threshold and the machine's noise floor, percent. */
  regionPercent: z.number(),
  /** Whether the machine's noise floor is known; otherwise δ is the threshold alone. */
  isCalibrated: z.boolean(),
  reference: VariantReference,
})
export type MachineChange = z.infer<typeof MachineChange>

/** A random-effects summary over the machines with an interval. */
export const MachineSummary = z.object({
  machines: z.int().min(2),
  /** Mean of the changes of all machines, percent, and the interval that holds it. */
  percent: z.number(),
  interval: ChangeRange,
  /** Where the change of one more machine is expected; null with fewer than three. */
  prediction: ChangeRange.nullable(),
  /**
   * How far machines differ beyond their noise: standard deviation of their true changes, percent.
   */
  spreadPercent: z.number(),
  /** Share of the differences between machines that noise does not explain, 0 to 1. */
  heterogeneity: z.number(),
})
export type MachineSummary = z.infer<typeof MachineSummary>

/** One cell for one variant, over all machines. */
export const MachineRow = z.object({
  cell: Cell,
  variant: z.string(),
  changes: z.array(MachineChange),
  /** Machines by what they say. */
  counts: z.record(MachineFinding, z.int().min(0)),
  /** Null with fewer than two machines that have an interval. */
  summary: MachineSummary.nullable(),
})
export type MachineRow = z.infer<typeof MachineRow>

export const MachineComparison = z.object({
  target: TargetName,
  baseline: z.string(),
  /**
   * Names of all variants that some machine has beside the baseline, in the order of the
   * series where they are stages.
   */
  variants: z.array(z.string()),
  /** Names of those that are in `rows`. */
  shown: z.array(z.string()),
  /** By family and model of the processor, then by name. */
  machines: z.array(ComparedMachine),
  cells: z.array(Cell),
  rows: z.array(MachineRow),
  /** Of every interval, 0 to 1. */
  confidence: z.number(),
  thresholdPercent: z.number(),
  /** Sentences about what should be known of the numbers; without a full stop. */
  notes: z.array(z.string()),
})
export type MachineComparison = z.infer<typeof MachineComparison>
