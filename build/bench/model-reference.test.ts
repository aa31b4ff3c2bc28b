import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { stageNames } from '../../engine/contract/variant.ts'
import { inProject } from '../setup/paths.mjs'
import {
  judgeCells,
  Reference,
  referenceFor,
  specificationOf,
  withReference,
  type Cell,
  type Change,
} from './model-reference.ts'

const specifications = { batch: 'aa', exclusive: 'bb' }

function change(percent: number, halfWidth = 1): Change {
  return { percent, low: percent - halfWidth, high: percent + halfWidth }
}

/** `baselineNs`: of the run that they are from. */
function cellsOf(batch: Change | null, exclusive: Change | null, baselineNs = 1e6): Cell[] {
  return [cellOf('batch', batch, baselineNs), cellOf('exclusive', exclusive, baselineNs)]
}

function cellOf(stage: string, found: Change | null, baselineNs: number): Cell {
  const medianNs = found === null ? null : baselineNs * (1 + found.percent / 100)
  return { stage, benchmark: 'fork', change: found, medianNs }
}

const reference: Reference = {
  vendor: 'AuthenticAMD',
  family: 25,
  model: 1,
  cpu: 'an EPYC',
  kernel: '6.18',
  recordedOn: '2026-11-27',
  rounds: 32,
  returns: 'safe-ret',
  specifications,
  cells: cellsOf(change(100), change(50)),
}

function verdicts(cells: readonly Cell[], now: Readonly<Record<string, string>> = specifications): string[] {
  return judgeCells(cells, reference, now).map(({ verdict }) => verdict)
}

test('a stage that takes more than 5 % longer than it did is slower, if the whole interval says so', () => {
  expect(verdicts(cellsOf(change(100), change(50)))).toEqual(['kept', 'kept'])
  expect(verdicts(cellsOf(change(100), change(62)))).toEqual(['kept', 'slower'])
  expect(verdicts(cellsOf(change(113), change(62)))).toEqual(['slower', 'slower'])
  // 6.3 % longer, but the ends of both intervals are 4.9 % apart
  expect(verdicts(cellsOf(change(100), change(59.4)))).toEqual(['kept', 'open'])
  expect(verdicts(cellsOf(change(100), change(62, 5)))).toEqual(['kept', 'open'])
  expect(verdicts(cellsOf(change(50), change(0)))).toEqual(['kept', 'kept'])
})

test('a stage that takes as long as it did beside a baseline that became faster is not slower', () => {
  expect(verdicts(cellsOf(change(100), change(65), 1e6 / 1.1))).toEqual(['kept', 'faster baseline'])
  expect(verdicts(cellsOf(change(100), change(65), 1.1e6))).toEqual(['kept', 'slower'])
  expect(verdicts(cellsOf(change(100), change(50), 1.1e6))).toEqual(['kept', 'kept'])
  const [judged] = judgeCells(cellsOf(change(100), null, 1.1e6), reference, specifications)
  expect(judged?.longerPercent).toBeCloseTo(10)
})

test('how much longer it takes is a ratio of ratios', () => {
  const [, judged] = judgeCells(cellsOf(change(100), change(65)), reference, specifications)
  expect(judged?.slower?.percent).toBeCloseTo(10)
  expect(judged?.slower?.low).toBeCloseTo(100 * (164 / 151 - 1))
})

test('a stage that was specified anew is not compared with what it was', () => {
  expect(verdicts(cellsOf(change(200), change(200)), { ...specifications, exclusive: 'cc' })).toEqual([
    'slower',
    'specified anew',
  ])
})

test('without an interval on either side nothing is known', () => {
  expect(verdicts(cellsOf(null, change(50)))).toEqual(['unknown', 'kept'])
  const [judged] = judgeCells(
    [{ stage: 'batch', benchmark: 'cow', change: change(0), medianNs: 1e6 }],
    reference,
    specifications,
  )
  expect(judged?.verdict).toBe('unknown')
})

test('a reference is one of a core and a kind of returns; a new one takes its place', () => {
  const other = { ...reference, returns: 'plain' as const }
  const both = withReference([reference], other)
  expect(both).toEqual([reference, other])
  expect(withReference(both, { ...reference, rounds: 64 }).map(({ rounds }) => rounds)).toEqual([32, 64])
  const cpu = { vendor: 'AuthenticAMD', family: 25, model: 1 }
  expect(referenceFor(both, cpu, 'plain')).toBe(other)
  expect(referenceFor(both, { ...cpu, model: 17 }, 'plain')).toBeUndefined()
  expect(referenceFor(both, cpu, 'untrained')).toBeUndefined()
})

const specification = `## C. baseline
one atomic
## D. series
### D.2 mapcount
two atomics
### D.5 writers
#### D.5.2 batch
once a range
### D.6 readers
asks
## L. Calls
### L.3 each
a call
`

test('a change of what specifies a stage is noticed, and no other', () => {
  const [mapcount, batch] = [specificationOf('D.2', specification), specificationOf('D.5.2', specification)]
  expect(mapcount).not.toBe(batch)
  function after(from: string, to: string) {
    const text = specification.replace(from, to)
    return [specificationOf('D.2', text) === mapcount, specificationOf('D.5.2', text) === batch]
  }
  expect(after('once a range', 'twice a range')).toEqual([true, false])
  expect(after('two atomics', 'three atomics')).toEqual([false, true])
  expect(after('one atomic', 'no atomic')).toEqual([false, false])
  expect(after('a call', 'no call')).toEqual([false, false])
  expect(after('asks', 'tells')).toEqual([true, true])
  expect(after('two atomics', 'two\n  atomics')).toEqual([true, true])
  expect(specificationOf('D.5-D.6 (all)', specification)).not.toBe(mapcount)
  expect(() => specificationOf('D.9', specification)).toThrow('docs/schemes.md has no section D.9')
})

test('the references that are stored can be read, and have every stage', () => {
  const stored = z
    .array(Reference)
    .parse(JSON.parse(readFileSync(inProject('build/bench/model-reference.json'), 'utf8')))
  for (const { cells, specifications: known } of stored) {
    expect(Object.keys(known).sort()).toEqual([...stageNames].filter(name => name !== 'baseline').sort())
    expect(cells).toHaveLength(7 * 8)
    expect(cells.every(({ change: found }) => found !== null && found.low <= found.high)).toBe(true)
    expect(cells.every(({ medianNs }) => medianNs !== null && medianNs > 0)).toBe(true)
  }
})
