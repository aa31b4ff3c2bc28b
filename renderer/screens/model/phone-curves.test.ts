import { expect, test } from 'vitest'
import type { PhoneResult } from '../../../engine/contract/phone.ts'
import { kibibyte } from '../../../engine/contract/units.ts'
import { phoneCurves, phoneSummary } from './phone-curves.ts'

const copied: PhoneResult = {
  label: 'copied',
  isKernel: false,
  scenario: {
    folios: 2,
    points: [
      { writes: 0, queued: 0, bytes: 32 * kibibyte },
      { writes: 1, queued: 1, bytes: 41 * kibibyte },
    ],
    warnings: [],
  },
}
const reused: PhoneResult = {
  label: '6.18',
  isKernel: true,
  scenario: {
    ...copied.scenario,
    points: copied.scenario.points.map(point => ({ ...point, queued: 0, bytes: 32 * kibibyte })),
  },
}

test('each result is a line of KiB for a folio, and of the share of queued folios', () => {
  expect(phoneCurves([copied, reused], 'bytes')).toMatchObject({
    unit: 'KiB',
    writes: [0, 1],
    series: [
      { label: 'copied', isKernel: false, values: [16, 20.5] },
      { label: '6.18', isKernel: true, values: [16, 16] },
    ],
  })
  expect(phoneCurves([copied], 'queued').series[0]?.values).toEqual([0, 50])
  expect(phoneCurves([], 'bytes')).toMatchObject({ writes: [], series: [] })
})

test('what a result comes down to is one sentence', () => {
  expect(phoneSummary(copied)).toBe('copied: up to 20.5 KiB for a folio of 16 KiB, 50 % queued.')
  expect(phoneSummary(reused)).toBe('6.18: nothing wasted, none queued.')
})
