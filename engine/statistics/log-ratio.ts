// Changes are computed as natural logarithms of ratios, where doubling and halving weigh the same
// and swapping the two sides only turns the sign; they are shown as percent of the baseline.

/** One side of a round: what one variant measured (ns, instructions, bytes per second …). */
export type RoundValue = {
  readonly round: number
  /** Null for a sample that failed or whose preconditions did not hold. */
  readonly value: number | null
}

export type PairedRatios = {
  /** D = ln(variant) − ln(baseline) for each complete round, ascending by round. */
  readonly ratios: readonly { readonly round: number; readonly logRatio: number }[]
  /** Rounds in which a side is missing, failed, or not a positive number. */
  readonly voidedRounds: number
}

/** 100·(e^D − 1): the change in percent of the baseline. */
export function percentChange(logRatio: number): number {
  return 100 * Math.expm1(logRatio)
}

/** ln(1 + percent/100), the inverse of `percentChange`. */
export function logRatioOf(percent: number): number {
  return Math.log1p(percent / 100)
}

/** True for a value that has a logarithm: a finite number above 0. */
export function isUsable(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

/** The values that have a logarithm, in the order given. */
export function usableValues(values: readonly RoundValue[]): number[] {
  return values.map(({ value }) => value).filter(isUsable)
}

function byRound(values: readonly RoundValue[], side: string): Map<number, number | null> {
  const rounds = new Map(values.map(({ round, value }) => [round, value]))
  if (rounds.size < values.length) throw new RangeError(`the ${side} has two values for one round`)
  return rounds
}

/**
 * Pairs the two sides round by round. Throws RangeError when a side has two values for one round.
 */
export function pairedLogRatios(
  baseline: readonly RoundValue[],
  variant: readonly RoundValue[],
): PairedRatios {
  const base = byRound(baseline, 'baseline')
  const other = byRound(variant, 'variant')
  const ratios: { round: number; logRatio: number }[] = []
  for (const [round, to] of other) {
    const from = base.get(round)
    if (isUsable(from) && isUsable(to)) ratios.push({ round, logRatio: Math.log(to) - Math.log(from) })
  }
  const rounds = new Set([...base.keys(), ...other.keys()])
  return { ratios: ratios.sort((a, b) => a.round - b.round), voidedRounds: rounds.size - ratios.length }
}

/** Logarithms of the usable values, for comparisons that do not pair them. */
export function usableLogs(values: readonly RoundValue[]): number[] {
  return usableValues(values).map(Math.log)
}
