import { expect, test } from 'vitest'
import type { Agent } from '../agent/agent.ts'
import { Failure } from '../contract/failure.ts'
import type { SamplePlace } from '../contract/sample.ts'
import { takeSideBySide, type KernelLane } from './side-by-side.ts'

function placesOf(variantIndex: number, count: number): SamplePlace[] {
  return Array.from({ length: count }, (_, round) => ({
    scheduleIndex: variantIndex * count + round,
    block: 0,
    round,
    warmup: false,
    cellIndex: 0,
    variantIndex,
  }))
}

/** Lanes that note what happens in them. */
function lanes(change: Partial<KernelLane> = {}) {
  const noted: string[] = []
  const running = { now: 0, most: 0 }
  const lane: KernelLane = {
    start({ variantIndex }) {
      noted.push(`boot ${variantIndex}`)
      running.most = Math.max(running.most, ++running.now)
      function close(): Promise<void> {
        running.now--
        noted.push(`end ${variantIndex}`)
        return Promise.resolve()
      }
      return Promise.resolve({ close } as Agent)
    },
    async take(_, { variantIndex, round }) {
      await Promise.resolve()
      noted.push(`sample ${variantIndex}.${round}`)
    },
    goOn: () => Promise.resolve(),
    ...change,
  }
  function of(variantIndex: number): string[] {
    return noted.filter(note => note.includes(` ${variantIndex}`))
  }
  return { lane, noted, running, of }
}

test('as many kernels run at a time as may, each in its own order and ended before the next', async () => {
  const { lane, running, of } = lanes()
  await takeSideBySide(
    lane,
    [0, 1, 2].map(kernel => placesOf(kernel, 2)),
    2,
  )
  expect(running).toEqual({ now: 0, most: 2 })
  for (const kernel of [0, 1, 2])
    expect(of(kernel)).toEqual([
      `boot ${kernel}`,
      `sample ${kernel}.0`,
      `sample ${kernel}.1`,
      `end ${kernel}`,
    ])
})

test('a guest that dies is booted again and takes the same sample', async () => {
  let deaths = 0
  const { lane, noted } = lanes()
  const dying: KernelLane = {
    ...lane,
    async take(agent, place) {
      if (place.round === 1 && ++deaths === 1) throw new Failure('agent-died', 'gone')
      await lane.take(agent, place)
    },
  }
  await takeSideBySide(dying, [placesOf(0, 2)], 2)
  expect(noted).toEqual(['boot 0', 'sample 0.0', 'end 0', 'boot 0', 'sample 0.1', 'end 0'])
})

test('a guest that keeps dying ends the run, and leaves none running', async () => {
  const { lane, running, noted } = lanes({ take: () => Promise.reject(new Failure('agent-died', 'gone')) })
  await expect(takeSideBySide(lane, [placesOf(0, 2)], 1)).rejects.toThrow('gone')
  expect(noted.filter(note => note === 'boot 0')).toHaveLength(4)
  expect(running.now).toBe(0)
})

test('the failure of one kernel stops the others before their next sample, and begins no more', async () => {
  const { lane, running, noted } = lanes()
  const breaking: KernelLane = {
    ...lane,
    take: (agent, place) =>
      place.variantIndex === 0 ? Promise.reject(new Error('broken')) : lane.take(agent, place),
  }
  const kernels = [0, 1, 2].map(kernel => placesOf(kernel, 50))
  await expect(takeSideBySide(breaking, kernels, 2)).rejects.toThrow('broken')
  expect(running.now).toBe(0)
  expect(noted).not.toContain('sample 1.49')
  expect(noted).not.toContain('boot 2')
})

test('what may not go on ends with that reason', async () => {
  const { lane, noted } = lanes({ goOn: () => Promise.reject(new Error('cancelled')) })
  await expect(takeSideBySide(lane, [placesOf(0, 1)], 2)).rejects.toThrow('cancelled')
  expect(noted).toEqual([])
})
