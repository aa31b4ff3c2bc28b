import { expect, test } from 'vitest'
import { exampleRunId } from '../../test/fixtures/comparison.ts'
import { requestOf, viewFromQuery, viewToQuery, type CompareView } from './compare-view.ts'

const usual: CompareView = {
  choice: {
    baseline: { runId: exampleRunId, variantIndex: 0 },
    variants: [{ runId: exampleRunId, variantIndex: 1 }],
  },
  isTransposed: false,
  published: null,
  chart: 'bars',
  thresholdPercent: 1,
  insist: false,
  openCell: null,
  look: 'order',
}

test('the usual view is an address of what is compared alone', () => {
  expect(viewToQuery(usual)).toEqual({ baseline: `${exampleRunId}.0`, with: `${exampleRunId}.1` })
})

test.each<Partial<CompareView>>([
  {},
  { isTransposed: true },
  { published: 'xeon-4210r' },
  { chart: 'forest' },
  { chart: 'scaling' },
  { chart: 'folios' },
  { thresholdPercent: 0.5 },
  { insist: true },
  { openCell: `${exampleRunId}.1 cow/1/2/3`, look: 'histogram' },
])('%o comes back from its address', change => {
  const view = { ...usual, ...change }
  expect(viewFromQuery(viewToQuery(view))).toEqual(view)
})

test('what an address says wrongly is as usual', () => {
  const query = { chart: 'pie', threshold: '-3', look: '3d', rows: 'x', insist: '1', cell: ['a', 'b'] }
  expect(viewFromQuery({ ...viewToQuery(usual), ...query })).toEqual(usual)
})

test('there is nothing to ask without a baseline and a variant', () => {
  expect(requestOf({ ...usual, choice: { ...usual.choice, variants: [] } }, 0.95)).toBeNull()
  expect(requestOf({ ...usual, choice: { ...usual.choice, baseline: null } }, 0.95)).toBeNull()
  expect(requestOf({ ...usual, thresholdPercent: 2 }, 0.95)).toMatchObject({
    thresholdPercent: 2,
    insist: false,
  })
})
