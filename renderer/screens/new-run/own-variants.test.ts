import { expect, test } from 'vitest'
import { defaultSwitches, stageOfSwitches } from '../../../engine/contract/own-variant.ts'
import { combinationsOf, tickedOf, tickedOfStage, variantsOf, withTick } from './own-variants.ts'

test('three kinds of writers by two kinds of batching are six variants, each with a name of its own', () => {
  let ticked = tickedOf(defaultSwitches)
  ticked = withTick(ticked, 'exclusive', 'add-return', true)
  ticked = withTick(ticked, 'exclusive', 'cmpxchg', true)
  ticked = withTick(ticked, 'batch', 'all', true)
  expect(variantsOf(combinationsOf(ticked), 'ignored', []).map(({ name }) => name)).toEqual([
    'as-123',
    'batch-all',
    'cmpxchg',
    'cmpxchg+batch-all',
    'add-return',
    'add-return+batch-all',
  ])
})

test('a switch without a word makes no combination', () => {
  expect(combinationsOf(withTick(tickedOf(defaultSwitches), 'scope', 'values', false))).toEqual([])
})

test('a stage is opened as it is', () => {
  expect(combinationsOf(tickedOfStage('nocmpxchg')!).map(stageOfSwitches)).toEqual(['nocmpxchg'])
  expect(tickedOfStage('baseline')).toBeNull()
})

test('a single one has the name that was typed; a name that is taken gets a number', () => {
  const one = combinationsOf(tickedOf(defaultSwitches))
  expect(variantsOf(one, ' mine ', []).map(({ name }) => name)).toEqual(['mine'])
  expect(variantsOf(one, 'mine', ['mine', 'mine 2']).map(({ name }) => name)).toEqual(['mine 3'])
})
