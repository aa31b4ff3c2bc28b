import type { PreflightCheck } from '../../../engine/contract/environment.ts'
import { formatQuantity } from '../../ui/format.ts'

type CheckStatus = PreflightCheck['status']

export type CheckGroup = Readonly<{ status: CheckStatus; title: string; checks: readonly PreflightCheck[] }>

/** From the gravest to the harmless. */
const order: readonly Readonly<{ status: CheckStatus; title: string }>[] = [
  { status: 'block', title: 'Blocks a valid run' },
  { status: 'bias', title: 'Biases results' },
  { status: 'inform', title: 'Good to know' },
  { status: 'pass', title: 'Passed' },
]

export const statusWords: Readonly<Record<CheckStatus, string>> = {
  block: 'Blocks',
  bias: 'Biases',
  inform: 'Informs',
  pass: 'Passed',
}

/** The checks by how grave they are; groups without a check are left out. */
export function checkGroups(checks: readonly PreflightCheck[]): readonly CheckGroup[] {
  return order
    .map(group => ({ ...group, checks: checks.filter(check => check.status === group.status) }))
    .filter(group => group.checks.length > 0)
}

/** Whether this machine is fit to measure, in one sentence, and how grave that is. */
export function preflightVerdict(
  checks: readonly PreflightCheck[],
): Readonly<{ status: CheckStatus; sentence: string }> {
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

/** A remedy is a command, or a sentence, which ends with a full stop. */
export function isCommand(remedy: string): boolean {
  return !remedy.endsWith('.')
}
