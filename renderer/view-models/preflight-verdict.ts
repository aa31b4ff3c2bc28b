import type { PreflightCheck } from '../../engine/contract/environment.ts'
import { formatQuantity } from '../../engine/text/format.ts'

/** Whether this machine is fit to measure, in one sentence, and how grave that is. */
export function preflightVerdict(
  checks: readonly PreflightCheck[],
): Readonly<{ status: PreflightCheck['status']; sentence: string }> {
  const blocks = checks.filter(check => check.status === 'block').length
  const biases = checks.filter(check => check.status === 'bias').length
  if (blocks > 0)
    return {
      status: 'block',
      sentence: `Not fit to measure: ${formatQuantity(blocks, 'check')} ${blocks === 1 ? 'blocks' : 'block'} a valid run.`,
    }
  if (biases > 0)
    return {
      status: 'bias',
      sentence: `Fit to measure, but ${formatQuantity(biases, 'check')} may bias results.`,
    }
  return { status: 'pass', sentence: 'Fit to measure: nothing blocks a run or biases results.' }
}
