import type { Contradiction } from '../contract/advice.ts'
import { returnsTitles } from '../contract/returns.ts'
import type { Percent } from '../contract/units.ts'

/** What was measured, what was published, and how far they are apart. */
export function contradictionText(contradiction: Contradiction): string {
  const { cpu, operation, candidate, returns, measuredPercent, publishedPercent } = contradiction
  const apart = Math.abs(measuredPercent - publishedPercent).toFixed(1)
  return (
    `${operation} (${candidate}) with ${returnsTitles[returns]}: ${signed(measuredPercent)} here, ` +
    `${signed(publishedPercent)} published for the ${cpu}, which has the same core: ${apart} points apart.`
  )
}

function signed(percent: Percent): string {
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`
}
