import { referenceKey, type Comparison } from '../../contract/comparison.ts'
import type { Run } from '../../contract/run.ts'
import { casesOf } from '../content/run-cases.ts'

/** A run for programs, or `runs` with each of several. */
export function runsJson(runs: readonly Run[]): object {
  const [first] = runs
  return first && runs.length === 1 ? runJson(first) : { runs: runs.map(runJson) }
}

/** What was run, where, and every case with its samples and summary (times ns, rates bytes/s). */
function runJson(run: Run): object {
  return {
    run: { ...run.summary, plan: run.plan },
    environment: run.environment,
    cases: casesOf(run).map(
      ({
        case: { benchmark, parameters },
        variantLabel,
        samples,
        summary,
        invalidCount,
        disturbedCount,
        disturbance,
      }) => ({
        benchmark,
        variant: variantLabel,
        parameters,
        samples: samples.map(({ round, warmup, voidReason, measurement }) => ({
          round,
          warmup,
          ns: measurement.elapsedNs,
          work: measurement.work,
          valid: measurement.valid,
          ...(measurement.reason === null ? {} : { reason: measurement.reason }),
          ...(voidReason === undefined ? {} : { voidReason }),
        })),
        summary: summary === null ? null : { ...summary, invalid: invalidCount, disturbed: disturbedCount },
        disturbance,
      }),
    ),
  }
}

/** A comparison for programs; percent against the baseline. */
export function comparisonJson({ baseline, variants, rows, cells: _, ...rest }: Comparison): object {
  const labels = new Map(variants.map(({ reference, variant }) => [referenceKey(reference), variant.label]))
  return {
    baseline: { ...baseline.reference, label: baseline.variant.label, kernelRelease: baseline.kernelRelease },
    rows: rows.map(({ cell, variant, ...row }) => ({
      benchmark: cell.benchmark,
      parameters: cell.parameters,
      variant: labels.get(referenceKey(variant)) ?? '',
      reference: variant,
      ...row,
    })),
    ...rest,
  }
}
