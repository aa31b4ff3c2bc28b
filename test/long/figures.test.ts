import { expect, test } from 'vitest'
import type { Experiment } from './experiment.ts'
import { figuresTable, type Figures } from './figures.ts'

const experiment: Experiment = {
  key: 'kills',
  name: 'processes killed',
  unit: 'kills',
  full: 1000,
  run: () => Promise.resolve({ done: 0, faults: [] }),
}

function figures(change: Partial<Figures>): Figures {
  const day = '2026-01-01'
  return {
    key: 'kills',
    name: 'processes killed',
    part: '1/2',
    seed: 1,
    day,
    system: 'Linux 6',
    done: 500,
    seconds: 60,
    faults: 0,
    ...change,
  }
}

test('the parts of an experiment are one row', () => {
  const table = figuresTable([experiment], [figures({}), figures({ part: '2/2', seconds: 61, faults: 1 })])
  expect(table.trim().split('\n').slice(2)).toEqual([
    '| processes killed | 1,000 kills | 1,000 | 121 | 1 | 2026-01-01, Linux 6 | `--only kills --part 1/2` …, seed 1 |',
  ])
})

test('a row says what was made then, not what would be made now', () => {
  const table = figuresTable([experiment], [figures({ name: 'processes killed (release build)' })])
  expect(table).toContain('| processes killed (release build) |')
})

test('an experiment that was not made is listed as such', () => {
  expect(figuresTable([experiment], [figures({ key: 'other' })])).toContain(
    '| processes killed | not made | 1,000 |  |  |  | `--only kills` |',
  )
})

test('what was made elsewhere stays as it is written; what was made here takes its place', () => {
  const other: Experiment = { ...experiment, key: 'kills-of-all', name: 'all killed' }
  const written =
    '| all killed | 7 kills | 1,000 | 9 | 0 | 2025 | `--only kills-of-all --part 1/1` …, seed 1 |\n' +
    '| killed   | 8 kills | 1,000 | 9 | 0 | 2025 | `--only kills --part 1/1` …, seed 1 |\n'
  const table = figuresTable([experiment, other], [figures({})], written)
  expect(table.trim().split('\n').slice(2)).toEqual([
    '| processes killed | 500 kills | 1,000 | 60 | 0 | 2026-01-01, Linux 6 | `--only kills --part 1/2` …, seed 1 |',
    '| all killed | 7 kills | 1,000 | 9 | 0 | 2025 | `--only kills-of-all --part 1/1` …, seed 1 |',
  ])
  expect(figuresTable([experiment], [], written)).toContain('| killed | 8 kills |')
})
