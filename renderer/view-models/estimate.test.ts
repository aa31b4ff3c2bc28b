import { expect, test } from 'vitest'
import type { Estimate } from '../../engine/contract/api.ts'
import { gibibyte } from '../../engine/contract/units.ts'
import { estimateView } from './estimate.ts'

const estimate: Estimate = {
  samples: 220,
  seconds: 48,
  memoryBytes: 2 * gibibyte,
  basis: 'stored-samples',
  detectable: [],
}

test('an estimate is told with units and set against the memory there is', () => {
  expect(estimateView(estimate, 8 * gibibyte)).toEqual({
    duration: '48 s',
    samples: '220 samples',
    memory: '2 GiB',
    available: '8 GiB',
    memoryShare: 0.25,
    fits: true,
    basis: 'From samples stored on this machine.',
  })
})

test('more than there is does not fit, also when there is nothing', () => {
  expect(estimateView(estimate, gibibyte)).toMatchObject({ fits: false, memoryShare: 2 })
  expect(estimateView(estimate, 0)).toMatchObject({ fits: false, memoryShare: Infinity })
})
