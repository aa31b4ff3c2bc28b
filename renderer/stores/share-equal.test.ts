import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareEqual } from './share-equal.ts'

test('rows stay what they were', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()))
  fc.assert(
    fc.property(
      fc.array(
        fc.dictionary(
          fc.string().filter(key => key !== '__proto__'),
          value,
        ),
      ),
      rows => {
        expect(shareEqual(rows)).toEqual(rows.map(row => ({ ...row })))
      },
    ),
  )
})

test('equal lists are one list, a list is not the text that it is written as', () => {
  const [first, second, third] = shareEqual<{ benchmarks: unknown }>([
    { benchmarks: ['fork', 'cow'] },
    { benchmarks: ['fork', 'cow'] },
    { benchmarks: '["fork","cow"]' },
  ])
  expect(second?.benchmarks).toBe(first?.benchmarks)
  expect(third?.benchmarks).toBe('["fork","cow"]')
})
