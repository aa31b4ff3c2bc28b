import fc from 'fast-check'
import { expect, it } from 'vitest'
import { williamsBlock, williamsRounds } from './williams-design.ts'

const shape = fc.record({ cells: fc.integer({ min: 1, max: 6 }), variants: fc.integer({ min: 1, max: 11 }) })
const severalVariants = shape.filter(({ variants }) => variants > 1)
const seed = fc.integer({ min: 0, max: 0xffffffff })

/** How often each of `keys` occurs, as the set of the counts. */
function frequencies(keys: readonly string[]): { distinct: number; counts: Set<number> } {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return { distinct: counts.size, counts: new Set(counts.values()) }
}

it('puts every variant once into every round of every cell, and equally often at every place', () => {
  fc.assert(
    fc.property(shape, seed, seed, ({ cells, variants }, runSeed, block) => {
      const rounds = williamsBlock({ cells, variants }, runSeed, block)
      expect(rounds).toHaveLength(williamsRounds(variants))
      const places = rounds.flatMap(visits => {
        expect(new Set(visits.map(({ cellIndex }) => cellIndex)).size).toBe(cells)
        return visits.flatMap(visit => {
          expect([...visit.variants].sort((a, b) => a - b)).toEqual([...Array(variants).keys()])
          return visit.variants.map((variant, place) => `${visit.cellIndex} ${variant} ${place}`)
        })
      })
      expect(frequencies(places)).toEqual({
        distinct: cells * variants * variants,
        counts: new Set([rounds.length / variants]),
      })
    }),
  )
})

it('lets every variant of a cell follow every other one equally often', () => {
  fc.assert(
    fc.property(severalVariants, seed, seed, ({ cells, variants }, runSeed, block) => {
      const rounds = williamsBlock({ cells, variants }, runSeed, block)
      const pairs = rounds.flatMap(visits =>
        visits.flatMap(({ cellIndex, variants: order }) =>
          order.slice(1).map((variant, place) => `${cellIndex} ${order[place]} ${variant}`),
        ),
      )
      expect(frequencies(pairs)).toEqual({
        distinct: cells * variants * (variants - 1),
        counts: new Set([rounds.length / variants]),
      })
    }),
  )
})

it('lets a cell follow the same cell in all rounds of a block, and begin with the variant that this one ended with', () => {
  fc.assert(
    fc.property(shape, seed, seed, (sizes, runSeed, block) => {
      const rounds = williamsBlock(sizes, runSeed, block)
      expect(new Set(rounds.map(visits => visits.map(({ cellIndex }) => cellIndex).join())).size).toBe(1)
      for (const visits of rounds)
        for (const [index, visit] of visits.slice(1).entries())
          expect(visit.variants[0]).toBe(visits[index]?.variants.at(-1))
    }),
  )
})

it('repeats from seed and block, and from nothing else', () => {
  const sizes = { cells: 3, variants: 8 }
  expect(williamsBlock(sizes, 42, 3)).toEqual(williamsBlock(sizes, 42, 3))
  expect(williamsBlock(sizes, 42, 3)).not.toEqual(williamsBlock(sizes, 42, 4))
  expect(williamsBlock(sizes, 42, 3)).not.toEqual(williamsBlock(sizes, 43, 3))
})

it('gives two variants as ABBA or BAAB, about half the time each', () => {
  const blocks = Array.from({ length: 1000 }, (_, block) =>
    williamsBlock({ cells: 1, variants: 2 }, 7, block)
      .flatMap(([visit]) => visit?.variants ?? [])
      .join(''),
  )
  expect(new Set(blocks)).toEqual(new Set(['0110', '1001']))
  const share = blocks.filter(order => order === '0110').length
  expect(Math.abs(share - 500)).toBeLessThan(80) // five standard deviations
})

it('relabels at random: every variant is about equally often the first of a block', () => {
  const counts = [0, 0, 0, 0]
  for (let block = 0; block < 3000; block++) {
    const first = williamsBlock({ cells: 2, variants: 4 }, 1, block)[0]?.[1]?.variants[0] ?? NaN
    counts[first] = (counts[first] ?? NaN) + 1
  }
  // Five standard deviations.
  for (const count of counts) expect(Math.abs(count - 750)).toBeLessThan(119)
})
