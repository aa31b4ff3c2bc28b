import { expect, test } from 'vitest'
import { defaultConfidence } from '../statistics/confidence.ts'
import { leastRounds } from '../statistics/median-interval.ts'
import { familyConfidence } from '../statistics/multiple-comparisons.ts'
import { publishedBenchmarkNames } from '../contract/benchmark.ts'
import {
  presetMachine,
  presetNames,
  presetPlan,
  peakMemoryBytes,
  publishedFolioSizes,
  quickRounds,
} from './presets.ts'
import { Plan } from '../contract/plan.ts'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { gibibyte, kibibyte, mebibyte } from '../contract/units.ts'
import { stageNames } from '../contract/variant.ts'

const folioSizes = [4, 64, 2048].map(size => size * kibibyte)
const roomy = { threads: 20, availableBytes: 256 * gibibyte, folioSizes, hugePageBytes: 2 * mebibyte }

test.each(presetNames)('preset %s is a valid plan once it has a label, a variant and a seed', name => {
  const plan = {
    ...presetPlan(name, roomy),
    label: 'any',
    target: 'host',
    variants: [{ target: 'host', label: 'any' }],
    seed: 1,
    changeSettings: false,
    cpus: [],
  }
  expect(Plan.safeParse(plan).success).toBe(true)
})

test('scaling over tasks ends with all threads of the machine', () => {
  expect(presetPlan('full', roomy).tasks).toEqual([1, 2, 4, 8, 16, 20])
  expect(presetPlan('standard', roomy).tasks).toEqual([1, 20])
  expect(presetPlan('standard', { ...roomy, threads: 1 }).tasks).toEqual([1])
  expect(presetPlan('full', { ...roomy, threads: 1 }).tasks).toEqual([1])
})

test('the region is halved until the largest case takes at most half of the memory', () => {
  const machine = { ...roomy, threads: 4, availableBytes: 4 * gibibyte }
  const { benchmarks, tasks, sizeBytes } = presetPlan('full', machine)
  expect(sizeBytes).toBe(256 * mebibyte)
  expect(peakMemoryBytes(benchmarks, tasks, sizeBytes)).toBe(5 * 256 * mebibyte)
  expect(presetPlan('full', roomy).sizeBytes).toBe(gibibyte)
})

test('a machine without memory still gets a region, which the session then refuses with its reason', () => {
  expect(presetPlan('quick', { ...roomy, availableBytes: 0 }).sizeBytes).toBe(32 * mebibyte)
})

test('task counts do not enter the memory of benchmarks that run one task', () => {
  expect(peakMemoryBytes(['cow'], [64], gibibyte)).toBe(2 * gibibyte)
  expect(peakMemoryBytes(['anon-cow-seq'], [1, 64], gibibyte)).toBe(65 * gibibyte)
})

test('a quick run of the published table has as many rounds as its rows need together', () => {
  const rows = (stageNames.length - 1) * publishedBenchmarkNames.length
  expect(quickRounds).toBe(leastRounds(familyConfidence(defaultConfidence, rows)) + 1)
})

test('presets over folio sizes have those that can be measured where the run is', () => {
  const { thp } = exampleFacts // offers 64 KiB, set to never, and 2 MiB
  function sizesOf(target: 'host' | 'model' | 'vm', changeSettings: boolean, pageBytes = 4096): number[] {
    const machine = presetMachine({ ...exampleFacts, thp }, { target, changeSettings, pageBytes })
    return presetPlan('sizes', machine).folioSizes.map(size => size / kibibyte)
  }
  expect(sizesOf('host', false)).toEqual([4, 2048])
  expect(sizesOf('host', true)).toEqual([4, 64, 2048])
  expect(sizesOf('vm', false)).toEqual([4, 2048])
  expect(sizesOf('vm', false, 16 * kibibyte)).toEqual([16, 32 * 1024])
  expect(sizesOf('model', false)).toEqual(publishedFolioSizes.map(size => size / kibibyte))
})
