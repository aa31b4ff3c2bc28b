/** The long tests, short: the same experiments with a fixed seed. */
import { describe, expect, test } from 'vitest'
import { unlessImpossible, unlessMissing } from '../fixtures/conditions.ts'
import { createRandom } from '../../engine/plan/random.ts'
import { experiments } from './experiments.ts'
import { repeat } from './experiment.ts'

const seed = 11
const timeout = 300_000

describe.each(experiments)('$name', ({ full, impossible, missing, run }) => {
  const condition = impossible === undefined ? unlessMissing(missing) : unlessImpossible(impossible)
  test('finds nothing in a few', { ...condition, timeout }, async () => {
    const count = Math.max(2, Math.ceil(full / 2000))
    const found = await run({ count, isOver: () => false, random: createRandom(seed) })
    expect(found.faults).toEqual([])
    expect(found.done).toBeGreaterThanOrEqual(count)
  })
})

test('an experiment ends with its count, with its time, or when it has found enough', async () => {
  const limit = { count: 9, isOver: () => false, random: createRandom(seed) }
  expect(await repeat(limit, () => undefined)).toEqual({ done: 9, faults: [] })
  let left = 4
  expect(await repeat({ ...limit, isOver: () => left-- === 0 }, () => undefined)).toEqual({
    done: 4,
    faults: [],
  })
  expect(await repeat(limit, index => `fault ${index}`)).toMatchObject({ done: 5, faults: { length: 5 } })
})
