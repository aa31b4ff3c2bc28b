import { expect, it } from 'vitest'
import { createRandom } from './random.ts'

function draw(count: number, ...keys: [number, ...number[]]): number[] {
  const random = createRandom(...keys)
  return Array.from({ length: count }, () => random.fraction())
}

it('repeats from its seed', () => {
  expect(draw(5, 42)).toEqual(draw(5, 42))
  expect(draw(5, 42, 1)).toEqual(draw(5, 42, 1))
})

it('differs between neighbouring seeds and keys from the first number on', () => {
  const firsts = Array.from({ length: 2000 }, (_, seed) => draw(1, seed, 0)[0] ?? NaN)
  expect(new Set(firsts).size).toBe(2000)
  const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 2000))
  expect(draw(3, 1, 2)).not.toEqual(draw(3, 2, 1))
  expect(draw(3, 1)).not.toEqual(draw(3, 1, 0))
})

it('draws whole numbers below a limit about equally often', () => {
  const random = createRandom(3)
  const counts = [0, 0, 0, 0, 0]
  for (let i = 0; i < 10_000; i++) {
    const value = random.below(5)
    counts[value] = (counts[value] ?? 0) + 1
  }
  expect(counts).toHaveLength(5)
  // Five standard deviations.
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200)
})

it('shuffles without losing anything and without touching its input', () => {
  const items = ['a', 'b', 'c', 'd', 'e', 'f']
  const shuffled = createRandom(9).shuffled(items)
  expect(items).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect([...shuffled].sort()).toEqual(items)
})

it.each([-1, 0.5, 2 ** 32, NaN])('refuses the seed %d', seed => {
  expect(() => createRandom(seed)).toThrow('a seed is a whole number')
})
