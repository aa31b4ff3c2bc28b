import { expect, test } from 'vitest'
import type { History } from '../../contract/history.ts'
import { cellOf, concludedAdvice } from '../../../test/fixtures/concluded-advice.ts'
import { exampleCell, exampleRunId } from '../../../test/fixtures/comparison.ts'
import { adviceChart, historyChart } from './chart.ts'

function historyOf(medians: readonly number[], disturbed: readonly number[] = []): History {
  return {
    cell: exampleCell('cow'),
    machineName: 'a machine',
    quantity: 'time',
    points: medians.map((median, index) => ({
      reference: { runId: exampleRunId, variantIndex: 0 },
      at: 60_000 * index,
      runLabel: `run ${index}`,
      variantLabel: 'a',
      kernelRelease: '6.15.0',
      agentVersion: '1',
      n: 8,
      median,
      disturbance: disturbed.includes(index) ? 'other programs ran' : null,
      interval: { low: 0.9 * median, high: 1.1 * median, coverage: 0.95 },
    })),
    changes: [],
  }
}

test('a history is drawn as the change against its oldest undisturbed run', () => {
  const [chart] = historyChart(historyOf([8e6, 2e6, 3e6], [0]))
  expect(chart?.title).toBe('Change against 1970-01-01 00:01, run by run')
  expect(chart?.bars.map(({ value, isDisturbed }) => [Math.round(value), isDisturbed])).toEqual([
    [300, true],
    [0, false],
    [50, false],
  ])
  const [low, high] = [chart?.bars[2]?.interval?.low ?? 0, chart?.bars[2]?.interval?.high ?? 0]
  expect([low, high].map(Math.round)).toEqual([35, 65])
  expect(historyChart(historyOf([2e6], [0]))).toEqual([])
})

test('an advice is drawn part by part, with its interval and what is of no interest', () => {
  const advice = concludedAdvice([cellOf('munmap', [0.8, 1, 1])])
  const [chart] = adviceChart(advice)
  const measured = advice.parts.filter(({ percent }) => percent !== null)
  expect(chart?.bars.map(({ value, interval, region }) => ({ value, interval, region }))).toEqual(
    measured.map(({ percent, low, high, regionPercent }) => ({
      value: percent,
      interval: { low, high },
      region: regionPercent,
    })),
  )
  expect(chart?.bars[0]?.description).toMatch(/^munmap, alone, .*: -20.0 %, \d+ rounds; helps$/)
  expect(adviceChart({ ...advice, parts: [] })).toEqual([])
})
