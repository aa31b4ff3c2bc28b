// When a run has measured enough. Decided at the end of a block, on the width of intervals, never
// on a p-value or on whether 0 lies inside: looking for significance every other round and stopping
// at the first finds some in 14 % of runs in which nothing changed.

/** An interval at 95 % needs 6 rounds; with 10 it has outlived one outlier on each side. */
export const defaultMinimumRounds = 10
/** Half-width at which a change is known well enough, percent. */
export const defaultHalfWidthPercent = 0.5

/**
 * Confidence of the intervals whose width is looked at; above the 95 % of those that are reported.
 * The moment at which an interval happens to be narrow is not any moment: stopping on the 95 %
 * interval itself left it excluding 0 in up to 6.0 % of simulated runs in which nothing changed,
 * stopping on the 97 % interval in at most 4.8 %, for about 4 rounds more. The reported interval is
 * then narrower than what was asked for.
 */
export const stoppingConfidence = 0.97

export type StoppingRule = {
  /** Nothing but the time budget ends a run before this many rounds. */
  readonly minimumRounds: number
  readonly maximumRounds: number
  /**
   * Half-width of the widest interval (at `stoppingConfidence`) at which to stop, percent;
   * null to measure all rounds.
   */
  readonly targetHalfWidthPercent: number | null
  /** Null without a time budget. */
  readonly budgetNs: number | null
}

export type RunProgress = {
  /** Complete rounds, void ones included; a multiple of `roundsPerBlock` at the end of a block. */
  readonly rounds: number
  /** As many as there are variants. */
  readonly roundsPerBlock: number
  readonly elapsedNs: number
  /**
   * Of the widest interval among all comparisons, at `stoppingConfidence`, percent;
   * null while one has none.
   */
  readonly halfWidthPercent: number | null
}

export type StopReason = 'resolution' | 'rounds' | 'time'

/**
 * Half the width of the widest interval, percent; null while one of them
 * has none, or there is none.
 */
export function widestHalfWidth(
  intervals: readonly { readonly low: number | null; readonly high: number | null }[],
): number | null {
  const widths = intervals.map(({ low, high }) =>
    low === null || high === null ? Infinity : (high - low) / 2,
  )
  const widest = Math.max(...widths)
  return Number.isFinite(widest) ? widest : null
}

/**
 * Why to stop now, or null to go on with another block. The time budget is a promise: it ends
 * the run when a block as long as the average so far would not fit any more, even before the
 * minimum of rounds (the result then says that it has too few). The maximum is reached with
 * the block that contains it.
 */
export function stopReason(progress: RunProgress, rule: StoppingRule): StopReason | null {
  const { rounds, roundsPerBlock, elapsedNs, halfWidthPercent } = progress
  if (rounds === 0 || rounds % roundsPerBlock !== 0) return null
  const isNarrow =
    rule.targetHalfWidthPercent !== null &&
    halfWidthPercent !== null &&
    halfWidthPercent <= rule.targetHalfWidthPercent
  if (rounds >= rule.minimumRounds && isNarrow) return 'resolution'
  if (rounds >= rule.maximumRounds) return 'rounds'
  const blockNs = (elapsedNs / rounds) * roundsPerBlock
  if (rule.budgetNs !== null && elapsedNs + blockNs > rule.budgetNs) return 'time'
  return null
}
