import { expect, test } from 'vitest'
import { orderedBy, sortState, withColumnToggled } from './table-order.ts'

test('a second click on a column header turns the order round', () => {
  const first = orderedBy({ key: 'a', descending: false }, 'b', true)
  expect(first).toEqual({ key: 'b', descending: true })
  expect(orderedBy(first, 'b', true)).toEqual({ key: 'b', descending: false })
  expect(sortState(first, 'b')).toBe('descending')
  expect(sortState(first, 'a')).toBe('none')
})

test('columns come and go, but the last one stays', () => {
  expect(withColumnToggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(withColumnToggled(['a', 'b'], 'a')).toEqual(['b'])
  expect(withColumnToggled(['b'], 'b')).toEqual(['b'])
})
