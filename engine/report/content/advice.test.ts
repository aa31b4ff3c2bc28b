import { expect, test } from 'vitest'
import { farthestOf, type Advice } from '../../contract/advice.ts'
import { cellOf, concludedAdvice } from '../../../test/fixtures/concluded-advice.ts'
import { adviceTables, adviceWords } from './advice.ts'
import { renderText } from '../format/text.ts'

const pair = { kind: 'tasks' as const, tasks: 2, cpus: [0, 1, 1], label: '2 tasks' }
const advice: Advice = {
  ...concludedAdvice([
    cellOf('munmap', [0.8, 1, 1]),
    cellOf('cow-byte', [1, 1, 1]),
    cellOf('anon-cow-seq', [1.25, 1, 1], pair),
  ]),
  resembles: {
    machine: 'server',
    cpu: 'A Server CPU',
    returns: 'plain',
    distancePercent: 3.456,
    nextDistancePercent: 12,
    compared: [],
  },
}

test('an advice for people is as it was', async () => {
  const text = `${adviceWords(advice)}\n\n${renderText(adviceTables(advice))}`
  await expect(text).toMatchFileSnapshot('../golden/advice.txt')
})

test('each part is a row with the numbers behind its words', () => {
  const [table] = adviceTables(advice)
  expect(table!.rows.map(row => row.map(({ value }) => value))).toEqual(
    advice.parts.map(
      ({ operation, setting, candidate, percent, low, high, regionPercent, layoutFloor, n, verdict }) => [
        ...[operation, setting.label, advice.candidates[candidate]!.label],
        ...[percent, low, high, regionPercent, farthestOf(layoutFloor), n],
        verdict.replace('-', ' '),
      ],
    ),
  )
})

test('latencies stand below as background, where there are any', () => {
  const [, latencies, ...more] = adviceTables(advice)
  expect(latencies!.rows.map(row => row.map(({ value }) => value))).toEqual([
    ['plain add', 2.1],
    ['lock add', 7.5],
  ])
  expect(latencies!.notes.join()).toContain('not used in the verdict')
  expect(more).toEqual([])
  expect(adviceTables({ ...advice, latencies: [] })).toHaveLength(1)
})

test('disturbances are reported, a missing resemblance is not', () => {
  const disturbed = concludedAdvice([cellOf('munmap', [0.8, 0.8, 0.8])], ['This ran.', 'That ran.'])
  expect(adviceWords(disturbed)).toMatch(
    /^No verdict yet on .* was disturbed\. This ran\.\n\nDisturbance: That ran\.\n\nRecommendation/,
  )
  expect(adviceWords(disturbed)).not.toContain('Resembles')
  expect(adviceWords(advice)).toContain(
    'Resembles: A Server CPU, with plain returns: 3.46 % root mean square difference from its published changes, 12.00 % from the next.',
  )
})

test('the other kind of returns and what contradicts the published table are reported, and only where they are there', () => {
  const whole: Advice = {
    ...advice,
    background: {
      returns: 'safe-ret',
      verdict: 'hurts',
      sentence: 'On a kernel with safe RET it would hurt.',
      candidates: advice.candidates,
      parts: advice.parts.slice(0, 1),
    },
    contradictions: [
      {
        cpu: 'A Server CPU',
        operation: 'munmap',
        candidate: 'exclusive by cmpxchg',
        returns: 'plain',
        measuredPercent: -20,
        publishedPercent: 6.34,
      },
    ],
  }
  const words = adviceWords(whole)
  expect(words).toContain('Background: On a kernel with safe RET it would hurt.')
  expect(words).toContain(
    'Contradicts published results: munmap (exclusive by cmpxchg) with plain returns: -20.0 % measured, +6.3 % published for the A Server CPU, which has the same core: 26.3 points apart.',
  )
  expect(adviceTables(whole).map(({ title }) => title)).toContain('Background: the same with safe RET')
  expect(adviceWords(advice)).not.toMatch(/Background|Contradicts published results/)
})
