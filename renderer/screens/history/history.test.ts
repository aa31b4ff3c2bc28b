import { expect, test } from 'vitest'
import type { RunSummary } from '../../../engine/contract/run.ts'
import { exampleCell, exampleRunId, exampleVariant } from '../../../test/fixtures/comparison.ts'
import { chosenCell, chosenSeries, historyTable, seriesChoices } from './history.ts'

function run(last: number, change: Partial<RunSummary>): RunSummary {
  return {
    id: exampleRunId.slice(0, -1) + String(last),
    label: 'a run',
    status: 'complete',
    statusReason: '',
    createdAt: last,
    endedAt: last + 1,
    target: 'model',
    benchmarks: ['cow'],
    variantLabels: ['all'],
    kernelRelease: '6.15.0',
    machineName: 'a machine',
    sampleCount: 1,
    invalidCount: 0,
    note: '',
    disturbances: [],
    ...change,
  }
}

test('a series is known by its newest run; what runs on the host is one series whatever its labels', () => {
  const choices = seriesChoices([
    run(4, { sampleCount: 0, variantLabels: ['empty'] }),
    run(3, { target: 'host', variantLabels: ['before', 'after'] }),
    run(2, {}),
    run(1, { variantLabels: ['all', 'batch'], createdAt: 9 }), // by a clock that was wrong
  ])
  expect(
    choices.map(({ label, reference }) => [label, reference.runId.at(-1), reference.variantIndex]),
  ).toEqual([
    ['a machine · its kernel', '3', 0],
    ['a machine · model · all', '2', 0],
    ['a machine · model · batch', '1', 1],
  ])
})

test('the address chooses; what it names and does not exist gives way to the first', () => {
  const choices = seriesChoices([run(1, {}), run(2, { machineName: 'another' })])
  expect(chosenSeries(choices, { series: choices[1]!.key })).toBe(choices[1])
  expect(chosenSeries(choices, { series: 'x' })).toBe(choices[0])
  expect(chosenSeries([], {})).toBeNull()
  const cells = [exampleCell('cow'), exampleCell('fork')]
  expect(chosenCell(cells, { cell: 'nothing' })).toBe(cells[0])
  expect(chosenCell([], {})).toBeNull()
})

test('the newest run stands on top, and the one that begins a new level says by how much', () => {
  const points = [1, 2].map(milliseconds => ({
    reference: { runId: exampleRunId, variantIndex: milliseconds },
    at: milliseconds,
    runLabel: 'a run',
    variantLabel: 'a',
    kernelRelease: '6.15.0',
    agentVersion: '1',
    n: 20,
    disturbance: milliseconds === 1 ? 'other programs used 45 % of a CPU' : null,
    median: milliseconds * 1e6,
    interval: milliseconds === 1 ? null : { low: 1.9e6, high: 2.1e6, coverage: 0.96 },
  }))
  const table = historyTable(
    {
      cell: exampleCell('fork'),
      machineName: 'a machine',
      quantity: 'time',
      points,
      changes: [{ index: 1, runId: exampleVariant(0, 'a').reference.runId, percent: 100, p: 0.0001 }],
    },
    0,
  )
  expect([
    table.unit,
    ...table.rows.map(({ median, interval, change, disturbance }) => [median, interval, change, disturbance]),
  ]).toEqual([
    'ms',
    ['2.000', '1.900 to 2.100', '+100.0\u202f%', ''],
    ['1.000', 'too few samples', '', 'Other programs used 45 % of a CPU.'],
  ])
})
