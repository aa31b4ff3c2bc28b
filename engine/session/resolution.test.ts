import { expect, test } from 'vitest'
import type { Plan } from '../contract/plan.ts'
import type { SamplePlace } from '../contract/sample.ts'
import { expandCells } from '../plan/expand-cells.ts'
import { examplePlan, exampleSamples } from '../../test/fixtures/run.ts'
import { reasonToStop } from './resolution.ts'

function plan(change: Partial<Extract<Plan['stopping'], { kind: 'resolution' }>>, variants: string[]): Plan {
  return examplePlan({
    variants: variants.map(label => ({ target: 'host', label })),
    stopping: {
      kind: 'resolution',
      resolutionPercent: 1,
      minimumRounds: 10,
      maximumRounds: 10,
      budgetSeconds: null,
      ...change,
    },
  })
}

/**
 * Times that alternate by `percent` around a millisecond, the same for all
 * variants of a round or not.
 */
function alternating(percent: number, isShared: boolean): (place: SamplePlace) => number {
  return ({ round, variantIndex }) =>
    1e6 * (1 + (percent / 100) * ((round + (isShared ? 0 : variantIndex)) % 2))
}

function reason(of: Plan, elapsedNs: (place: SamplePlace) => number, rounds = 10): string | null {
  const samples = exampleSamples(of, elapsedNs).filter(sample => sample.round < of.warmupRounds + rounds)
  return reasonToStop(of, expandCells(of), samples)
}

test('two variants are measured enough when the interval between them is narrow, whatever both do together', () => {
  expect(reason(plan({ maximumRounds: 50 }, ['a', 'b']), alternating(30, true))).toBe('resolution')
  expect(reason(plan({ maximumRounds: 50 }, ['a', 'b']), alternating(30, false))).toBeNull()
})

test('a single variant is measured enough when the interval of its median is narrow', () => {
  expect(reason(plan({ maximumRounds: 50 }, ['a']), alternating(0.5, true))).toBe('resolution')
  expect(reason(plan({ maximumRounds: 50 }, ['a']), alternating(5, true))).toBeNull()
})

test('the minimum of rounds is kept, and warm-up rounds do not count', () => {
  expect(reason(plan({ maximumRounds: 50 }, ['a', 'b']), alternating(0, true), 8)).toBeNull()
  expect(
    reason({ ...plan({ maximumRounds: 50 }, ['a']), warmupRounds: 5 }, alternating(0, true), 9),
  ).toBeNull()
})

test('a table of many rows is measured until all its rows can have verdicts together', () => {
  const labels = Array.from({ length: 8 }, (_, index) => `v${index}`)
  // 14 rows: 2·2⁻ⁿ ≤ 0.05/14 from n = 10 on.
  const many = plan({ minimumRounds: 6, maximumRounds: 50 }, labels)
  expect(reason(many, alternating(0, true), 8)).toBeNull()
  expect(reason(many, alternating(0, true), 16)).toBe('resolution')
})

test('a used-up budget ends the run before the minimum', () => {
  const tight = plan({ maximumRounds: 50, budgetSeconds: 0.02 }, ['a', 'b'])
  expect(reason(tight, alternating(30, false), 2)).toBe('time')
})

test('a run with a fixed number of rounds ends with its schedule only', () => {
  const fixed = examplePlan({ stopping: { kind: 'rounds', rounds: 10 } })
  expect(reason(fixed, alternating(0, true))).toBeNull()
})
