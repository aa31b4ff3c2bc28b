/** What the view of one cell shows of its samples. Pure. */
import type { CaseDetails, CaseSample, CaseSide } from '../../../engine/contract/case-details.ts'
import { scaleFor, type Scale } from '../../../engine/text/value-text.ts'

/** One side of a cell; `place` is 0 for the baseline, 1 for the variant. */
export type PlacedSide = Readonly<{ side: CaseSide; place: 0 | 1; label: string }>

/** The sides that there are, the baseline first. */
export function sidesOf({ baseline, variant }: CaseDetails): readonly PlacedSide[] {
  return [
    { side: baseline, place: 0, label: baseline.variant.variant.label },
    ...(variant ? [{ side: variant, place: 1 as const, label: variant.variant.variant.label }] : []),
  ]
}

/** One scale for both sides, so that their numbers compare at a glance. */
export function scaleOf(details: CaseDetails): Scale {
  const medians = sidesOf(details).flatMap(({ side }) => side.summary?.median ?? [])
  return scaleFor(details.baseline.quantity, medians)
}

/** Values that enter statistics, in base units and in the order of time. */
export function enteringValues(side: CaseSide): readonly number[] {
  return side.samples.flatMap(sample => (isEntering(sample) ? (sample.value ?? []) : []))
}

/** Whether statistics may use the sample. */
export function isEntering(sample: CaseSample): boolean {
  return !sample.warmup && sample.valid && sample.value !== null
}

/** Whether both sides were measured in one run, so that their samples share an order in time. */
export function isOneRun({ baseline, variant }: CaseDetails): boolean {
  return variant === null || variant.variant.reference.runId === baseline.variant.reference.runId
}

export type SampleKind = 'counted' | 'outlier' | 'warmup' | 'invalid'

/** How far the sample counts; the gravest reason against it comes first. */
export function kindOf(sample: CaseSample): SampleKind {
  if (!sample.valid || sample.value === null) return 'invalid'
  if (sample.warmup) return 'warmup'
  return sample.outlier ? 'outlier' : 'counted'
}

/** Why a sample stands apart, in words; empty when it does not. */
export function remarkOf({ valid, value, reason, outlier }: CaseSample): string {
  if (!valid) return reason ?? 'invalid'
  if (value === null) return 'its number is not positive'
  if (!outlier) return ''
  const distance =
    outlier.deviations === null
      ? 'unlike the others'
      : `${Math.abs(outlier.deviations).toFixed(1)} deviations away`
  return `${outlier.isExtreme ? 'extreme: ' : ''}${distance}${outlier.cause === null ? '' : `; ${outlier.cause}`}`
}
