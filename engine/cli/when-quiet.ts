/**
 * What `run`, `calibrate` and `advise` say before they measure on a machine that is not quiet, and
 * how they wait for a quiet one.
 */
import { Failure } from '../contract/failure.ts'
import { notQuietText, quietWaitText, type MachineLoad } from '../contract/machine-load.ts'
import type { Seconds } from '../contract/units.ts'
import {
  defaultWaitSeconds,
  lookAtMachine,
  machineWatcher,
  waitUntilQuiet,
  type MachineWatcher,
} from '../session/wait-until-quiet.ts'
import { cancelOnSignal } from './execute-session.ts'
import { parseDuration } from './parse.ts'
import { makeTeller, say, showLine } from './terminal.ts'

export const whenQuietOption = [
  '--when-quiet [TIME]',
  `wait until other programs and the hypervisor leave the machine idle, at most TIME (${defaultWaitSeconds / 60}m)`,
] as const

/**
 * What commander makes of the option: its TIME, or true without one; absent when it was not given.
 */
export type WhenQuiet = Readonly<{ whenQuiet?: string | true }>

/**
 * Without the option warns of a machine that is not quiet; with it, resolves when the
 * machine is quiet. Rejects with `not-quiet` when it has not become so in time, and
 * with `cancelled` on Ctrl-C.
 */
export async function beginQuietly(
  { whenQuiet }: WhenQuiet,
  watcher: MachineWatcher = machineWatcher,
): Promise<void> {
  const limitSeconds = whenQuiet === undefined ? null : waitLimit(whenQuiet)
  const cancellation = new AbortController()
  const stopListening = cancelOnSignal(
    { cancel: () => cancellation.abort() },
    'Cancelling; nothing was measured.',
  )
  try {
    const { signal } = cancellation
    if (limitSeconds === null) warn(await lookAtMachine(watcher, signal))
    else await waitUntilQuiet({ watcher, limitSeconds, signal, progressed: makeTeller(quietWaitText) })
  } finally {
    stopListening()
    showLine('')
  }
}

function warn(load: MachineLoad): void {
  const warning = notQuietText(load)
  if (warning !== '')
    say(`${warning} Disturbed samples will not count; --when-quiet waits until the machine is quiet.`)
}

function waitLimit(text: string | true): Seconds {
  if (text === true) return defaultWaitSeconds
  const seconds = parseDuration('--when-quiet', text)
  if (seconds > 0) return seconds
  throw new Failure(
    'bad-input',
    '--when-quiet: the time to wait must be above 0.',
    'Example: --when-quiet 30m.',
  )
}
