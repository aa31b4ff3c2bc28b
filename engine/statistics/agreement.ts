// How well two tables of changes agree, cell by cell.
import { sampleRankCorrelation } from 'simple-statistics'

export type AgreementOfPairs = {
  readonly cells: number
  /** Cells in which both changes have the same sign, of those whose second change is not 0. */
  readonly sameSign: number
  readonly signedCells: number
  /**
   * Spearman's rank correlation with midranks for ties; null with fewer than three cells
   * or without any variation.
   */
  readonly rankCorrelation: number | null
}

const leastCells = 3 // two points always lie on a line

/**
 * Agreement of pairs of changes in the same unit. Source: Spearman, American Journal
 * of Psychology 15 (1904).
 */
export function agreementOf(pairs: readonly (readonly [number, number])[]): AgreementOfPairs {
  const signed = pairs.filter(([, other]) => other !== 0)
  const correlation =
    pairs.length < leastCells
      ? NaN
      : sampleRankCorrelation(
          pairs.map(([one]) => one),
          pairs.map(([, other]) => other),
        )
  return {
    cells: pairs.length,
    sameSign: signed.filter(([one, other]) => Math.sign(one) === Math.sign(other)).length,
    signedCells: signed.length,
    rankCorrelation: Number.isFinite(correlation) ? correlation : null,
  }
}
