import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import {
  adviceVerdicts,
  type AdvicePart,
  type AdviceSetting,
  type AdviceVerdict,
} from '../contract/advice.ts'
import type { RoundValue } from '../statistics/log-ratio.ts'
import { cellOf, deviations, roundsAround } from '../../test/fixtures/concluded-advice.ts'
import { examplePart } from '../../test/fixtures/advice.ts'
import { createRandom } from '../plan/random.ts'
import { alone } from './settings.ts'
import { combine, judgeCells, judgeOperations, regionOf, type MeasuredCell } from './verdicts.ts'

vi.setConfig({ testTimeout: 60_000 }) // on a machine that may be busy

const rounds = 24

/** Times around `ns` that differ a little from round to round, the same way for every variant. */
function series(ns: number, wobble = 0.001): RoundValue[] {
  return Array.from({ length: rounds }, (_, round) => ({
    round,
    value: ns * (1 + wobble * Math.sin(7 * round + ns)),
  }))
}

function cell(candidateNs: number, wobble = 0.001, copyNs = 1001): MeasuredCell {
  return {
    operation: 'munmap',
    setting: alone,
    regionPercent: regionOf(alone, true),
    shared: series(1000, wobble),
    copy: series(copyNs, wobble),
    candidates: [series(candidateNs, wobble)],
  }
}

function verdictOf(measured: MeasuredCell): AdviceVerdict | undefined {
  return judgeCells([measured])[0]?.verdict
}

function scale(values: readonly RoundValue[], factor: number): RoundValue[] {
  return values.map(({ round, value }) => ({ round, value: value === null ? null : value * factor }))
}

test.each([
  ['less time', cell(740), 'helps'],
  ['more time', cell(1400), 'hurts'],
  ['the same time', cell(1000.5), 'no-difference'],
  ['a change smaller than a tenth', cell(980, 0.001, 1030), 'no-difference'],
  ['a copy that differs by more than a tenth', cell(740, 0.001, 1200), 'not-resolved'],
  ['too much noise', cell(980, 0.5), 'not-resolved'],
] as const)('%s', (_, measured, verdict) => {
  expect(verdictOf(measured)).toBe(verdict)
})

test('several tasks on processors that a hypervisor places must differ by more', () => {
  const pair: AdviceSetting = { kind: 'tasks', tasks: 2, cpus: [0, 1], label: '2 tasks' }
  const contended = { ...cell(1120), operation: 'anon-cow-seq', setting: pair } as const
  expect(verdictOf({ ...contended, regionPercent: regionOf(pair, false) })).toBe('helps')
  expect(verdictOf({ ...contended, regionPercent: regionOf(pair, true) })).toBe('no-difference')
})

test('throughput is better when there is more of it', () => {
  expect(verdictOf({ ...cell(1400), operation: 'anon-cow-seq' })).toBe('helps')
})

test('five rounds are too few, whatever they say', () => {
  const { shared, copy, candidates, ...rest } = cell(500)
  const measured = {
    ...rest,
    shared: shared.slice(0, 5),
    copy: copy.slice(0, 5),
    candidates: candidates.map(values => values.slice(0, 5)),
  }
  expect(verdictOf(measured)).toBe('not-resolved')
})

test('a disturbance leaves nothing resolved, however large the change', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), ns => {
      expect(verdictOf({ ...cell(ns), isDisturbed: true })).toBe('not-resolved')
    }),
  )
})

test('the same factor on all times changes no verdict', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 1000, noNaN: true }),
      fc.double({ min: 500, max: 2000, noNaN: true }),
      (factor, ns) => {
        const measured = cell(ns)
        const scaled = {
          ...measured,
          shared: scale(measured.shared, factor),
          copy: scale(measured.copy, factor),
          candidates: measured.candidates.map(values => scale(values, factor)),
        }
        const [before] = judgeCells([measured])
        const [after] = judgeCells([scaled])
        expect(after?.percent).toBeCloseTo(before?.percent ?? NaN, 6)
        expect(after?.regionPercent).toBeCloseTo(before?.regionPercent ?? NaN, 6)
      },
    ),
  )
})

const n = 'not-resolved'
const same = 'no-difference'

test.each<[AdviceVerdict[], AdviceVerdict]>([
  [[], n],
  [['helps', same, same], 'helps'],
  [['helps', 'helps', n], 'helps'],
  [['helps', n], n],
  [['hurts', same, n], 'hurts'],
  [['helps', 'hurts', same], n],
  [[same, same], same],
  [[same, same, n], n],
])('parts %j make %s', (parts, whole) => {
  expect(combine(parts)).toBe(whole)
})

/**
 * A part of the exclusive writer: candidates are by cmpxchg, by add-return, and for all mapcounts.
 */
function part(operation: AdvicePart['operation'], candidate: number, verdict: AdviceVerdict): AdvicePart {
  return examplePart(operation, candidate, verdict, { helps: -20, hurts: 20, [same]: 1, [n]: 5 }[verdict])
}

function answerOf(parts: readonly AdvicePart[]): AdviceVerdict {
  return combine(judgeOperations(parts).map(({ verdict }) => verdict))
}

test.each<[string, [AdviceVerdict, AdviceVerdict, AdviceVerdict], AdviceVerdict]>([
  ['all ways help', ['helps', 'helps', 'helps'], 'helps'],
  ['one way helps, the others make no difference', [same, same, 'helps'], 'helps'],
  ['one way helps, another one hurts', ['helps', 'hurts', 'helps'], n],
  ['two ways hurt, the third is not clear', ['hurts', 'hurts', n], 'hurts'],
  ['only one way is clear', ['helps', n, n], n],
])('an operation where %s', (_, [first, second, third], verdict) => {
  const parts = [part('fork', 0, first), part('fork', 1, second), part('fork', 2, third)]
  expect(judgeOperations(parts)).toMatchObject([{ operation: 'fork', verdict }])
  expect(answerOf(parts)).toBe(verdict)
})

/**
 * The published changes against `batch` of `exclusive`, `nocmpxchg` and `all`,
 * as verdicts with δ = 10 %.
 */
test('what was published for the EPYC under safe RET helps nothing but remap, and that only with “all”', () => {
  const epyc = [
    ...[part('fork', 0, 'hurts'), part('fork', 1, 'hurts'), part('fork', 2, same)],
    ...[part('munmap', 0, same), part('munmap', 1, 'hurts'), part('munmap', 2, same)],
    ...[part('pte-dontneed', 0, same), part('pte-dontneed', 1, same), part('pte-dontneed', 2, same)],
    ...[part('remap', 0, same), part('remap', 1, same), part('remap', 2, 'helps')],
  ]
  expect(judgeOperations(epyc).map(({ operation, verdict }) => [operation, verdict])).toEqual([
    ['fork', 'hurts'],
    ['munmap', 'hurts'],
    ['pte-dontneed', same],
    ['remap', 'helps'],
  ])
  expect(answerOf(epyc)).toBe(n)
  expect(answerOf(epyc.filter(({ operation }) => operation !== 'remap'))).toBe('hurts')
})

test('what was published for the Xeon helps', () => {
  const xeon = (['fork', 'munmap', 'pte-dontneed', 'remap'] as const).flatMap(operation =>
    [0, 1, 2].map(candidate =>
      part(operation, candidate, operation === 'fork' || operation === 'munmap' ? 'helps' : same),
    ),
  )
  expect(answerOf(xeon)).toBe('helps')
})

test('no answer is “helps” where an operation that counts gets slower by any way and faster by none', () => {
  const verdict = fc.constantFrom(...adviceVerdicts)
  const three = fc.tuple(verdict, verdict, verdict)
  fc.assert(
    fc.property(three, three, three, (remap, munmap, fork) => {
      const parts = [remap, munmap, fork].flatMap((verdicts, place) =>
        verdicts.map((one, candidate) =>
          part((['remap', 'munmap', 'fork'] as const)[place]!, candidate, one),
        ),
      )
      const hurtsOnly = [munmap, fork].some(
        verdicts => verdicts.filter(one => one === 'hurts').length >= 2 && !verdicts.includes('helps'),
      )
      if (hurtsOnly) expect(answerOf(parts)).not.toBe('helps')
      const helpsNowhere = ![...remap, ...munmap, ...fork].includes('helps')
      if (helpsNowhere) expect(answerOf(parts)).not.toBe('helps')
    }),
  )
})

const anyVerdicts = fc.array(fc.constantFrom(...adviceVerdicts), { maxLength: 12 })

test('the order of parts does not matter, and swapping help and hurt swaps the verdict', () => {
  const swapped = { helps: 'hurts', hurts: 'helps', 'no-difference': same, 'not-resolved': n } as const
  fc.assert(
    fc.property(anyVerdicts, verdicts => {
      expect(combine(verdicts.toReversed())).toBe(combine(verdicts))
      expect(combine(verdicts.map(verdict => swapped[verdict]))).toBe(swapped[combine(verdicts)])
    }),
  )
})

const logFactor = fc.double({ min: -0.5, max: 0.5, noNaN: true })
const opposite = { helps: 'hurts', hurts: 'helps', 'no-difference': same, 'not-resolved': n } as const

/**
 * Shared and candidate in each other's place; the copy stays as far from the shared one as it was.
 */
function swapped({ shared, copy, candidates: [candidate = []], ...rest }: MeasuredCell): MeasuredCell {
  return {
    ...rest,
    shared: candidate,
    copy: candidate.map(({ round, value }) => ({
      round,
      value: value === null ? null : value * ratio(round),
    })),
    candidates: [shared],
  }

  function ratio(round: number): number {
    return (copy[round]?.value ?? NaN) / (shared[round]?.value ?? NaN)
  }
}

test('swapping shared and exclusive inverts the verdict', () => {
  fc.assert(
    fc.property(logFactor, fc.constantFrom('munmap' as const, 'anon-cow-seq' as const), (log, operation) => {
      // +10 % one way is -9.1 % the other: not right at the edge of δ.
      fc.pre(Math.abs(Math.abs(log) - 0.1) > 0.02)
      const measured = cellOf(operation, [Math.exp(log)])
      expect(verdictOf(swapped(measured))).toBe(opposite[verdictOf(measured)!])
    }),
  )
  expect(verdictOf(cellOf('munmap', [0.8]))).toBe('helps')
  expect(verdictOf(cellOf('anon-cow-seq', [0.8]))).toBe('hurts')
})

test('more noise can remove a verdict, but never turns it into another one', () => {
  const amplitude = fc.double({ min: 0, max: 0.3, noNaN: true })
  const order = fc.integer({ min: 0, max: 1e6 }).map(seed => createRandom(seed).shuffled(deviations))
  let lost = 0
  fc.assert(
    fc.property(logFactor, amplitude, amplitude, order, order, (log, a, b, copyOrder, candidateOrder) => {
      function verdictAt(noise: number): AdviceVerdict | undefined {
        const measured = {
          operation: 'munmap' as const,
          setting: alone,
          regionPercent: regionOf(alone, true),
          shared: roundsAround(1000, 0),
          copy: roundsAround(1000, noise, copyOrder),
          candidates: [roundsAround(1000 * Math.exp(log), noise, candidateOrder)],
        }
        // As many parts as an advice.
        return judgeCells(Array.from({ length: 10 }, () => measured))[0]?.verdict
      }
      const [quiet, noisy] = [verdictAt(Math.min(a, b)), verdictAt(Math.max(a, b))]
      if (noisy !== quiet) lost++
      expect([quiet, n]).toContain(noisy)
    }),
    { numRuns: 60 },
  )
  expect(lost).toBeGreaterThan(0)
})
