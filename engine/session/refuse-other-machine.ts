import type { Environment, Guest } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import { fingerprint } from '../machine/fingerprint.ts'
import { placementOf, placementWords } from '../machine/placement.ts'

/**
 * Throws `not-comparable` unless both environments are of one machine and one kernel, on the same
 * processors: a run must not mix two. `cpus` are those that its plan pins tasks to.
 */
export function refuseOtherMachine(stored: Environment, here: Environment, cpus: readonly number[]): void {
  if (fingerprint(stored.facts) !== fingerprint(here.facts))
    throw new Failure(
      'not-comparable',
      'The run was started on another machine.',
      'Resume it there, or start a new run here and compare the two.',
    )
  const [before, now] = [stored, here].map(({ facts }) => `${facts.kernel.release} ${facts.kernel.version}`)
  if (before !== now)
    throw new Failure(
      'not-comparable',
      `The run was started on kernel ${before}; this is ${now}.`,
      'Boot that kernel to resume it, or start a new run here and compare the two.',
    )
  const [placed, placedNow] = [stored, here].map(({ facts }) => placementWords(placementOf(cpus, facts)))
  if (placed !== placedNow)
    throw new Failure(
      'not-comparable',
      `The run was started ${placed}; now it would continue ${placedNow}.`,
      'Start the lab as it was started before (taskset, cpuset, quota, nice), or start a new run.',
    )
  for (const guest of here.guests ?? []) {
    const before = stored.guests?.find(({ variantIndex }) => variantIndex === guest.variantIndex)
    if (before) refuseOtherGuest(before, guest)
  }
}

/** Throws `not-comparable` unless both are one kernel in one kind of virtual machine. */
export function refuseOtherGuest(stored: Guest, here: Guest): void {
  if (describeGuest(here) === describeGuest(stored)) return
  throw new Failure(
    'not-comparable',
    `The run was started with ${describeGuest(stored)}; this is ${describeGuest(here)}.`,
    'To resume it, use the same kernel image and QEMU as before; or start a new run.',
  )
}

function describeGuest({ emulator, accelerator, facts: { kernel } }: Guest): string {
  return `kernel ${kernel.release} ${kernel.version} in QEMU ${emulator} (${accelerator})`
}
