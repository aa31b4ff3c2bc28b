import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnText, readColumnText } from './columns.ts'

/** As it is after it was written as JSON, which has no −0 and no `undefined`. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

const alike = fc.record({
  at: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
  ns: fc.double({ noNaN: true, noDefaultInfinity: true }),
  checks: fc.array(fc.record({ name: fc.constant('folio'), passed: fc.boolean() }), { maxLength: 2 }),
})

test.each([
  ['alike', alike],
  ['of any kind', fc.jsonValue()],
  ['integers', fc.maxSafeInteger()],
])('values that are %s come back as they were', (_, one: fc.Arbitrary<unknown>) => {
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 20 }), values => {
      const text = columnText(values)
      expect(readColumnText(text)).toEqual(asJson(values))
      expect(JSON.stringify(readColumnText(text))).toBe(JSON.stringify(values)) // keys in their order
    }),
    {
      numRuns: 300,
      examples: [
        [[JSON.parse('{"__proto__":1}')]],
        [[[], []]],
        [[{}, {}]],
        [[1, 2 ** 53 - 1, -(2 ** 53 - 1)]],
      ],
    },
  )
})

test('what values have in common is written once, and what rises evenly by its steps', () => {
  const values = Array.from({ length: 50 }, (_, index) => ({
    index: 100_000 + index,
    checks: [{ name: 'folio', passed: true }],
  }))
  const text = columnText(values)
  expect(text.match(/folio/g)).toHaveLength(1)
  expect(text.length).toBeLessThan(250)
})

test('a text that holds no columns is refused', () => {
  for (const text of [
    '',
    '{}',
    '[]',
    '[2,[1,7]]',
    '[1e9,[0,7]]',
    '[1,[9]]',
    '[2,[4,[1,5]]]',
    '[-1,[0,1]]',
    '[1,null]',
  ])
    expect(() => readColumnText(text)).toThrow()
  fc.assert(
    fc.property(fc.json(), text => {
      try {
        expect(readColumnText(text)).toBeInstanceOf(Array)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
  )
})
