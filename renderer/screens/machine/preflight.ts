import type { PreflightCheck } from '../../../engine/contract/environment.ts'

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

/** A remedy is a command, or a sentence, which ends with a full stop. */
export function isCommand(remedy: string): boolean {
  return !remedy.endsWith('.')
}
