import { expect, test } from 'vitest'
import { mebibyte } from '../contract/units.ts'
import { examplePlan } from '../../test/fixtures/run.ts'
import { estimate, type KnownNoise, type Pace } from './estimate.ts'

// One second for each sample of 32 MiB, but for the 10 ms that every sample takes.
const nsPerByte = (1e9 - 10e6) / (32 * mebibyte)
const paces: Pace[] = (['cow', 'fork', 'anon-cow-seq'] as const).map(benchmark => ({
  benchmark,
  folioBytes: 2 * mebibyte,
  tasks: 1,
  nsPerByte,
}))

const unknown: KnownNoise = { floorFor: () => null, detectableFor: () => null }

test('every sample of every round counts, warm-up rounds too', () => {
  expect(estimate(examplePlan(), paces, unknown)).toEqual({
    samples: (8 + 1) * 2 * 2,
    seconds: expect.closeTo(36, 6),
    memoryBytes: 2 * 32 * mebibyte, // cow
    basis: 'stored-samples',
    detectable: ['cow', 'fork'].map(benchmark => ({
      cell: { benchmark, parameters: { sizeBytes: 32 * mebibyte, folioBytes: 2 * mebibyte, tasks: 1 } },
      percent: null,
      noiseFloorPercent: null,
    })),
  })
})

test('one cell without a stored pace makes the estimate a default one', () => {
  const plan = examplePlan({ benchmarks: ['cow', 'anon-cow-seq'], tasks: [1, 8] })
  expect(estimate(plan, paces, unknown)).toMatchObject({
    basis: 'default-pace',
    memoryBytes: 9 * 32 * mebibyte,
  })
})

test('an adaptive run takes at most all its rounds, and at most its time', () => {
  const stopping = {
    kind: 'resolution',
    resolutionPercent: 1,
    minimumRounds: 6,
    maximumRounds: 19,
    budgetSeconds: null,
  } as const
  expect(estimate(examplePlan({ stopping }), paces, unknown)).toMatchObject({
    samples: 80,
    seconds: expect.closeTo(80, 6),
  })
  const limited = estimate(examplePlan({ stopping: { ...stopping, budgetSeconds: 20 } }), paces, unknown)
  expect(limited).toMatchObject({ samples: 20, seconds: expect.closeTo(20, 6) })
})

test('a budget shorter than a block does not shorten the block', () => {
  const stopping = {
    kind: 'resolution',
    resolutionPercent: 1,
    minimumRounds: 6,
    maximumRounds: 19,
    budgetSeconds: 0.001,
  } as const
  expect(estimate(examplePlan({ stopping }), paces, unknown).seconds).toBeCloseTo(2 * 4, 6)
})

test('what the rounds can show is reported for each cell, corrected for all rows', () => {
  const asked: [number, number][] = []
  const noise: KnownNoise = {
    floorFor: () => ({ floorPercent: 0.7 }),
    detectableFor: (_variant, _cell, rounds, confidence) => {
      asked.push([rounds, confidence])
      return 1.5
    },
  }
  const { detectable } = estimate(examplePlan(), paces, noise)
  expect(detectable.map(({ percent, noiseFloorPercent }) => [percent, noiseFloorPercent])).toEqual([
    [1.5, 0.7],
    [1.5, 0.7],
  ])
  expect(asked).toEqual([
    [8, 0.975],
    [8, 0.975],
  ])
  const single = examplePlan({ variants: [{ target: 'host', label: 'only' }] })
  expect(estimate(single, paces, noise).detectable).toEqual([])
})
