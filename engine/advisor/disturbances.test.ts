import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findDisturbances } from './disturbances.ts'

const quiet = { elapsed: 10, processors: 2, busy: 10.5, own: 10, stolen: 0 }

test('a quiet machine is not disturbed; other programs and a hypervisor disturb', () => {
  expect(findDisturbances(quiet)).toEqual([])
  expect(findDisturbances({ ...quiet, busy: 20 })).toEqual([
    'Other programs used 100 % of a processor while this was measured.',
  ])
  expect(findDisturbances({ ...quiet, stolen: 1 })).toEqual([
    'The hypervisor took 5.0 % of the processors away while this was measured.',
  ])
  expect(findDisturbances({ ...quiet, busy: 20, stolen: 1 })).toHaveLength(2)
})

test('a fifth of one processor, and 2 % of all taken away, are still let pass', () => {
  expect(findDisturbances({ ...quiet, busy: 12 })).toEqual([])
  expect(findDisturbances({ ...quiet, busy: 12.01 })).toHaveLength(1)
  expect(findDisturbances({ ...quiet, stolen: 0.4 })).toEqual([])
  expect(findDisturbances({ ...quiet, stolen: 0.41 })).toHaveLength(1)
})

test('no time tells nothing', () => {
  expect(findDisturbances({ ...quiet, elapsed: 0, busy: 20 })).toEqual([])
})

const seconds = fc.double({ min: 0, max: 1e6, noNaN: true })

test('what the lab itself does never disturbs, and more load never disturbs less', () => {
  fc.assert(
    fc.property(seconds, seconds, seconds, (own, foreign, more) => {
      expect(findDisturbances({ ...quiet, own, busy: own })).toEqual([])
      const some = findDisturbances({ ...quiet, own: 0, busy: foreign })
      const added = findDisturbances({ ...quiet, own: 0, busy: foreign + more })
      expect(added.length).toBeGreaterThanOrEqual(some.length)
    }),
  )
})
