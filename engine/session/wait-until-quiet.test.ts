import { expect, test } from 'vitest'
import { notQuietText, quietWaitText, type QuietWait } from '../contract/machine-load.ts'
import type { Seconds } from '../contract/units.ts'
import {
  loadBetween,
  lookAtMachine,
  lookSeconds,
  machineWatcher,
  quietLooks,
  waitUntilQuiet,
  type MachineWatcher,
  type ProcessorReading,
} from './wait-until-quiet.ts'

const idle: ProcessorReading = { at: 0, processors: 2, busy: 0, own: 0, stolen: 0 }

const nobody = new AbortController()

/**
 * A machine on which each look finds the next of `looks`: seconds of other programs and of
 * a hypervisor in a second.
 */
function machineWith(looks: readonly Partial<Record<'busy' | 'own' | 'stolen', Seconds>>[]): MachineWatcher {
  let reading = idle
  let look = 0
  return {
    read: () => reading,
    async sleep(seconds, signal) {
      signal?.throwIfAborted()
      const { busy = 0, own = 0, stolen = 0 } = looks[Math.min(look++, looks.length - 1)] ?? {}
      reading = {
        processors: reading.processors,
        at: reading.at + seconds,
        busy: reading.busy + busy * seconds,
        own: reading.own + own * seconds,
        stolen: reading.stolen + stolen * seconds,
      }
    },
  }
}

type Waited = Readonly<{ told: readonly QuietWait[]; end: Seconds }>

async function wait(watcher: MachineWatcher, limitSeconds = 600): Promise<Waited> {
  const told: QuietWait[] = []
  await waitUntilQuiet({
    watcher,
    limitSeconds,
    signal: nobody.signal,
    progressed: progress => told.push(progress),
  })
  return { told, end: (await watcher.read()).at }
}

test('a look says what others used of one CPU and what was stolen of all, with the figure of each that is too much', () => {
  const busy = { at: 2, processors: 2, busy: 1.4, own: 0.5, stolen: 0.12 }
  expect(loadBetween(idle, busy)).toEqual({
    otherPrograms: expect.closeTo(0.45) as number,
    stolen: expect.closeTo(0.03) as number,
    causes: ['other programs used 45 % of a CPU', 'the hypervisor took 3.0 % of the CPUs'],
  })
  const desktop = { at: 2, processors: 2, busy: 0.38, own: 0, stolen: 0.079 }
  expect(loadBetween(idle, desktop).causes).toEqual([])
})

test('counters that lag behind each other make nothing negative, and no time no figure', () => {
  const early = { ...idle, at: 2, own: 0.02 }
  expect(loadBetween(idle, early)).toEqual({ otherPrograms: 0, stolen: 0, causes: [] })
  expect(loadBetween(idle, idle)).toEqual({ otherPrograms: 0, stolen: 0, causes: [] })
})

test('one look says how the machine is now', async () => {
  const load = await lookAtMachine(machineWith([{ busy: 1 }]))
  expect(load.otherPrograms).toBeCloseTo(1)
  expect(notQuietText(load)).toBe('This machine is not quiet: other programs used 100 % of a CPU.')
  expect(notQuietText({ ...load, causes: [] })).toBe('')
})

test('a quiet machine is waited for as long as it takes to see that it is', async () => {
  const { told, end } = await wait(machineWith([{}]))
  expect(end).toBe(quietLooks * lookSeconds)
  expect(told).toHaveLength(quietLooks)
})

test('a pause of another program is no quiet: so many looks in a row must be', async () => {
  const pause = Array.from({ length: quietLooks - 1 }, () => ({}))
  const { told, end } = await wait(machineWith([{ busy: 1 }, ...pause, { busy: 1 }, {}]))
  expect(end).toBe((quietLooks + 1 + quietLooks) * lookSeconds)
  expect(told.map(quietWaitText).slice(0, 2)).toEqual([
    `Waiting until this machine is quiet (${lookSeconds} of at most 600 s): other programs used 100 % of a CPU.`,
    `Waiting until this machine is quiet (${2 * lookSeconds} of at most 600 s): it was quiet just now.`,
  ])
})

test('what this program itself uses is not waited for', async () => {
  expect((await wait(machineWith([{ busy: 1, own: 1 }]))).end).toBe(quietLooks * lookSeconds)
})

test('at the limit it gives up, and says what the machine did', async () => {
  await expect(wait(machineWith([{ stolen: 0.5 }]), 20)).rejects.toMatchObject({
    code: 'not-quiet',
    message: 'This machine did not become quiet within 20 s: the hypervisor took 25 % of the CPUs.',
  })
})

test('whoever gives up waiting has not waited in vain for an answer', async () => {
  const giveUp = new AbortController()
  giveUp.abort()
  const parts = { watcher: machineWatcher, limitSeconds: 600, progressed: () => undefined }
  await expect(waitUntilQuiet({ ...parts, signal: giveUp.signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
})

test('this machine can be read, and goes on while it is', () => {
  const before = machineWatcher.read()
  const after = machineWatcher.read()
  expect(before.processors).toBeGreaterThan(0)
  expect(before.busy).toBeGreaterThan(0)
  expect(after.at).toBeGreaterThan(before.at)
  expect(after.own).toBeGreaterThanOrEqual(before.own)
})
