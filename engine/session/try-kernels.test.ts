import { expect, test } from 'vitest'
import type { Agent } from '../agent/agent.ts'
import type { Facts } from '../contract/environment.ts'
import { mebibyte } from '../contract/units.ts'
import type { ClockName } from '../contract/clock-name.ts'
import type { KernelVariant } from '../contract/variant.ts'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { examplePlan } from '../../test/fixtures/run.ts'
import { scheduleBlock } from '../plan/schedule.ts'
import { tryKernels } from './try-kernels.ts'

const machineBytes = 512 * mebibyte

function planOf(labels: readonly string[], clock: ClockName = 'instructions') {
  const variants = labels.map((label): KernelVariant => ({
    target: 'vm',
    label,
    kernel: `/boot/${label}`,
    bootParameters: '',
    memoryBytes: machineBytes,
    cpus: 1,
    clock,
  }))
  return examplePlan({ target: 'vm', variants })
}

function hostWith(threads: number, machines: number): Facts {
  const { cpu, memory } = exampleFacts
  return {
    ...exampleFacts,
    cpu: { ...cpu, threads },
    memory: { ...memory, availableBytes: machines * machineBytes },
  }
}

function never(): Promise<never> {
  return Promise.reject(new Error('not asked for'))
}

/** Machines that boot in a moment; says how many ran at once and which are running. */
function machines(broken?: number) {
  const running = new Set<number>()
  const state = { running, most: 0 }
  async function boot(variantIndex: number): Promise<Agent> {
    running.add(variantIndex)
    state.most = Math.max(state.most, running.size)
    await new Promise(resolve => setImmediate(resolve))
    if (variantIndex === broken) {
      running.delete(variantIndex)
      throw new Error('panic')
    }

    return {
      hello: {
        type: 'hello',
        protocol: 1,
        agent: 'test',
        pid: 1,
        targets: ['host'],
        benchmarks: [],
        schemes: [],
        basePageBytes: 4096,
        returns: [],
      },
      machine: { emulator: '7.2.0', accelerator: 'tcg', note: '', bootSeconds: 7 },
      facts: () => Promise.resolve(exampleFacts),
      latencies: never,
      condition: never,
      settings: never,
      sample: never,
      counts: never,

      symbols: () => Promise.resolve([]),
      phone: () => Promise.reject(new Error('no test asks this')),
      counterexample: () => Promise.reject(new Error('no test asks this')),
      close: () => Promise.resolve(void running.delete(variantIndex)),
    }
  }
  return { state, boot }
}

test.each([
  ['instructions', 2],
  ['wall', 1],
] as const)('by %s the %i kernels that the run begins with are left running', async (clock, count) => {
  const plan = planOf(['a', 'b', 'c', 'd', 'e'], clock)
  const { state, boot } = machines()
  const { guests, kept } = await tryKernels(plan, [0, 1, 2, 3, 4], hostWith(2, 8), boot)
  expect(guests.map(({ variantIndex }) => variantIndex)).toEqual([0, 1, 2, 3, 4])
  const measured = [...new Set(scheduleBlock(plan, 0).map(({ variantIndex }) => variantIndex))]
  const first = measured.slice(0, count).sort()
  expect(kept.map(({ variantIndex }) => variantIndex).sort()).toEqual(first)
  expect([...state.running].sort()).toEqual(first)
  expect(state.most).toBe(count)
})

test('of the kernels of a plan only those that were asked for are booted', async () => {
  const plan = planOf(['a', 'b', 'c', 'd'])
  const { state, boot } = machines()
  const { guests, kept } = await tryKernels(plan, [0], hostWith(8, 8), boot)
  expect([guests.length, kept.map(({ variantIndex }) => variantIndex), state.most]).toEqual([1, [0], 1])
})

test.each([
  ['processors', hostWith(2, 8), 'instructions', 2],
  ['memory', hostWith(8, 3), 'instructions', 3],
  ['too little memory even for one, which QEMU will tell', hostWith(8, 0), 'instructions', 1],
  ['the clock on the wall', hostWith(8, 8), 'wall', 1],
] as const)('at once boot as many as %s allow', async (_what, host, clock, most) => {
  const { state, boot } = machines()
  await tryKernels(planOf(['a', 'b', 'c', 'd'], clock), [0, 1, 2, 3], host, boot)
  expect(state.most).toBe(most)
})

test.each([0, 1, 2])(
  'when kernel %i does not boot, that is reported and nothing is left running',
  async broken => {
    const { state, boot } = machines(broken)
    await expect(tryKernels(planOf(['a', 'b', 'c']), [0, 1, 2], hostWith(2, 8), boot)).rejects.toThrow(
      'panic',
    )
    expect(state.running.size).toBe(0)
  },
)
