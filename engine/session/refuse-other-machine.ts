import type { Environment } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import { fingerprint } from '../machine/fingerprint.ts'

/** Throws `not-comparable` unless both environments are of one machine and one kernel: a run must not mix two. */
export function refuseOtherMachine(stored: Environment, here: Environment): void {
  if (fingerprint(stored.facts) !== fingerprint(here.facts))
    throw new Failure(
      'not-comparable',
      'The run was begun on another machine.',
      'Resume it there, or start a new run here and compare the two.',
    )
  const [before, now] = [stored, here].map(({ facts }) => `${facts.kernel.release} ${facts.kernel.version}`)
  if (before !== now)
    throw new Failure(
      'not-comparable',
      `The run was begun on kernel ${before}; this is ${now}.`,
      'Boot that kernel to resume it, or start a new run here and compare the two.',
    )
}
