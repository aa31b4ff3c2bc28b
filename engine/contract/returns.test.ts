import { expect, test } from 'vitest'
import { Facts } from './environment.ts'
import { resolveReturns, returnsNames, type ReturnsOffer } from './returns.ts'
import { schemeVariant, Variant, withReturns } from './variant.ts'
import { exampleFacts } from '../../test/fixtures/environment.ts'

const zen3: ReturnsOffer = {
  kernel: { kind: 'safe-ret', source: 'spec_rstack_overflow: Mitigation: Safe RET' },
  held: ['plain', 'safe-ret'],
}

test('“host” is the kind of the running kernel, and plain where the machine does not say', () => {
  expect(resolveReturns(['host'], zen3)).toEqual(['safe-ret'])
  expect(resolveReturns(['host'], { ...zen3, kernel: { kind: null, source: '' } })).toEqual(['plain'])
})

test('a kind that is named twice, also as “host”, is measured once', () => {
  expect(resolveReturns(['plain', 'host', 'safe-ret'], zen3)).toEqual(['plain', 'safe-ret'])
})

test('a kind that the agent does not hold is refused with those it holds', () => {
  expect(() => resolveReturns(['plain', 'stuffing'], zen3)).toThrow(/call-depth tracking \(stuffing\)/)
  const stuffed = { ...zen3, kernel: { kind: 'stuffing', source: '' } } as const
  expect(() => resolveReturns(['host'], stuffed)).toThrow(
    expect.objectContaining({ advice: 'Choose among plain, safe-ret (--returns).' }),
  )
})

test('labels of several kinds name those that are not plain', () => {
  const stages = ['batch', 'all'].map(scheme => schemeVariant(scheme))
  expect(withReturns(stages, ['plain', 'safe-ret']).map(({ label, returns }) => [label, returns])).toEqual([
    ['batch', 'plain'],
    ['all', 'plain'],
    ['batch (safe-ret)', 'safe-ret'],
    ['all (safe-ret)', 'safe-ret'],
  ])
  expect(withReturns(stages, ['safe-ret']).map(({ label, returns }) => [label, returns])).toEqual([
    ['batch', 'safe-ret'],
    ['all', 'safe-ret'],
  ])
})

test('a variant that was stored before kinds were told apart had plain returns; an unknown kind is not a variant', () => {
  const { returns: _, ...stored } = schemeVariant('all')
  expect(Variant.parse(stored)).toEqual(schemeVariant('all', { returns: 'plain' }))
  for (const returns of returnsNames) expect(Variant.parse({ ...stored, returns })).toMatchObject({ returns })
  expect(Variant.safeParse({ ...stored, returns: 'host' }).success).toBe(false)
})

test('facts that were stored before say that returns were not recorded', () => {
  const { kernelReturns: _, ...cpu } = exampleFacts.cpu
  expect(Facts.parse({ ...exampleFacts, cpu }).cpu.kernelReturns).toEqual({
    kind: null,
    source: 'not recorded',
  })
})
