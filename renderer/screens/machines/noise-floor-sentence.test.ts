import { expect, test } from 'vitest'
import { exampleFloor } from '../../../test/fixtures/noise-floor.ts'
import { noiseFloorSentence } from './noise-floor-sentence.ts'

test('one sentence says how far a machine is calibrated', () => {
  expect(noiseFloorSentence([])).toBe('No noise floor yet: comparisons show intervals without verdicts.')
  expect(noiseFloorSentence([exampleFloor(), exampleFloor({ notCalibrated: 'too-few-tables' })])).toBe(
    '1 of 2 noise floors calibrated.',
  )
})
