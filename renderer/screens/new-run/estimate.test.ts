import { expect, test } from 'vitest'
import type { Estimate } from '../../../engine/contract/api.ts'
import { gibibyte } from '../../../engine/contract/units.ts'
import { estimateView } from './estimate.ts'

const estimate: Estimate = {
  samples: 220,
  seconds: 48,
  memoryBytes: 2 * gibibyte,
  basis: 'stored-samples',
  detectable: [],
}

test('an estimate is told with units and set against the memory there is', () => {
  expect(estimateView(estimate, 8 * gibibyte, false)).toEqual({
    duration: '48 s',
    samples: '220 samples',
    memory: '2 GiB',
    available: '8 GiB',
    memoryShare: 0.25,
    fits: true,
    basis: 'Estimated from samples measured on this machine.',
    calibratedAt: '/machine',
    detectable: null,
  })
})

test('of another machine it says so', () => {
  expect(estimateView(estimate, gibibyte, true)).toMatchObject({
    basis: 'Estimated from samples measured on that machine.',
    calibratedAt: '/machines',
  })
})

test('more than there is does not fit, also when there is nothing', () => {
  expect(estimateView(estimate, gibibyte, false)).toMatchObject({ fits: false, memoryShare: 2 })
  expect(estimateView(estimate, 0, false)).toMatchObject({ fits: false, memoryShare: Infinity })
})

test('the smallest detectable changes are shown from the easiest to the hardest case', () => {
  const parameters = { sizeBytes: gibibyte, folioBytes: 2 ** 21, tasks: 1 }
  function detectable(percents: readonly (number | null)[]): string | null {
    const cells = percents.map(percent => ({
      cell: { benchmark: 'fork' as const, parameters },
      percent,
      noiseFloorPercent: percent,
    }))
    return estimateView({ ...estimate, detectable: cells }, gibibyte, false).detectable
  }
  expect(detectable([null, null])).toBeNull()
  expect(detectable([1.24, null, 12.4])).toBe('from 1.2\u202f% (easiest case) or 12\u202f% (hardest)')
  expect(detectable([3])).toBe('from 3.0\u202f%')
})
