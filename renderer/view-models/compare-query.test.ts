import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { VariantReference } from '../../engine/contract/comparison.ts'
import {
  choiceFromQuery,
  choiceKeys,
  choiceOfRuns,
  choiceToQuery,
  nothingChosen,
  toggled,
  withBaseline,
} from './compare-query.ts'

const reference = fc.record({ runId: fc.uuid({ version: 4 }), variantIndex: fc.nat({ max: 63 }) })
const [runA, runB] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const
const a0 = { runId: runA, variantIndex: 0 }
const a1 = { runId: runA, variantIndex: 1 }
const b0 = { runId: runB, variantIndex: 0 }

test('a choice survives its way through the address', () => {
  fc.assert(
    fc.property(fc.uniqueArray(reference, { selector: ({ runId }) => runId, maxLength: 6 }), references => {
      const [baseline = null, ...variants] = references
      const choice = { baseline, variants }
      expect(choiceFromQuery(choiceToQuery(choice))).toEqual(choice)
    }),
  )
})

test.each([
  {},
  { baseline: 'x.0' },
  { baseline: runA },
  { baseline: `${runA}.-1` },
  { baseline: `${runA}.0.0` },
  { baseline: [`${runA}.0`] },
  { with: '' },
])('an address with %j chooses nothing', query => {
  expect(choiceFromQuery(query)).toEqual(nothingChosen)
})

test('what an address names twice is chosen once, and the baseline is not a variant', () => {
  const query = { baseline: `${runA}.0`, with: `${runA}.0,${runB}.0,nonsense,${runB}.0` }
  expect(choiceFromQuery(query)).toEqual({ baseline: a0, variants: [b0] })
})

test('a new baseline keeps the old one as a variant', () => {
  expect(withBaseline({ baseline: a0, variants: [a1, b0] }, b0)).toEqual({ baseline: b0, variants: [a0, a1] })
})

test('the first one chosen is the baseline; taking it out promotes the next', () => {
  const one = toggled(nothingChosen, a0)
  const two = toggled(one, b0)
  expect([one, two]).toEqual([
    { baseline: a0, variants: [] },
    { baseline: a0, variants: [b0] },
  ])
  expect(toggled(two, a0)).toEqual({ baseline: b0, variants: [] })
  expect(toggled(toggled(two, b0), a0)).toEqual(nothingChosen)
})

test('choosing a thing twice changes nothing', () => {
  fc.assert(
    fc.property(fc.array(reference, { maxLength: 5 }), reference, (references, other) => {
      const choice = references.reduce<ReturnType<typeof toggled>>(
        (before, item: VariantReference) =>
          choiceKeys(before).has(key(item)) ? before : toggled(before, item),
        nothingChosen,
      )
      fc.pre(!choiceKeys(choice).has(key(other)))
      expect(toggled(toggled(choice, other), other)).toEqual(choice)
    }),
  )
})

test('of several runs the oldest gives the baseline unless a stored one is among them', () => {
  const runs = [
    { id: runB, variantLabels: ['x'] },
    { id: runA, variantLabels: ['x', 'y'] },
  ]
  expect(choiceOfRuns(runs, null)).toEqual({ baseline: a0, variants: [a1, b0] })
  expect(choiceOfRuns(runs, b0)).toEqual({ baseline: b0, variants: [a0, a1] })
  expect(choiceOfRuns([], b0)).toEqual(nothingChosen)
})

function key({ runId, variantIndex }: VariantReference): string {
  return `${runId}.${variantIndex}`
}
