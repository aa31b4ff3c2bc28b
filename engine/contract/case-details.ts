import * as z from 'zod'
import { Moment } from './bounds.ts'
import { Cell } from './case.ts'
import { ComparisonVariant, VariantReference } from './comparison.ts'

/** One cell of a comparison, or, without a variant, one case by itself. */
export const CaseDetailsRequest = z.object({
  cell: Cell,
  baseline: VariantReference,
  variant: VariantReference.nullable(),
})
export type CaseDetailsRequest = z.infer<typeof CaseDetailsRequest>

/** Why a sample stands apart from the others of its case; it is kept all the same. */
export const OutlierFlag = z.object({
  /**
   * Robust standard deviations from the median; null when more than half of the values are equal.
   */
  deviations: z.number().nullable(),
  /** More than 10 robust standard deviations away. */
  isExtreme: z.boolean(),
  /** Outside of Tukey's fences. */
  isBeyondFences: z.boolean(),
  /**
   * What the counters say disturbed it (steal time, a migration, a major fault
   * …); null when nothing does.
   */
  cause: z.string().nullable(),
})
export type OutlierFlag = z.infer<typeof OutlierFlag>

/** One sample as distribution and time-order charts need it. */
export const CaseSample = z.object({
  /** Position in the schedule of its run: the order in time. */
  scheduleIndex: z.int(),
  round: z.int(),
  block: z.int(),
  /** Which session of the run took it; 1 and more after a resume. */
  session: z.int(),
  startedAt: Moment,
  warmup: z.boolean(),
  valid: z.boolean(),
  reason: z.string().nullable(),
  /** What disturbed it so much that it counts for nothing; null when nothing did. */
  voidReason: z.string().nullable(),
  /**
   * In the unit of the quantity; null when invalid. A warm-up sample has a
   * value that enters nothing.
   */
  value: z.number().nullable(),
  outlier: OutlierFlag.nullable(),
  /** Those of `shownFigures` that the sample has, by their keys. */
  figures: z.record(z.string(), z.number()),
})
export type CaseSample = z.infer<typeof CaseSample>

/** One side: every sample in the order in which it was taken, and what is said of them. */
export const CaseSide = z.object({
  variant: ComparisonVariant,
  /** Unit of the values: ns, bytes/s, or instructions per base page. */
  quantity: z.enum(['time', 'throughput', 'instructions']),
  samples: z.array(CaseSample),
  /**
   * Of the undisturbed samples outside of warm-up rounds, or of all valid ones where too few are;
   * null when there are none.
   */
  summary: z
    .object({
      n: z.int(),
      median: z.number(),
      /** Interval of the median with its true coverage; null when there are too few samples. */
      interval: z.object({ low: z.number(), high: z.number(), coverage: z.number() }).nullable(),
      min: z.number(),
      max: z.number(),
      relativeSpreadPercent: z.number().nullable(),
      medianWithoutOutliers: z.number(),
    })
    .nullable(),
})
export type CaseSide = z.infer<typeof CaseSide>

/** What is behind one cell of a comparison. */
export const CaseDetails = z.object({
  cell: Cell,
  baseline: CaseSide,
  variant: CaseSide.nullable(),
  /**
   * ln(variant) − ln(baseline) of each complete round, and the same in percent; empty
   * when rounds are not paired.
   */
  pairs: z.array(
    z.object({ round: z.int(), logRatio: z.number(), percent: z.number(), isOutlier: z.boolean() }),
  ),
})
export type CaseDetails = z.infer<typeof CaseDetails>
