import { z } from 'zod'
import { Cell } from './case.ts'
import { RunId } from './run.ts'
import { Variant } from './variant.ts'

/** A variant of a stored run. */
export const VariantReference = z.object({ runId: RunId, variantIndex: z.int().min(0) })
export type VariantReference = z.infer<typeof VariantReference>

export const verdictKinds = [
  'improved',
  'regressed',
  'no-change',
  'changed-within-floor',
  'not-resolved',
  'too-few',
  'not-calibrated',
] as const

/** Percent change of one variant against the baseline for one cell. */
export const ComparisonRow = z.object({
  cell: Cell,
  variant: VariantReference,
  /** Percent; null when no pair of valid samples exists. */
  percent: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** True coverage of the interval, 0 to 1. */
  coverage: z.number().nullable(),
  p: z.number().nullable(),
  /** Rounds (or samples of the smaller side, when unpaired) that entered. */
  n: z.int().min(0),
  voidedRounds: z.int().min(0),
  method: z.enum(['paired', 'unpaired', 'exact']),
  verdict: z.enum(verdictKinds),
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
})
export type ComparisonVariant = z.infer<typeof ComparisonVariant>

export const EnvironmentDifference = z.object({
  field: z.string(),
  baseline: z.string(),
  variant: z.string(),
})
export type EnvironmentDifference = z.infer<typeof EnvironmentDifference>

export const Comparison = z.object({
  baseline: ComparisonVariant,
  variants: z.array(ComparisonVariant),
  cells: z.array(Cell),
  rows: z.array(ComparisonRow),
  differences: z.array(EnvironmentDifference),
})
export type Comparison = z.infer<typeof Comparison>

export const CompareRequest = z.object({
  baseline: VariantReference,
  variants: z.array(VariantReference).min(1),
  /** Confidence asked for each interval, 0 to 1. */
  confidence: z.number().min(0.5).max(0.9999),
})
export type CompareRequest = z.infer<typeof CompareRequest>
