// The words for verdicts and warnings, in this one place, so that windows, reports and mails agree.
import { signedText } from '../text/signed-text.ts'
import type { ComparisonWarning } from './comparison.ts'
import type { Verdict } from './verdict.ts'

/** A change with its sign and two decimals: +1.50%, -0.20%, 0.00%. */
export function signedPercent(percent: number): string {
  return `${signedText(percent, 2)}%`
}

/** A size without a sign and without needless zeros: 1%, 0.75%. */
function plainPercent(percent: number): string {
  return `${Number(percent.toFixed(2))}%`
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** One sentence part for a verdict, without a full stop. */
export function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'improved':
    case 'regressed':
      return verdict.kind
    case 'no-change': {
      const resolved = verdict.isSmallChangeResolved ? '; a small change is resolved' : ''
      return `no change larger than ${plainPercent(verdict.deltaPercent)}${resolved}`
    }
    case 'changed-within-floor':
      return 'changed, not clearly beyond the noise floor'
    case 'not-resolved': {
      const range = `from ${signedPercent(verdict.lowPercent)} to ${signedPercent(verdict.highPercent)}`
      const more =
        verdict.moreRounds === null
          ? ''
          : `; about ${counted(verdict.moreRounds, 'more round', 'more rounds')}`
      return `no clear result: could be ${range}${more}`
    }
    case 'too-few':
      return `no interval: needs at least ${verdict.need} rounds, has ${verdict.have}`
    case 'not-calibrated':
      return 'no verdict: the noise floor of this host is not calibrated'
  }
}

/** One sentence part for a warning, without a full stop. */
export function warningWords(warning: ComparisonWarning): string {
  switch (warning.kind) {
    case 'drift-not-controlled':
      return 'unpaired: drift not controlled'
    case 'voided-rounds':
      return `${counted(warning.count, 'round', 'rounds')} void: a sample is missing, failed or not positive`
    case 'ties':
      return `${counted(warning.count, 'round', 'rounds')} without any difference, excluded from the p-value`
    case 'outliers':
      return `${counted(warning.count, 'outlying round', 'outlying rounds')}, kept in the estimate`
    case 'two-groups':
      return `the samples of the ${warning.side} alternate between two values; their median describes neither`
  }
}
