import { expect, test } from 'vitest'
import type { Cell } from '../../engine/contract/case.ts'
import { Plan } from '../../engine/contract/plan.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { noiseKind } from '../../engine/text/noise-kind.ts'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { exampleFloor } from '../../test/fixtures/noise-floor.ts'
import {
  calibratedTargets,
  calibrationOf,
  calibrationOfCells,
  calibrationState,
  calibrationText,
  runningCalibration,
} from './calibration.ts'

const host = calibrationOf('host', exampleFacts, 1)

/** As many tables for every benchmark of the plan, but for the first. */
function floors(plan: Plan, tables: number, ofFirst = tables) {
  return plan.benchmarks.map((benchmark, index) =>
    exampleFloor({
      what: noiseKind(plan.variants[0]!),
      cell: { ...exampleFloor().cell, benchmark },
      tables: index === 0 ? ofFirst : tables,
    }),
  )
}

test.each(calibratedTargets)('%s is calibrated by a sound plan of one variant under two labels', target => {
  const plan = Plan.parse(calibrationOf(target, exampleFacts, 7))
  expect(plan).toMatchObject({ target, seed: 7, isCalibration: true, changeSettings: false })
  expect(plan.variants).toHaveLength(2)
})

test('the benchmark with the fewest tables says how far a machine is', () => {
  expect(calibrationState(floors(host, 40, 31), host, 9)).toEqual({
    tables: 31,
    needed: 200,
    secondsLeft: 169 * 9,
  })
  expect(calibrationState(floors(host, 40).slice(1), host, 9).tables).toBe(0)
  expect(calibrationState([], host, null)).toEqual({ tables: 0, needed: 200, secondsLeft: null })
})

test('tables of the model do not count for the kernel', () => {
  const model = calibrationOf('model', exampleFacts, 1)
  expect(calibrationState(floors(model, 200), host, 9).tables).toBe(0)
  expect(calibrationState(floors(model, 200), model, 9).secondsLeft).toBe(0)
})

test('cells of a comparison get a plan that measures just them, on regions that it contains', () => {
  function cell(benchmark: 'fork' | 'anon-cow-seq', tasks: number, sizeBytes: number): Cell {
    return { benchmark, parameters: { sizeBytes, folioBytes: 64 * 1024, tasks } }
  }
  const cells = [cell('fork', 1, 64 * mebibyte), cell('anon-cow-seq', 4, 16 * mebibyte)]
  const plan = Plan.parse(calibrationOfCells({ target: 'host', label: 'x' }, cells, 1))
  expect(plan).toMatchObject({
    benchmarks: ['fork', 'anon-cow-seq'],
    folioSizes: [64 * 1024],
    tasks: [1, 4],
    sizeBytes: 16 * mebibyte,
    isCalibration: true,
  })
  const known = exampleFloor({ what: noiseKind(plan.variants[0]!), cell: cells[0]!, tables: 50 })
  expect(calibrationState([known], plan, 1).tables).toBe(0)
})

test('while it is under way its own rounds count, and its own pace', () => {
  const before = calibrationState(floors(host, 30), host, 99)
  expect(runningCalibration(before, 25, 50)).toEqual({ tables: 32, needed: 200, secondsLeft: 168 * 20 })
  expect(runningCalibration(before, 0, 5).secondsLeft).toBeNull()
  expect(runningCalibration(before, 2000, 5).secondsLeft).toBe(0)
})

test('words say how many tables there are and how long the others take', () => {
  expect(calibrationText({ tables: 31, needed: 200, secondsLeft: 1500 })).toBe(
    '31 of 200 tables, about 25 min more',
  )
  expect(calibrationText({ tables: 0, needed: 200, secondsLeft: 4 * 3600 })).toBe(
    '0 of 200 tables, about 4 h more',
  )
  expect(calibrationText({ tables: 0, needed: 200, secondsLeft: null })).toBe('0 of 200 tables')
  expect(calibrationText({ tables: 204, needed: 200, secondsLeft: 0 })).toBe('calibrated, with 204 tables')
})
