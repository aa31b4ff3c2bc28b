import { expect, test } from 'vitest'
import { defaultSwitches, stageOfSwitches } from '../../../engine/contract/own-variant.ts'
import { combine, reasonAgainstWord, tickedOf, tickedOfStage, variantsOf, withTick } from './own-variants.ts'

test('three kinds of writers by two kinds of batching are six variants, each with a name of its own', () => {
  let ticked = tickedOf(defaultSwitches)
  ticked = withTick(ticked, 'exclusive', 'add-return', true)
  ticked = withTick(ticked, 'exclusive', 'cmpxchg', true)
  ticked = withTick(ticked, 'batch', 'all', true)
  expect(variantsOf(combine(ticked).combinations, ['run'], 'ignored', []).map(({ name }) => name)).toEqual([
    'as-123',
    'batch-all',
    'cmpxchg',
    'cmpxchg+batch-all',
    'add-return',
    'add-return+batch-all',
  ])
})

test('a switch without a word makes no combination', () => {
  expect(combine(withTick(tickedOf(defaultSwitches), 'scope', 'values', false)).combinations).toEqual([])
})

test('a stage is opened as it is', () => {
  expect(combine(tickedOfStage('nocmpxchg')!).combinations.map(stageOfSwitches)).toEqual(['nocmpxchg'])
  expect(tickedOfStage('baseline')).toBeNull()
})

test('a single one has the name that was typed; a name that is taken gets a number', () => {
  const one = combine(tickedOf(defaultSwitches)).combinations
  expect(variantsOf(one, ['run'], ' mine ', []).map(({ name }) => name)).toEqual(['mine'])
  expect(variantsOf(one, ['run'], 'mine', ['mine', 'mine 2']).map(({ name }) => name)).toEqual(['mine 3'])
})

test('a word that fits nothing that is ticked says why, and pairs that do not fit are left out', () => {
  const plain = tickedOf(defaultSwitches)
  expect(reasonAgainstWord(plain, 'idea', 'lock')).toMatch(/batching at remap/)
  const batch = tickedOfStage('batch')!
  expect(reasonAgainstWord(batch, 'idea', 'lock')).toBeNull()
  const mixed = withTick(withTick(batch, 'idea', 'lock', true), 'exclusive', 'cmpxchg', true)
  const { combinations, leftOut, reasons } = combine(mixed)
  expect([combinations.length, leftOut]).toEqual([3, 1])
  expect(reasons).toEqual(['A lock keeps other writers out by itself: the exclusive writer has to be off.'])
})

test('with several kinds of returns each combination is a variant with each of them, which its name says', () => {
  const one = combine(tickedOf(defaultSwitches)).combinations
  const made = variantsOf(one, ['run', 'plain', 'safe-ret'], 'ignored', [])
  expect(made.map(({ name, returns }) => [name, returns])).toEqual([
    ['as-123', undefined],
    ['as-123 (plain)', 'plain'],
    ['as-123 (safe-ret)', 'safe-ret'],
  ])
  expect(variantsOf(one, ['safe-ret'], 'mine', [])).toMatchObject([{ name: 'mine', returns: 'safe-ret' }])
  expect(variantsOf(one, [], '', [])).toEqual([])
})
