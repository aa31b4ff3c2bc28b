/** How the numbers came about, for readers of a report who do not have the program. */
import type { Comparison } from '../../contract/comparison.ts'
import type { Plan } from '../../contract/plan.ts'
import { formatSize } from './words.ts'

/** The order in which the samples of a run were taken. */
export function planMethod({ variants, warmupRounds, seed, stopping, order }: Plan): string[] {
  const stop =
    stopping.kind === 'rounds'
      ? `${stopping.rounds} rounds were planned`
      : `at most ${stopping.maximumRounds} rounds were planned, until every interval is within ±${stopping.resolutionPercent} %` +
        (stopping.budgetSeconds === null ? '' : ` or ${stopping.budgetSeconds} s have passed`)
  return [
    `A round measures each of the ${variants.length} variants once, in the order of a random ` +
      `${order === 'williams' ? 'Williams design' : 'cyclic Latin square'} for each block of rounds (seed ${seed}); ${stop}, after ${warmupRounds} warm-up rounds, which are excluded.`,
    'A sample whose preconditions failed is kept with the reason and excluded from all statistics.',
  ]
}

/** How changes, intervals and verdicts were computed. */
export function comparisonMethod({ confidence, thresholdPercent, rows }: Comparison): string[] {
  const methods = new Set(rows.map(row => row.method))
  const percent = `${Number((100 * confidence).toFixed(2))} %`
  return [
    ...(methods.has('paired')
      ? [
          'Paired rows: for each round D = ln(variant) − ln(baseline); the change is 100·(exp(median D) − 1) percent, its ' +
            `interval that of order statistics of D at ${percent}, p that of the sign test.`,
        ]
      : []),
    ...(methods.has('unpaired')
      ? [
          `Unpaired rows (different runs): the Hodges–Lehmann shift of logarithms with its exact interval at ${percent}, p of ` +
            'the Mann–Whitney U test. Drift between the runs is not controlled.',
        ]
      : []),
    ...(methods.has('exact')
      ? ['Exact rows: the ratio of counts; low and high are the extremes of any two counts that were seen.']
      : []),
    `Verdicts compare the interval that holds for all ${rows.length} rows together with ±delta, the larger of the threshold ` +
      `(${formatSize(thresholdPercent)} %) and the A/A noise floor of the machine: entirely beyond, improved or regressed; ` +
      'entirely inside, no change larger than delta; excluding 0 but crossing delta, within the floor; otherwise no clear result.',
    'Outliers are flagged and kept.',
  ]
}
