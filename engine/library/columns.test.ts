import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnOf, valuesOf, type Column } from './columns.ts'

/** As it is after it was written as JSON, which has no −0 and no `undefined`. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

/** As a column comes back from the file that it was written to. */
function written(values: readonly unknown[]): string {
  return JSON.stringify(columnOf(values))
}

function read(text: string, count: number): unknown[] {
  return valuesOf(JSON.parse(text) as Column, count)
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
      const back = read(written(values), values.length)
      expect(back).toEqual(asJson(values))
      expect(JSON.stringify(back)).toBe(JSON.stringify(values)) // keys in their order
    }),
    {
      numRuns: 300,
      examples: [
        [[JSON.parse('{"__proto__":1}')]],
        [[[], []]],
        [[{}, {}]],
        [[{ a: 1, c: 3 }, { b: 2, c: 4 }, {}, { a: 1, b: 2 }]],
        [
          [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ],
        ],
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
  const text = written(values)
  expect(text.match(/folio/g)).toHaveLength(1)
  expect(text.length).toBeLessThan(250)
})

test.each([
  '{}',
  '[]',
  '[9]',
  '[1]',
  '[1,7]',
  '[1,7,7,7]',
  '[2,7]',
  '[4,[1,5]]',
  '[3,["a"]]',
  '[3,["a","",null]]',
  '[3,["a","10",[1,1,2]]]',
  'null',
])('%s is no column of two values', text => {
  expect(() => read(text, 2)).toThrow()
})

test('whatever is not a column is refused or read as some values', () => {
  fc.assert(
    fc.property(fc.json(), text => {
      try {
        expect(read(text, 2)).toHaveLength(2)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect(error).not.toHaveProperty('matcherResult') // nor by the line above
      }
    }),
  )
})

test('a key that only some objects have is written once as well', () => {
  const values = Array.from({ length: 60 }, (_, index) => ({
    ...(index % 3 === 0 && { faults: index }),
    sampleNs: 7,
    ...(index % 2 === 0 && { switches: 1 }),
  }))
  expect(written(values).match(/faults|sampleNs|switches/g)).toHaveLength(3)
})
