/** Whether this machine is quiet enough to measure on, and the wait until it is. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../contract/failure.ts'
import type { MachineLoad, QuietWait } from '../contract/machine-load.ts'
import type { Seconds } from '../contract/units.ts'
import { readMachineTime, readOwnTime } from '../machine/processor-time.ts'
import { loadCauses } from '../statistics/disturbance.ts'
import { systemClock } from '../process/clock.ts'

/**
 * What one look takes: in less, /proc/stat, which counts in 10 ms, could not show 2 % of two CPUs.
 */
export const lookSeconds: Seconds = 1

/** Looks in a row that must be quiet: many programs pause for a moment. */
export const quietLooks = 5

/** How long to wait by default: long enough for updates and builds to end. */
export const defaultWaitSeconds: Seconds = 600

/** Processor time since some fixed moment, summed over the processors. */
export type ProcessorReading = Readonly<{
  at: Seconds
  processors: number
  /** Of everything, of this program, and taken away by a hypervisor. */
  busy: Seconds
  own: Seconds
  stolen: Seconds
}>

/** What reads a machine and lets time pass; tests bring their own. */
export type MachineWatcher = Readonly<{
  read: () => ProcessorReading | Promise<ProcessorReading>
  /** Rejects when `signal` says so. */
  sleep: (seconds: Seconds, signal?: AbortSignal) => Promise<void>
}>

export const machineWatcher = {
  read: () => ({ at: systemClock.monotonicNs() / 1e9, own: readOwnTime(), ...readMachineTime() }),
  sleep: (seconds, signal) => sleep(1000 * seconds, undefined, { signal }),
} satisfies MachineWatcher

/**
 * What the machine did between two readings, judged by the limits that mark
 * runs and void samples. Pure.
 */
export function loadBetween(before: ProcessorReading, after: ProcessorReading): MachineLoad {
  const elapsed = after.at - before.at
  if (elapsed <= 0) return { otherPrograms: 0, stolen: 0, causes: [] }
  const other = Math.max(0, after.busy - before.busy - (after.own - before.own))
  const stolen = Math.max(0, after.stolen - before.stolen)
  return {
    otherPrograms: other / elapsed,
    stolen: stolen / (elapsed * after.processors),
    causes: loadCauses({
      samples: 1,
      switched: 0,
      sampleNs: elapsed * 1e9,
      processorsNs: elapsed * after.processors * 1e9,
      otherProgramsNs: other * 1e9,
      stolenNs: stolen * 1e9,
    }),
  }
}

/**
 * Looks for `lookSeconds` at what the machine does. Rejects with `cancelled` when `signal` says so.
 */
export async function lookAtMachine(watcher: MachineWatcher, signal?: AbortSignal): Promise<MachineLoad> {
  const before = await watcher.read()
  try {
    await watcher.sleep(lookSeconds, signal)
  } catch (cause) {
    throw signal?.aborted === true
      ? new Failure('cancelled', 'Cancelled before anything was measured.', '', { cause })
      : cause
  }
  return loadBetween(before, await watcher.read())
}

export type WaitParts = Readonly<{
  watcher: MachineWatcher
  limitSeconds: Seconds
  signal: AbortSignal
  /** After every look. */
  progressed: (progress: QuietWait) => void
}>

/**
 * Resolves when `quietLooks` looks in a row found a quiet machine. Rejects with `not-quiet` when
 * the limit is reached before, and with `cancelled` when `signal` says so.
 */
export async function waitUntilQuiet({
  watcher,
  limitSeconds,
  signal,
  progressed,
}: WaitParts): Promise<void> {
  const startedAt = (await watcher.read()).at
  for (let quiet = 0; quiet < quietLooks;) {
    const load = await lookAtMachine(watcher, signal)
    quiet = load.causes.length === 0 ? quiet + 1 : 0
    const elapsedSeconds = (await watcher.read()).at - startedAt
    progressed({ elapsedSeconds, limitSeconds, load })
    if (quiet < quietLooks && elapsedSeconds >= limitSeconds) throw notQuiet(limitSeconds, load)
  }
}

function notQuiet(limitSeconds: Seconds, { causes }: MachineLoad): Failure {
  const why = causes.length === 0 ? 'it was never quiet for long enough' : causes.join(', ')
  return new Failure(
    'not-quiet',
    `This machine did not become quiet within ${limitSeconds} s: ${why}.`,
    'Close other programs, or start without waiting: disturbed samples will not count.',
  )
}
