/** A change in a sentence, for who points at it or has it read out. */
import type { ChangeMark } from '../../engine/chart/change-chart.ts'
import { formatPercent } from '../../engine/text/format.ts'

/** `munmap, batch: −9.3 %, 95.1 % interval −10.4 % to −8.2 %. Improved: …. Published: −11.2 %.` */
export function changeSentence(
  name: string,
  {
    percent,
    interval,
    coverage,
    verdict,
    published,
  }: Pick<ChangeMark, 'percent' | 'interval' | 'coverage' | 'verdict' | 'published'>,
): string {
  const end = published === null ? '' : ` Published: ${formatPercent(published)}.`
  if (percent === null) return `${name}: no samples to compare.${end}`
  const range =
    interval === null
      ? 'no interval'
      : `${formatCoverage(coverage)} interval ${formatPercent(interval.low)} to ${formatPercent(interval.high)}`
  return `${name}: ${formatPercent(percent)}, ${range}. ${verdictSentence(verdict)}${end}`
}

/** The verdict with its numbers, as a sentence. */
export function verdictSentence(verdict: string): string {
  return `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}.`
}

/** `95.0 %` of a share from 0 to 1; empty where it is not known. */
export function formatCoverage(coverage: number | null): string {
  return coverage === null ? '' : `${(coverage * 100).toFixed(1)} %`
}
