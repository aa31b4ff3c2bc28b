import { expect, it } from 'vitest'
import { bestRepetitions, levelVariances } from './level-plan.ts'

function own(data: Parameters<typeof levelVariances>[0]): number[] {
  return levelVariances(data).map(level => level.own)
}

it("agrees with libkalibera's example of three levels", () => {
  const levels = levelVariances([
    [
      [3, 4, 3],
      [1.2, 3.1, 3],
    ],
    [
      [0.2, 1, 1.5],
      [1, 2, 3],
    ],
  ])
  expect(levels.map(level => level.repetitions)).toEqual([3, 2, 2])
  const [lowest, middle, highest] = levels.map(level => level.own)
  expect(lowest).toBeCloseTo(0.7266667, 7)
  expect(middle).toBeCloseTo(0.262777778, 9)
  expect(highest).toBeCloseTo(0.7747, 4)
  expect(bestRepetitions(levels, [3, 20, 100])).toEqual([5, 2]) // 4.2937 and 1.3023, rounded up
})

it("agrees with libkalibera's worked example, in which processes add no variance of their own", () => {
  const data = [
    [
      [9, 5],
      [8, 3],
    ],
    [
      [10, 6],
      [7, 11],
    ],
    [
      [1, 12],
      [2, 4],
    ],
  ]
  const levels = levelVariances(data)
  expect(levels.map(level => Number(level.observed.toFixed(1)))).toEqual([16.5, 2.6, 3.6])
  expect(levels.map(level => Number(level.own.toFixed(1)))).toEqual([16.5, -5.7, 2.3])
  expect(bestRepetitions(levels, [1, 1, 1])).toEqual([null, 1])
})

it('agrees with the same data seen as two levels', () => {
  const data = [
    [9, 5, 8, 3],
    [10, 6, 7, 11],
    [1, 12, 2, 4],
  ]
  expect(levelVariances(data).map(level => Number(level.observed.toFixed(1)))).toEqual([12.7, 3.6])
  expect(own(data).map(value => Number(value.toFixed(1)))).toEqual([12.7, 0.4])
})

it('refuses groups that cannot be compared and costs that are none', () => {
  expect(() =>
    levelVariances([
      [1, 2],
      [1, 2, 3],
    ]),
  ).toThrow('same number')
  expect(() => levelVariances([[1], [2]])).toThrow('at least two')
  expect(() =>
    bestRepetitions(
      levelVariances([
        [1, 2],
        [3, 5],
      ]),
      [1],
    ),
  ).toThrow('2 costs')
})
