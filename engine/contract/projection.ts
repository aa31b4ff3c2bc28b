import * as z from 'zod'
import { listUpTo } from './bounds.ts'
import { BenchmarkName } from './benchmark.ts'
import { FolioBytes } from './plan.ts'
import { ComparisonVariant, VariantReference } from './comparison.ts'

export const ProjectionRequest = z.object({
  /** A variant of a run on the model: what the others are compared with. */
  baseline: VariantReference,
  /** Variants of the same run. */
  variants: listUpTo(VariantReference, 64).min(1),
  /**
   * A variant of a run on a real kernel: its times are what the model's
   * extra times are laid against.
   */
  host: VariantReference,
  /** Confidence that a projected interval is asked to have, 0 to 1. */
  confidence: z.number().min(0.5).max(0.9999),
})
export type ProjectionRequest = z.infer<typeof ProjectionRequest>

/** An estimate with its interval; the ends are null where there were too few rounds. */
const Estimated = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() })

/**
 * What the model's extra time for one variant would change on the real
 * kernel, all else being equal.
 */
export const ProjectionRow = z.object({
  benchmark: BenchmarkName,
  folioBytes: FolioBytes,
  variant: VariantReference,
  /** Nanoseconds that the variant takes longer than the baseline for a base page. */
  extraNsPerPage: Estimated,
  /** Nanoseconds that the real kernel takes for a base page. */
  hostNsPerPage: Estimated,
  /** Percent of the real kernel's time. */
  projectedPercent: Estimated,
  /** Percent of the model's own time, for comparison. */
  modelPercent: z.number(),
  /** Rounds of the model that entered. */
  n: z.int().min(0),
})
export type ProjectionRow = z.infer<typeof ProjectionRow>

/** How well two tables agree over the cells that both have. */
export const Agreement = z.object({
  /** What is compared with the published table. */
  kind: z.enum(['model', 'projection']),
  cpu: z.string(),
  cells: z.int().min(0),
  /** Cells in which both changes point the same way; those published as 0.0 are left out. */
  sameSign: z.int().min(0),
  signedCells: z.int().min(0),
  /**
   * Spearman's rank correlation; null with fewer than three cells, or when one side does not vary.
   */
  rankCorrelation: z.number().nullable(),
})
export type Agreement = z.infer<typeof Agreement>

/**
 * A projection is not a measurement: it is kept in a type of its own, so that the two are never
 * mixed.
 */
export const Projection = z.object({
  baseline: ComparisonVariant,
  variants: z.array(ComparisonVariant),
  host: ComparisonVariant,
  rows: z.array(ProjectionRow),
  published: z.array(
    z.object({
      cpu: z.string(),
      source: z.string(),
      cells: z.array(
        z.object({
          benchmark: BenchmarkName,
          folioBytes: FolioBytes,
          variant: VariantReference,
          percent: z.number(),
        }),
      ),
    }),
  ),
  agreements: z.array(Agreement),
  /**
   * What else ran while the two runs were measured, with its figure, one sentence a
   * run; empty for quiet ones.
   */
  disturbances: z.array(z.string()),
})
export type Projection = z.infer<typeof Projection>
