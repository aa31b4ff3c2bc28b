import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../contract/plan.ts'
import { mebibyte } from '../contract/units.ts'
import type { ClockName } from '../contract/clock-name.ts'
import { bootOf } from './boot-schedule.ts'
import { maximumPasses, maximumRounds, schedule } from './schedule.ts'

const shapes = fc.record({
  kernels: fc.integer({ min: 1, max: 5 }),
  rounds: fc.integer({ min: 1, max: 9 }),
  warmupRounds: fc.integer({ min: 0, max: 3 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  order: fc.constantFrom(undefined, 'williams' as const),
})

type Shape = typeof shapes extends fc.Arbitrary<infer Value> ? Value : never

function planOf(clock: ClockName, { kernels, rounds, warmupRounds, seed, order }: Shape): Plan {
  return {
    label: 'any',
    target: 'vm',
    benchmarks: ['remap', 'munmap', 'fork'],
    variants: Array.from({ length: kernels }, (_, index) => ({
      target: 'vm',
      bootParameters: '',
      label: `kernel ${index}`,
      kernel: `/boot/${index}`,
      memoryBytes: 512 * mebibyte,
      cpus: 1,
      clock,
    })),
    sizeBytes: 32 * mebibyte,
    folioSizes: [2 * mebibyte],
    tasks: [1],
    stopping: { kind: 'rounds', rounds },
    warmupRounds,
    seed,
    order,
    changeSettings: false,
    cpus: [],
    isCalibration: false,
  }
}

/** The places of a run, one list a boot, in the order of the run. */
function bootsOf(plan: Plan) {
  const places = [...schedule(plan)].flat()
  const boots = new Map<number, typeof places>()
  for (const place of places) {
    const boot = bootOf(plan, place, maximumRounds(plan))
    boots.set(boot, [...(boots.get(boot) ?? []), place])
  }
  return { places, boots: [...boots.values()] }
}

test('every place has a number of its own, and every case is sampled as often as announced', () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom<ClockName[]>('wall', 'instructions'), (shape, clock) => {
      const plan = planOf(clock, shape)
      const { places } = bootsOf(plan)
      expect(places.map(({ scheduleIndex }) => scheduleIndex)).toEqual([...places.keys()])
      expect(places).toHaveLength(maximumPasses(plan) * plan.variants.length * plan.benchmarks.length)
    }),
  )
})

test('a boot holds one kernel, warmed up before it is measured', () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom<ClockName[]>('wall', 'instructions'), (shape, clock) => {
      const plan = planOf(clock, shape)
      for (const boot of bootsOf(plan).boots) {
        expect(new Set(boot.map(({ variantIndex }) => variantIndex)).size).toBe(1)
        const warmups = plan.warmupRounds * plan.benchmarks.length
        expect(boot.map(({ warmup }) => warmup)).toEqual(boot.map((_, index) => index < warmups))
      }
    }),
  )
})

test('by wall clock a round is one boot of each kernel', () => {
  fc.assert(
    fc.property(shapes, shape => {
      const plan = planOf('wall', shape)
      const { boots } = bootsOf(plan)
      const rounds = boots.map(boot => `${boot.at(-1)?.round ?? ''} of ${boot[0]?.variantIndex ?? ''}`)
      expect(new Set(rounds).size).toBe(plan.variants.length * shape.rounds)
      expect(boots).toHaveLength(plan.variants.length * shape.rounds)
    }),
  )
})

test('counted kernels boot once, and every pass visits the cells in the same order', () => {
  fc.assert(
    fc.property(shapes, shape => {
      const plan = planOf('instructions', shape)
      const { boots } = bootsOf(plan)
      expect(boots).toHaveLength(plan.variants.length)
      const passes = boots.flatMap(boot =>
        Array.from({ length: boot.length / plan.benchmarks.length }, (_, pass) =>
          boot
            .slice(pass * plan.benchmarks.length, (pass + 1) * plan.benchmarks.length)
            .map(({ cellIndex }) => cellIndex)
            .join(),
        ),
      )
      expect(new Set(passes).size).toBe(1)
    }),
  )
})
