import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { Failure } from '../contract/failure.ts'
import { gibibyte, mebibyte } from '../contract/units.ts'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { planFrom, seedFrom, type RunOptions } from './plan-options.ts'

const defaults: RunOptions = {
  preset: 'quick',
  target: 'host',
  work: 'full',
  form: 'sound',
  readers: '0',
  returns: 'host',
  clock: 'instructions',
}

test('without options the plan is the quick preset on this kernel', () => {
  expect(planFrom(defaults, exampleReport)).toMatchObject({
    label: 'quick on 6.15.0',
    variants: [{ target: 'host', label: '6.15.0' }],
    stopping: { kind: 'rounds', rounds: 13 },
    changeSettings: false,
    cpus: [],
  })
})

test('runs that count instructions have one order unless a seed is given, all others one each', () => {
  const kernels = { ...defaults, target: 'vm', kernel: 'a=/k/a' }
  expect([1, 2].map(() => planFrom(kernels, exampleReport).seed)).toEqual([0, 0])
  expect(seedFrom({ ...kernels, seed: '7' })).toBe(7)
  for (const other of [defaults, { ...defaults, target: 'model' }, { ...kernels, clock: 'wall' }])
    expect(new Set(Array.from({ length: 5 }, () => seedFrom(other))).size).toBeGreaterThan(1)
})

test('options take the place of what the preset says', () => {
  const options: RunOptions = {
    ...defaults,
    preset: 'full',
    bench: 'cow, anon-cow-seq',
    variant: 'old,new',
    size: '1.5G',
    folio: '64K',
    tasks: '1,4',
    resolution: '2%',
    budget: '2m',
    warmup: '3',
    seed: '4294967295',
    label: 'mine',
    cpus: '0,2',
    changeSettings: true,
  }
  expect(planFrom(options, exampleReport)).toEqual({
    label: 'mine',
    target: 'host',
    benchmarks: ['cow', 'anon-cow-seq'],
    variants: [
      { target: 'host', label: 'old' },
      { target: 'host', label: 'new' },
    ],
    sizeBytes: 1.5 * gibibyte,
    folioSizes: [64 * 1024],
    tasks: [1, 4],
    stopping: {
      kind: 'resolution',
      resolutionPercent: 2,
      minimumRounds: 10,
      maximumRounds: 100_000,
      budgetSeconds: 120,
    },
    warmupRounds: 3,
    order: 'williams',
    seed: 4294967295,
    changeSettings: true,
    cpus: [0, 2],
  })
})

test('a seed is drawn afresh for each plan', () => {
  const seeds = Array.from({ length: 5 }, () => planFrom(defaults, exampleReport).seed)
  expect(new Set(seeds).size).toBe(5)
})

test('variants of the model are schemes, labelled ones, free configurations, and groups of them', () => {
  const free = 'free:exclusive=off,scope=all,batch=all,values=table,pagecounts=on'
  expect(schemesOf(`all,again=all,mine:from=all,exclusive=off,batch=all,values=table,x=${free}`)).toEqual([
    ['all', 'all', 'accounting', 2],
    ['again', 'all', 'accounting', 2],
    ['mine', free, 'accounting', 2],
    ['x', free, 'accounting', 2],
  ])
  expect(schemesOf('all-schemes')).toHaveLength(2)
  expect(schemesOf('all-stages')).toHaveLength(8)
})

test('--append measures each kernel without and with its words', () => {
  const options = { ...defaults, target: 'vm', kernel: 'old=/k/6.1', append: ['spec_rstack_overflow=off'] }
  expect(planFrom(options, exampleReport).variants).toMatchObject([
    { label: 'old', kernel: '/k/6.1', bootParameters: '' },
    { label: 'old (spec_rstack_overflow=off)', kernel: '/k/6.1', bootParameters: 'spec_rstack_overflow=off' },
  ])
})

test('a kernel has the machine that its name or --arch tells, on each processor of --cpu', () => {
  function machinesOf(options: Partial<RunOptions>) {
    return planFrom({ ...defaults, target: 'vm', ...options }, exampleReport).variants.map(variant => [
      variant.label,
      variant.target === 'vm' ? variant.armProcessor : null,
    ])
  }
  expect(machinesOf({ kernel: 'x=/k/vmlinuz,a=/k/6.1-arm64' })).toEqual([
    ['x', undefined],
    ['a', 'neoverse-n1'],
  ])
  expect(machinesOf({ kernel: 'a=/k/vmlinuz', arch: 'arm64', cpu: 'cortex-a72,max' })).toEqual([
    ['a (cortex-a72)', 'cortex-a72'],
    ['a (max)', 'max'],
  ])
  expect(machinesOf({ kernel: 'a=/k/6.1-arm64', clock: 'wall' })).toEqual([['a', 'max']])
  for (const [options, message] of [
    [{ kernel: '/k/vmlinuz', cpu: 'max' }, 'none of these kernels is for arm64'],
    [{ kernel: '/k/Image', cpu: 'k8' }, '--cpu: “k8” is unknown.'],
    [{ kernel: '/k/Image', arch: 'riscv64' }, '--arch: “riscv64” is unknown.'],
    [{ target: 'host', cpu: 'max' }, '--cpu is for kernels in virtual machines.'],
    [{ target: 'host', arch: 'arm64' }, '--arch is for kernels in virtual machines.'],
  ] as const)
    expect(() => machinesOf(options)).toThrow(message)
})

test('kernels with pages of 16 KiB get folios of what their PMD maps, unless others are among them', () => {
  function sizesOf(kernel: string): number[] {
    return planFrom({ ...defaults, target: 'vm', kernel }, exampleReport).folioSizes
  }
  expect(sizesOf('/k/6.12-arm64-16k')).toEqual([32 * mebibyte])
  expect(sizesOf('/k/6.12-arm64-16k,/k/6.12-arm64')).toEqual([2 * mebibyte])
})

test('a kernel may be one that was fetched, by its release, its series, or a range of series', () => {
  const caches = temporaryFolder('fetched')
  vi.stubEnv('XDG_CACHE_HOME', caches)
  const folder = path.join(caches, 'folio-lab/kernels')
  mkdirSync(folder, { recursive: true })
  for (const release of ['6.1.0-50-cloud-amd64', '6.12.9-cloud-amd64', '6.12.38-cloud-amd64'])
    writeFileSync(path.join(folder, `linux-image-${release}_1_amd64.deb`), 'x')
  const newest = path.join(folder, 'linux-image-6.12.38-cloud-amd64_1_amd64.deb')
  function kernelsOf(kernel: string) {
    const { variants } = planFrom({ ...defaults, target: 'vm', kernel }, exampleReport)
    return variants.map(variant => [variant.label, 'kernel' in variant ? variant.kernel : ''])
  }
  expect(kernelsOf('6.12')).toEqual([['6.12', newest]])
  expect(kernelsOf('new=6.12')).toEqual([['new', newest]])
  expect(kernelsOf('6.12.38-cloud-amd64')).toEqual([['6.12.38-cloud-amd64', newest]])
  expect(kernelsOf('6.1..7.3').map(([label]) => label)).toEqual(['6.1', '6.12'])
  expect(kernelsOf('6.99')).toEqual([['6.99', '6.99']])
  expect(() => kernelsOf('7.0..7.3')).toThrow(
    expect.objectContaining({ code: 'not-found', advice: 'Fetch them: folio-lab kernels fetch 7.0..7.3' }),
  )
})

const misuses: readonly [Partial<RunOptions>, RegExp][] = [
  [{ size: '0' }, /^--size: a size must be larger than 0\.$/],
  [{ size: '-1' }, /--size: “-1” is not a valid size/],
  [{ size: '3M' }, /--size: the size must be a multiple of the folio size \(2048 KiB\)/],
  [{ size: '2048G' }, /a size is at most 1 TiB/],
  [{ size: '64MB' }, /--size: “64MB” is not a valid size/],
  [{ folio: '12K' }, /--folio: a folio size is a power of two/],
  [{ folio: '1K' }, /--folio: a folio is at least one page/],
  [{ folio: '64K,8K' }, /--folio: anonymous memory has no folios of 8 KiB/],
  [{ folio: '2M,64K,2M' }, /--folio: a folio size is listed twice/],
  [{ folio: '' }, /--folio: at least one folio size/],
  [{ cpus: '' }, /--cpus: the value is empty/],
  [{ cpus: ' ,' }, /--cpus: the value is empty/],
  [{ target: 'model', variant: 'all', returns: '' }, /--returns: the value is empty/],
  [{ target: 'model', variant: 'mine:exclusive=maybe' }, /exclusive=maybe does not exist/],
  [{ bench: 'frok' }, /--bench: “frok” is unknown/],
  [{ bench: 'cow,cow' }, /a benchmark is listed twice/],
  [{ bench: '' }, /choose at least one benchmark/],
  [{ samples: '0' }, /^--samples: at least 1 round\.$/],
  [{ samples: '-1' }, /at least 1 round/],
  [{ samples: 'x' }, /--samples: “x” is not a whole number/],
  [{ samples: '5', budget: '5s' }, /--samples was given together with --budget or --resolution/],
  [{ budget: 'soon' }, /--budget: “soon” is not a duration/],
  [{ budget: '0s' }, /a time limit must be above 0/],
  [{ resolution: '0%' }, /a resolution must be above 0 %/],
  [{ resolution: 'fine' }, /--resolution: “fine” is not a percentage/],
  [{ variant: 'a,a' }, /each variant needs a label of its own/],
  [{ variant: ',' }, /choose at least one variant/],
  [{ label: ' ' }, /a label needs at least one character/],
  [{ tasks: '0' }, /^--tasks: at least one task\.$/],
  [{ tasks: '1.5' }, /--tasks: “1.5” is not a whole number/],
  [{ seed: '4294967296' }, /a seed is at most 4294967295/],
  [{ warmup: '-1' }, /--warmup: at least 0 warm-up rounds/],
  [{ cpus: 'a' }, /--cpus: “a” is not a whole number/],
  [{ preset: 'slow' }, /--preset: “slow” is unknown/],
  [{ target: 'moon' }, /--target: “moon” is unknown/],
  [{ target: 'ssh' }, /--target: “ssh” is unknown/],
  [{ target: 'vm' }, /The target “vm” needs at least one kernel to boot/],
  [{ target: 'vm', kernel: 'a,b', clock: 'sun' }, /--clock: “sun” is unknown/],
  [{ target: 'vm', kernel: 'a,b', memory: '1' }, /--memory: a virtual machine needs at least 256 MiB/],
  [{ target: 'vm', kernel: 'a,b', append: ['panic=1'] }, /^--append: “panic” is set by the lab itself/],
  [{ target: 'vm', kernel: 'a,b', append: ['a\nb'] }, /^--append: boot parameters are printable ASCII/],
  [{ target: 'host', append: ['a=1'] }, /--append is only for kernels in virtual machines/],
  [{ target: 'vm', kernel: 'a,b', vmCpus: '2' }, /instructions are counted on one CPU/],
  [{ target: 'vm', kernel: 'a,b', bench: 'anon-cow-seq' }, /counted instructions have no throughput/],
  [{ target: 'vm', kernel: 'a,b', resolution: '1%' }, /counted instructions repeat/],
  [{ target: 'model', work: 'half' }, /--work: “half” is unknown/],
  [{ target: 'model', form: 'odd' }, /--form: “odd” is unknown/],
  [{ target: 'model', readers: '-1' }, /--readers: /],
]

test.each(misuses)('%o is refused with what is wrong and what to do', (change, message) => {
  expect(() => planFrom({ ...defaults, ...change }, exampleReport)).toThrow(message)
  try {
    planFrom({ ...defaults, ...change }, exampleReport)
  } catch (error) {
    expect(error).toBeInstanceOf(Failure)
    expect(error).toMatchObject({ advice: expect.stringMatching(/\.$/) })
  }
})

/** Label, scheme, work and readers of each variant. */
function schemesOf(variant: string): unknown[] {
  const options = { ...defaults, target: 'model', variant, work: 'accounting', readers: '2' }
  return planFrom(options, exampleReport).variants.map(other =>
    other.target === 'model' ? [other.label, other.scheme, other.work, other.readers] : other,
  )
}

test('sizes follow from the memory of the machine unless given', () => {
  const { facts } = exampleReport.environment
  const small = {
    ...exampleReport,
    environment: {
      ...exampleReport.environment,
      facts: { ...facts, memory: { ...facts.memory, availableBytes: 256 * mebibyte } },
    },
  }
  expect(planFrom(defaults, small).sizeBytes).toBe(64 * mebibyte)
})
