import fc from 'fast-check'
import { expect, it } from 'vitest'
import { latinSquareBlock } from './latin-square.ts'

const seed = fc.integer({ min: 0, max: 0xffffffff })

it('puts every variant once into every round and once at every place', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), seed, seed, (variantCount, runSeed, block) => {
      const rounds = latinSquareBlock(variantCount, runSeed, block)
      const all = Array.from({ length: variantCount }, (_, variant) => variant)
      const columns = all.map(place => rounds.map(round => round[place]))
      for (const line of [...rounds, ...columns]) expect([...line].sort()).toEqual(all)
    }),
  )
})

it('repeats from seed and block, and from nothing else', () => {
  expect(latinSquareBlock(8, 42, 3)).toEqual(latinSquareBlock(8, 42, 3))
  expect(latinSquareBlock(8, 42, 3)).not.toEqual(latinSquareBlock(8, 42, 4))
  expect(latinSquareBlock(8, 42, 3)).not.toEqual(latinSquareBlock(8, 43, 3))
})

it('gives two variants as ABBA or BAAB, about half the time each', () => {
  const blocks = Array.from({ length: 1000 }, (_, block) => latinSquareBlock(2, 7, block).flat().join(''))
  expect(new Set(blocks)).toEqual(new Set(['0110', '1001']))
  const share = blocks.filter(order => order === '0110').length
  expect(Math.abs(share - 500)).toBeLessThan(80) // five standard deviations
})

it('draws every cyclic square of three variants about equally often', () => {
  const counts = new Map<string, number>()
  for (let block = 0; block < 6000; block++) {
    const key = latinSquareBlock(3, 1, block).join(' ')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  expect(counts.size).toBe(12) // 3! rows orders of each of the two cyclic squares
  for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(110)
})

it('refuses a block of no variants', () => {
  expect(() => latinSquareBlock(0, 1, 0)).toThrow('at least one variant')
})
