import { expect, test } from 'vitest'
import { withChoice } from './with-choice.ts'

test('what is chosen stays in the order in which it is offered', () => {
  const offered = ['first', 'second', 'third']
  expect(withChoice(offered, ['third'], 'first', true)).toEqual(['first', 'third'])
  expect(withChoice(offered, ['first', 'third'], 'third', false)).toEqual(['first'])
})

test('what is no longer offered is not chosen any more', () => {
  expect(withChoice(['first'], ['gone'], 'first', true)).toEqual(['first'])
})
