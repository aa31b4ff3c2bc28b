import { expect, it } from 'vitest'
import { calibrate, splitIntoTables } from './noise-floor.ts'

/** A/A tables with changes of 0.01 %, 0.02 % … of which the first `excluding` exclude 0. */
function tables(count: number, excluding: number) {
  return Array.from({ length: count }, (_, i) => {
    const percent = (i + 1) / 100
    return { percent, low: i < excluding ? percent / 2 : -percent, high: 2 * percent, n: 10 }
  })
}

it('takes the 95th percentile of the changes as the floor', () => {
  const floor = calibrate(tables(201, 5))
  expect(floor?.floorPercent).toBeCloseTo(1.91, 10) // the 191st of 201
  expect(floor).toMatchObject({
    tables: 201,
    excludingZero: 5,
    exclusionLimit: 16,
    rounds: 10,
    notCalibrated: null,
  })
})

it('withholds calibration at 16 exclusions of 200 and not at 15', () => {
  expect(calibrate(tables(200, 15))?.notCalibrated).toBeNull()
  expect(calibrate(tables(200, 16))?.notCalibrated).toBe('too-many-exclusions')
})

it('needs 200 tables with an interval', () => {
  const without = { percent: 1, low: null, high: null, n: 5 }
  expect(calibrate([...tables(199, 0), without])).toMatchObject({
    tables: 199,
    notCalibrated: 'too-few-tables',
  })
  expect(calibrate([without])).toBeNull()
})

it('splits a series into consecutive tables and leaves out the rest', () => {
  expect(splitIntoTables([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect(() => splitIntoTables([1], 0)).toThrow('at least one round')
})
