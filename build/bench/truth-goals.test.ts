import { expect, test } from 'vitest'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { agreementWith, applicableTo, goalsOf, type Cell } from './truth-goals.ts'

function cell(benchmark: Cell['benchmark'], percent: number, published: number): Cell {
  return {
    benchmark,
    stage: 'exclusive',
    percent,
    low: percent,
    high: percent,
    published: { 'xeon-4210r': published },
  }
}

test('the sign of a cell published as 0.0 counts for nothing, its distance does', () => {
  expect(agreementWith('xeon-4210r', [cell('fork', 3, 1), cell('fork', -3, 1), cell('fork', 2, 0)])).toEqual({
    sameSign: 1,
    signed: 2,
    meanDistance: 8 / 3,
  })
})

test('goals are stated for Zen 3 and 4 with safe RET and for Intel with plain returns, for no other processor', () => {
  const { cpu } = exampleFacts
  const amd = { ...cpu, vendor: 'AuthenticAMD' }
  expect(applicableTo(cpu)).toEqual({ machine: 'xeon-4210r', returns: 'plain' })
  expect(applicableTo({ ...amd, family: 25 })).toEqual({ machine: 'epyc-7313', returns: 'safe-ret' })
  expect(applicableTo({ ...amd, family: 26 })).toBeNull()
  expect(applicableTo({ ...cpu, vendor: null, family: null })).toBeNull()
})

test('a contrast with the wrong sign, one too far, too few signs and too much distance each break a goal', () => {
  const good = Array.from({ length: 56 }, () => cell('fork', 10, 10))
  function goals(contrasts: readonly Cell[], cells = good): boolean[] {
    return goalsOf('xeon-4210r', { cells, contrasts }).map(({ isKept }) => isKept)
  }
  expect(goals([cell('fork', -20, -28)])).toEqual([true, true, true, true])
  expect(goals([cell('fork', 1, -5.1)])).toEqual([false, true, true, true])
  expect(goals([cell('fork', 1, -5)])).toEqual([true, true, true, true])
  expect(goals([cell('fork', -10, -28)])).toEqual([true, false, true, true])
  expect(goals([cell('remap', -10, -28)])).toEqual([true, true, true, true])
  expect(goals([], [...good.slice(7), ...Array.from({ length: 7 }, () => cell('fork', -1, 1))])).toEqual([
    true,
    true,
    false,
    true,
  ])
  expect(
    goals(
      [],
      good.map(other => ({ ...other, percent: 100 })),
    ),
  ).toEqual([true, true, true, false])
})
