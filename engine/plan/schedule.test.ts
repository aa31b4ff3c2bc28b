import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BenchmarkName } from '../contract/benchmark.ts'
import { benchmarkNames } from '../contract/benchmark.ts'
import { Plan } from '../contract/plan.ts'
import type { SamplePlace } from '../contract/sample.ts'
import { mebibyte } from '../contract/units.ts'
import { roundsPerBlock } from './block-visits.ts'
import { expandCells } from './expand-cells.ts'
import { sampleSeed, schedule } from './schedule.ts'

type Shape = Readonly<{
  variants: number
  benchmarks: BenchmarkName[]
  tasks: number[]
  warmup: number
  rounds: number
  seed: number
  order: Plan['order']
}>

const shapes = fc.record({
  variants: fc.integer({ min: 1, max: 6 }),
  benchmarks: fc.uniqueArray(fc.constantFrom(...benchmarkNames), { minLength: 1, maxLength: 6 }),
  tasks: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 }),
  warmup: fc.integer({ min: 0, max: 4 }),
  rounds: fc.integer({ min: 1, max: 12 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  order: fc.constantFrom(undefined, 'williams' as const),
})

function planOf({ variants, benchmarks, tasks, warmup, rounds, seed, order }: Shape): Plan {
  return {
    label: 'any',
    target: 'host',
    benchmarks,
    variants: Array.from({ length: variants }, (_, index) => ({ target: 'host', label: `v${index}` })),
    sizeBytes: 32 * mebibyte,
    folioSizes: [2 * mebibyte],
    tasks,
    stopping: { kind: 'rounds', rounds },
    warmupRounds: warmup,
    seed,
    order,
    changeSettings: false,
    cpus: [],
  }
}

function flat(plan: Plan): SamplePlace[] {
  return [...schedule(plan)].flat()
}

function groupBy<T>(items: readonly T[], key: (item: T) => unknown): T[][] {
  const groups = new Map<unknown, T[]>()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return [...groups.values()]
}

test('each round has each variant of each cell once, variants of a cell adjacent', () => {
  fc.assert(
    fc.property(shapes, shape => {
      const plan = planOf(shape)
      const cells = expandCells(plan)
      const places = flat(plan)
      expect(places.map(place => place.scheduleIndex)).toEqual([...places.keys()])
      const rounds = groupBy(places, place => place.round)
      expect(rounds.length).toBe(shape.warmup + shape.rounds)
      rounds.forEach((round, index) => {
        expect(round.every(place => place.round === index && place.warmup === index < shape.warmup)).toBe(
          true,
        )
        const visits = Array.from({ length: cells.length }, (_, visit) =>
          round.slice(visit * shape.variants, (visit + 1) * shape.variants),
        )
        expect(visits.map(visit => visit[0]?.cellIndex).sort()).toEqual([...cells.keys()].sort())
        for (const visit of visits) {
          expect(new Set(visit.map(place => place.cellIndex)).size).toBe(1)
          expect(new Set(visit.map(place => place.variantIndex)).size).toBe(shape.variants)
        }
      })
    }),
  )
})

test('within a full block each variant of a cell stands equally often at each position', () => {
  fc.assert(
    fc.property(shapes, shape => {
      const plan = planOf(shape)
      for (const block of schedule(plan)) {
        const rounds = groupBy(block, place => place.round)
        if (rounds.length < roundsPerBlock(plan)) continue
        for (const ofCell of groupBy(block, place => place.cellIndex))
          for (let position = 0; position < shape.variants; position++) {
            const atPosition = groupBy(ofCell, place => place.round).map(round => round[position])
            const ofVariant = groupBy(atPosition, place => place?.variantIndex)
            expect(ofVariant.map(({ length }) => length)).toEqual(
              Array(shape.variants).fill(rounds.length / shape.variants),
            )
          }
      }
    }),
  )
})

/** A plan of a version that knew no other order, as it is stored. */
const storedPlan = {
  ...{ label: 'any', target: 'host', benchmarks: ['cow', 'fork'], tasks: [1], sizeBytes: 32 * mebibyte },
  ...{ folioSizes: [2 * mebibyte], stopping: { kind: 'rounds', rounds: 3 }, warmupRounds: 0, seed: 5 },
  variants: ['a', 'b', 'c'].map(label => ({ target: 'host', label })),
  ...{ changeSettings: false, cpus: [] },
}

test('a run from before there were Williams designs goes on in the order in which it was begun', () => {
  const places = flat(Plan.parse(storedPlan)).map(place => `${place.cellIndex}${'abc'[place.variantIndex]}`)
  expect(places.join(' ')).toBe('1c 1a 1b 0b 0a 0c 0c 0b 0a 1b 1c 1a 0a 0c 0b 1a 1b 1c')
})

test('the schedule depends on the plan alone, and another seed gives another', () => {
  fc.assert(
    fc.property(shapes, shape => {
      expect(flat(planOf(shape))).toEqual(flat(planOf(shape)))
    }),
  )
  const sizes = { variants: 2, tasks: [1], warmup: 1, rounds: 10, seed: 1 }
  const shape = { ...sizes, benchmarks: [...benchmarkNames], order: 'williams' as const }
  expect(flat(planOf(shape))).not.toEqual(flat(planOf({ ...shape, seed: 2 })))
})

test('more rounds only append to the schedule', () => {
  fc.assert(
    fc.property(shapes, shape => {
      const short = flat(planOf(shape))
      const long = flat(planOf({ ...shape, rounds: shape.rounds + shape.variants }))
      expect(long.slice(0, short.length)).toEqual(short)
    }),
  )
})

test('variants of a cell in a round share the seed of their operation, other samples have others', () => {
  const sizes = { variants: 3, tasks: [1], warmup: 0, rounds: 3, seed: 5 }
  const plan = planOf({ ...sizes, benchmarks: ['cow', 'fork'], order: 'williams' })
  const groups = groupBy(flat(plan), place => `${place.round}/${place.cellIndex}`)
  const seeds = groups.map(group => new Set(group.map(place => sampleSeed(plan, place))))
  expect(seeds.every(set => set.size === 1)).toBe(true)
  expect(new Set(seeds.flatMap(set => [...set])).size).toBe(groups.length)
})
