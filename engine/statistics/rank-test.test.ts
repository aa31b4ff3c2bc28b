import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mannWhitney, rankSumProbabilities } from './rank-test.ts'

describe('mannWhitney', () => {
  it.each([
    // go-moremath stats/utest_test.go, small samples with and without ties;
    // tails by R's wilcox.test.
    { first: [2, 1, 3, 5], second: [12, 11, 13, 15], u: 0, less: 0.0142857, p: 0.0285714, greater: 1 },
    { first: [2, 1, 3, 5], second: [0, 4, 6, 7], u: 5, less: 0.242857, p: 0.485714, greater: 0.828571 },
    { first: [2, 1, 3, 5], second: [2, 2, 2, 2], u: 10, less: 0.857143, p: 0.714286, greater: 0.357143 },
    // That file's row {2,1,3,5} against {1,1,1,1,1} expects p = 0 and is wrong (it
    // carries a note to check it): enumerating the 126 draws gives P(U ≥ 17.5) = 6/126,
    // which is what is expected here.
    { first: [2, 1, 3, 5], second: [1, 1, 1, 1, 1], u: 17.5, less: 1, p: 12 / 126, greater: 6 / 126 },
    // benchstat benchmath/assumption_test.go.
    { first: [-1, -1, -1], second: [1, 1, 1], u: 0, less: 0.05, p: 0.1, greater: 1 },
    { first: [-1, -1, -1, -1], second: [1, 1, 1, 1], u: 0, less: 1 / 70, p: 0.0285714286, greater: 1 },
    {
      first: [1, -1, -1, -1],
      second: [-1, 1, 1, 1],
      u: 4,
      less: 0.2428571,
      p: 0.4857142857,
      greater: 0.9857143,
    },
  ])('counts $first against $second exactly', ({ first, second, u, less, p, greater }) => {
    const test = mannWhitney(first, second)
    expect(test.method).toBe('exact')
    expect(test.u).toBe(u)
    expect(test.less).toBeCloseTo(less, 6)
    expect(test.p).toBeCloseTo(p, 6)
    expect(test.greater).toBeCloseTo(greater, 6)
  })

  it("agrees with benchstat's examples, where the approximation would not do", () => {
    const oldJson = [1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774]
    const newJson = [1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425]
    expect(mannWhitney(oldJson, newJson).u).toBe(100)
    expect(mannWhitney(oldJson, newJson).p).toBeCloseTo(1.0825e-5, 9)
    const oldGob = [3069, 3075, 3069, 3067, 3207, 3064, 3064, 3058, 3059, 3062]
    const newGob = [3075, 3065, 3059, 3065, 3060, 3081, 3186, 3135, 3087, 3062]
    expect(mannWhitney(oldGob, newGob).u).toBe(39.5)
    expect(mannWhitney(oldGob, newGob).p).toBeCloseTo(0.4461, 5)
    expect(mannWhitney(oldGob, newGob, 0).p).toBeCloseTo(0.44867, 5)
  })

  it('agrees with R on samples of 500 and 600, with and without ties', () => {
    const first = Array.from({ length: 500 }, (_, i) => 2 * i)
    const second = Array.from({ length: 600 }, (_, i) => 2 * i - 41)
    const tied = second.map((value, i) => (i < 30 ? 2 * i : value))
    expect(mannWhitney(first, second).method).toBe('normal')
    expect(mannWhitney(first, second).u).toBe(135250)
    expect(mannWhitney(first, second).less).toBeCloseTo(0.002466768, 10)
    expect(mannWhitney(first, second).p).toBeCloseTo(0.0049335360814, 12)
    expect(mannWhitney(first, second).greater).toBeCloseTo(0.997534693, 10)
    expect(mannWhitney(first, tied).u).toBe(134845)
    expect(mannWhitney(first, tied).p).toBeCloseTo(0.00387038142396, 12)
    expect(mannWhitney(first, tied).less).toBeCloseTo(0.0019351907, 10)
    expect(mannWhitney(first, tied).greater).toBeCloseTo(0.9980659818, 10)
  })

  it("agrees with google/benchmark's report tests", () => {
    expect(mannWhitney([9, 8], [10, 7]).p).toBeCloseTo(1, 12)
    expect(mannWhitney([90, 86], [89, 72]).p).toBeCloseTo(0.66667, 5)
    expect(mannWhitney([80, 77], [75, 66.6, 1]).p).toBeCloseTo(0.2, 12)
    // SciPy approximates when there are ties.
    expect(mannWhitney([8, 8], [7, 4.54, 800], 0).p).toBeCloseTo(0.7670968684102772, 12)
  })

  it.each([
    { size: 1, smallest: 1 },
    { size: 2, smallest: 0.3333333 },
    { size: 3, smallest: 0.1 },
    { size: 4, smallest: 0.02857143 },
    { size: 5, smallest: 0.007936508 },
    { size: 6, smallest: 0.0021645 },
    { size: 7, smallest: 0.00058275 },
    { size: 8, smallest: 0.0001554 },
    { size: 9, smallest: 4.11353e-5 },
  ])('cannot get below p = $smallest with $size a side', ({ size, smallest }) => {
    const first = Array.from({ length: size }, (_, i) => i)
    const second = first.map(value => value + size)
    expect(mannWhitney(first, second).p / smallest).toBeCloseTo(1, 4)
  })

  it('counts what enumerating every draw counts, ties included', () => {
    const few = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(few, few, (first, second) => {
        const { u, less, greater } = mannWhitney(first, second)
        const all = [...first, ...second]
        const statistics = draws(all.length, first.length).map(draw => {
          const [inside, outside] = [all.filter((_, i) => draw.has(i)), all.filter((_, i) => !draw.has(i))]
          return inside
            .flatMap(a => outside.map(b => (a > b ? 1 : a === b ? 0.5 : 0)))
            .reduce((sum: number, value) => sum + value, 0)
        })
        expect(less).toBeCloseTo(statistics.filter(value => value <= u).length / statistics.length, 10)
        expect(greater).toBeCloseTo(statistics.filter(value => value >= u).length / statistics.length, 10)
      }),
      { numRuns: 60 },
    )
  })

  it('turns its tails round when the samples are swapped', () => {
    const values = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 25 })
    fc.assert(
      fc.property(values, values, (first, second) => {
        const forth = mannWhitney(first, second)
        const back = mannWhitney(second, first)
        expect(back.u).toBe(first.length * second.length - forth.u)
        expect(back.less).toBeCloseTo(forth.greater, 9)
        expect(back.p).toBeCloseTo(forth.p, 9)
      }),
    )
  })

  it('finds nothing in equal values and refuses an empty side', () => {
    expect(mannWhitney([1, 1, 1], [1, 1]).p).toBe(1)
    expect(mannWhitney([1, 1, 1], [1, 1], 0).p).toBe(1)
    expect(() => mannWhitney([], [1])).toThrow('both sides')
  })

  it('has probabilities that add up to 1', () => {
    const total = rankSumProbabilities([1, 2, 1, 3, 1], 4, 16, 2).reduce((sum, p) => sum + p, 0)
    expect(total).toBeCloseTo(1, 12)
  })
})

/** Every choice of `size` of the indices 0 … n − 1. */
function draws(n: number, size: number): Set<number>[] {
  if (size === 0) return [new Set()]
  if (n < size) return []
  return [...draws(n - 1, size), ...draws(n - 1, size - 1).map(draw => new Set([...draw, n - 1]))]
}
