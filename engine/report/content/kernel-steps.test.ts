import { expect, test } from 'vitest'
import { examplePlan, exampleSamples, runOf } from '../../../test/fixtures/run.ts'
import type { BenchmarkName } from '../../contract/benchmark.ts'
import type { Run } from '../../contract/run.ts'
import { mebibyte } from '../../contract/units.ts'
import type { KernelVariant } from '../../contract/variant.ts'
import {
  kernelHistoryChart,
  kernelHistoryTables,
  kernelSteps,
  stepWords,
  tellsKernelHistory,
} from './kernel-steps.ts'

function kernel(label: string): KernelVariant {
  return {
    target: 'vm',
    label,
    kernel: `/k/${label}`,
    bootParameters: '',
    memoryBytes: 512 * mebibyte,
    cpus: 1,
    clock: 'instructions',
  }
}

/** A run whose counts of each kernel are known, per page. */
function history(labels: readonly string[], counts: Partial<Record<BenchmarkName, readonly number[]>>): Run {
  const benchmarks = Object.keys(counts) as BenchmarkName[]
  const plan = examplePlan({
    target: 'vm',
    variants: labels.map(kernel),
    benchmarks,
    sizeBytes: 8192,
    folioSizes: [4096],
    warmupRounds: 0,
    stopping: { kind: 'rounds', rounds: 3 },
  })
  const samples = exampleSamples(plan, ({ cellIndex, variantIndex }) => {
    const benchmark = benchmarks[cellIndex]
    return 8192 * ((benchmark && counts[benchmark]?.[variantIndex]) ?? 1)
  })
  return runOf(plan, samples)
}

const run = history(['6.16', '6.17', '6.19'], {
  mprotect: [200, 400, 404],
  munmap: [100, 100, 20],
  getppid: [50, 50, 80],
})

test('steps are named where they are, the largest first, and small ones are not', () => {
  expect(kernelSteps(run).map(stepWords)).toEqual([
    'mprotect: +100.0 % at 6.17 (+133.3 % without entering the kernel).',
    'munmap: -80.0 % at 6.19 (-126.7 % without entering the kernel).',
    'getppid: +60.0 % at 6.19.',
  ])
})

test('counts stand release by operation, and say what they hold', () => {
  const [counts, steps] = kernelHistoryTables(run)
  expect(counts?.columns.map(({ head }) => head)).toEqual([
    'kernel',
    'release',
    'mprotect',
    'munmap',
    'getppid',
  ])
  expect(counts?.rows.map(row => row.map(({ text }) => text).slice(2))).toEqual([
    ['200.00', '100.00', '50.00'],
    ['400.00', '100.00', '50.00'],
    ['404.00', '20.00', '80.00'],
  ])
  expect(counts?.notes).toEqual(['Controls, which have nothing to do with memory, are per call: getppid.'])
  expect(steps?.rows).toHaveLength(3)
})

test('a change that single samples of both kernels contradict is no step', () => {
  const plan = { ...run.plan, benchmarks: ['fork' as const], variants: ['a', 'b', 'c'].map(kernel) }
  const counts = [
    [100, 100, 130],
    [120, 120, 121],
    [140, 141, 142],
  ]
  const samples = exampleSamples(
    plan,
    ({ variantIndex, round }) => 8192 * (counts[variantIndex]?.[round] ?? 0),
  )
  expect(kernelSteps(runOf(plan, samples)).map(({ from, to }) => [from, to])).toEqual([['b', 'c']])
})

test('a run without controls says what is part of its counts', () => {
  const alone = history(['a', 'b', 'c'], { munmap: [100, 101, 102] })
  expect(kernelHistoryTables(alone).map(({ notes }) => notes[0])).toEqual([
    'Every count includes the cost of entering the kernel; add --bench …,getppid,ioctl to see it.',
    'No operation changed by that much.',
  ])
  expect(kernelSteps(alone)).toEqual([])
})

test('the chart shows each kernel but the first against it', () => {
  const [chart] = kernelHistoryChart(run)
  expect(chart?.title).toBe('Change of instructions against 6.16, kernel by kernel')
  expect(
    chart?.bars.filter(({ series }) => series === 'mprotect').map(({ group, value }) => [group, value]),
  ).toEqual([
    ['6.17', 100],
    ['6.19', expect.closeTo(102)],
  ])
})

test('two kernels, other clocks and the host tell no history', () => {
  expect(tellsKernelHistory(run)).toBe(true)
  expect(kernelHistoryTables(history(['a', 'b'], { munmap: [1, 2] }))).toEqual([])
  expect(kernelHistoryChart(runOf(examplePlan(), []))).toEqual([])
})

test('steps are those from kernel to kernel on one kind of machine, and per page of its own', () => {
  const labels = ['6.1', '6.1 a72', '6.12', '6.12 a72', '6.12 16k']
  const processors = ['neoverse-n1', 'cortex-a72', 'neoverse-n1', 'cortex-a72', 'neoverse-n1'] as const
  const plain = history(labels, { munmap: [100, 110, 20, 22, 60], getppid: [5, 5, 5, 5, 5] })
  const variants = labels.map((label, index) => ({ ...kernel(label), armProcessor: processors[index] }))
  const guests = labels.map((_, variantIndex) => ({
    ...{ variantIndex, emulator: '7.2', accelerator: 'tcg' as const, note: '', bootSeconds: 1 },
    facts: plain.environment.facts,
    basePageBytes: variantIndex === 4 ? 16384 : 4096,
  }))
  const run = { ...plain, plan: { ...plain.plan, variants }, environment: { ...plain.environment, guests } }
  expect(kernelSteps(run).map(({ from, to }) => [from, to])).toEqual([
    ['6.1', '6.12'],
    ['6.1 a72', '6.12 a72'],
  ])
  expect(kernelHistoryTables(run)).toHaveLength(2)
  expect(kernelHistoryChart(run)).toEqual([])
})
