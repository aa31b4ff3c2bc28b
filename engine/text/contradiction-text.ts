import type { Contradiction } from '../contract/advice.ts'
import { returnsTitles } from '../contract/returns.ts'
import { signedText } from './signed-text.ts'

/** What was measured, what was published, and how far they are apart. */
export function contradictionText(contradiction: Contradiction): string {
  const { cpu, operation, candidate, returns, measuredPercent, publishedPercent } = contradiction
  const apart = Math.abs(measuredPercent - publishedPercent).toFixed(1)
  return (
    `${operation} (${candidate}) with ${returnsTitles[returns]}: ${signedText(measuredPercent, 1)} % measured, ` +
    `${signedText(publishedPercent, 1)} % published for the ${cpu}, which has the same core: ${apart} points apart.`
  )
}
