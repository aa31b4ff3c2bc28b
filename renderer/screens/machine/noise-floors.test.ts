import { expect, test } from 'vitest'
import { exampleFloor } from '../../../test/fixtures/noise-floor.ts'
import { noiseFloorRows } from './noise-floors.ts'

test('a floor that counts says since when, and one that does not says what to do', () => {
  const rows = noiseFloorRows([
    exampleFloor(),
    exampleFloor({ target: 'model', tables: 20, notCalibrated: 'too-few-tables' }),
    exampleFloor({ excludingZero: 30, notCalibrated: 'too-many-exclusions' }),
  ])
  expect(rows.map(({ isCalibrated }) => isCalibrated)).toEqual([true, false, false])
  expect(rows[0]!.state).toMatch(/^calibrated on .*2026/)
  expect(rows[1]!.state).toBe('20 of 200 A/A tables: calibrate longer')
  expect(rows[2]!.state).toMatch(/^30 of 200 A\/A tables show a change although nothing changed/)
  expect(rows[0]!.key).not.toBe(rows[1]!.key)
})

test('percents have one digit, and what is not known is a dash', () => {
  const [row] = noiseFloorRows([exampleFloor({ detectablePercent: null })])
  expect(row).toMatchObject({ benchmark: 'fork', floor: '1.3\u202f%', detectable: '–' })
})
