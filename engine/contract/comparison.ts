import * as z from 'zod'
import { indexBelow, listUpTo } from './bounds.ts'
import { Cell } from './case.ts'
import { Returns } from './returns.ts'
import { RunId } from './run.ts'
import { Variant } from './variant.ts'

/** A variant of a stored run. */
export const VariantReference = z.object({ runId: RunId, variantIndex: indexBelow(64) })
export type VariantReference = z.infer<typeof VariantReference>

/** A text that is different for every variant of every run. */
export function referenceKey({ runId, variantIndex }: VariantReference): string {
  return `${runId}.${variantIndex}`
}

export const verdictKinds = [
  'improved',
  'regressed',
  'no-change',
  'changed-within-floor',
  'not-resolved',
  'too-few',
  'not-calibrated',
  'not-comparable',
  'disturbed',
] as const

/** Ends of an interval of a change in percent. */
export const ChangeRange = z.object({ low: z.number(), high: z.number() })
export type ChangeRange = z.infer<typeof ChangeRange>

/**
 * Percent change of one variant against the baseline for one cell. Percent fields are
 * changes: −2 is 2 % less.
 */
export const ComparisonRow = z.object({
  cell: Cell,
  variant: VariantReference,
  /** Percent; null when no pair of valid samples exists. */
  percent: z.number().nullable(),
  /** Interval of this row by itself; null when there are too few rounds for one. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** True coverage of the interval, 0 to 1. */
  coverage: z.number().nullable(),
  /**
   * Interval that holds together with those of all other rows, and its coverage; what the verdict
   * judges. Null when there are too few rounds for one.
   */
  family: ChangeRange.extend({ coverage: z.number().nullable() }).nullable(),
  /** Smallest and largest change in any round; null when rounds are not paired. */
  range: ChangeRange.nullable(),
  /** Of this row by itself. */
  p: z.number().nullable(),
  /** Corrected for all rows of the comparison (Holm). */
  familyP: z.number().nullable(),
  /** Rounds (or samples of the smaller side, when unpaired) that entered. */
  n: z.int().min(0),
  voidedRounds: z.int().min(0),
  /**
   * Rounds flagged as outliers, all of which entered, and the change without them: for the
   * eye, never for the verdict.
   */
  outlierRounds: z.int().min(0),
  percentWithoutOutliers: z.number().nullable(),
  method: z.enum(['paired', 'unpaired', 'exact']),
  verdict: z.enum(verdictKinds),
  /** The verdict with its numbers, for people; without a full stop. */
  verdictText: z.string(),
  /**
   * δ: changes within ± this are of no interest, the larger of threshold and noise
   * floor; null without a verdict.
   */
  regionPercent: z.number().nullable(),
  /** Which of the two δ is. */
  regionSource: z.enum(['threshold', 'noise-floor']).nullable(),
  /** The A/A floor of this machine for the cell; null where none was measured or applies. */
  noiseFloorPercent: z.number().nullable(),
  /**
   * The smallest change that these rounds show with 80 % power; null without
   * an interval, or unpaired.
   */
  detectablePercent: z.number().nullable(),
  /**
   * About so many more rounds would resolve it; null unless the verdict is
   * `not-resolved` and more rounds help.
   */
  moreRounds: z.int().nullable(),
  /** Medians in the unit of the benchmark (ns or bytes/s). */
  baselineMedian: z.number().nullable(),
  variantMedian: z.number().nullable(),
  warnings: z.array(z.string()),
})
export type ComparisonRow = z.infer<typeof ComparisonRow>

/** One variant of a comparison with where it comes from. */
export const ComparisonVariant = z.object({
  reference: VariantReference,
  variant: Variant,
  runLabel: z.string(),
  kernelRelease: z.string(),
  /** Of a page of memory. */
  pageBytes: z.number(),
})
export type ComparisonVariant = z.infer<typeof ComparisonVariant>

export const EnvironmentDifference = z.object({
  field: z.string(),
  baseline: z.string(),
  variant: z.string(),
})
export type EnvironmentDifference = z.infer<typeof EnvironmentDifference>

/** One published table in the shape of a comparison's rows, to be shown beside them. */
export const PublishedChanges = z.object({
  /** Key of the table, and its name for people. */
  table: z.string(),
  title: z.string(),
  machine: z.string(),
  cpu: z.string(),
  returns: Returns,
  source: z.string(),
  /**
   * One for each row that was published; percent against the comparison's own baseline,
   * whichever stage that is.
   */
  rows: z.array(z.object({ cell: Cell, variant: VariantReference, percent: z.number() })),
})
export type PublishedChanges = z.infer<typeof PublishedChanges>

export const Comparison = z.object({
  baseline: ComparisonVariant,
  variants: z.array(ComparisonVariant),
  cells: z.array(Cell),
  rows: z.array(ComparisonRow),
  differences: z.array(EnvironmentDifference),
  /** Of each row's own interval, 0 to 1. */
  confidence: z.number(),
  /** The smallest change of interest. */
  thresholdPercent: z.number(),
  /** Why this should not be compared, when the user has insisted; to be shown with every number. */
  objections: z.array(z.string()),
  /**
   * What else ran while the runs were measured, with its figure, one sentence a
   * run; empty for quiet ones.
   */
  disturbances: z.array(z.string()),
  /** Cases that only one side has measured, for people; absent when there are none. */
  leftOut: z.array(z.string()).optional(),
  /** The published tables beside the rows whose variants and baseline they have. */
  published: z.array(PublishedChanges),
})
export type Comparison = z.infer<typeof Comparison>

export const CompareRequest = z.object({
  baseline: VariantReference,
  variants: listUpTo(VariantReference, 1000).min(1),
  /** Confidence asked for each interval, 0 to 1. */
  confidence: z.number().min(0.5).max(0.9999),
  /**
   * The smallest change of interest; δ is this or the machine's noise floor, whichever is larger.
   */
  thresholdPercent: z
    .number('a threshold is a number of percent')
    .positive('a threshold must be above 0 %')
    .max(100, 'a threshold is at most 100 %')
    .default(1),
  /** Whether to compare, with a warning and without verdicts, what is refused as not comparable. */
  insist: z.boolean().default(false),
})
export type CompareRequest = z.infer<typeof CompareRequest>
