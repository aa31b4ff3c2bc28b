import * as z from 'zod'
import { basePageBytes, mebibyte, type Bytes } from './units.ts'
import type { ClockName } from './clock-name.ts'
import type { TargetName } from './variant.ts'

/**
 * What the published tables measure, in their order: kernels and the model have them, and presets
 * consist of them. Definitions: docs/method.md.
 */
export const publishedBenchmarkNames = [
  'remap',
  'munmap',
  'fork',
  'cow',
  'cow-byte',
  'cow-reuse',
  'cow-reuse-byte',
  'pte-dontneed',
  'anon-cow-seq',
  'anon-cow-rand',
] as const
export type PublishedBenchmarkName = (typeof publishedBenchmarkNames)[number]

/** Calls that have nothing to do with memory: what entering a kernel costs. */
export const controlBenchmarkNames = ['getppid', 'ioctl'] as const

/** What the model alone has: no call of a kernel consists of it. */
export const modelBenchmarkNames = ['migrate', 'read-mapcount', 'read-shared'] as const

/** What kernels alone can be asked. */
const onlyKernelBenchmarkNames = [
  'mprotect',
  'mprotect-shared-dirty',
  'mremap',
  'dontneed',
  'madvise-free',
  'pageout',
  'munmap-swapped-forked',
  'fork-many-vmas',
  'fork-chain',
  'fault',
  'shared-unmap',
  'shared-fork',
  ...controlBenchmarkNames,
] as const

/** What kernels can be asked: the published ones, which the model has too, and their own. */
export const kernelBenchmarkNames = [...publishedBenchmarkNames, ...onlyKernelBenchmarkNames] as const
export type KernelBenchmarkName = (typeof kernelBenchmarkNames)[number]

/** All that can be measured. */
export const benchmarkNames = [...kernelBenchmarkNames, ...modelBenchmarkNames] as const

export const BenchmarkName = z.enum(benchmarkNames)
export type BenchmarkName = z.infer<typeof BenchmarkName>

/**
 * `time`: nanoseconds per operation, less is better. `throughput`: bytes
 * per second, more is better.
 */
export type Metric = 'time' | 'throughput'

/**
 * What a number says: a time, a throughput, or, by the clock `instructions`,
 * instructions per base page.
 */
export type Quantity = Metric | 'instructions'

export type Benchmark = Readonly<{
  name: BenchmarkName
  metric: Metric
  /** One sentence for people: what is timed. */
  summary: string
  /** Memory in use at the peak, as a multiple of the region, for `tasks` tasks. */
  memoryFactor: (tasks: number) => number
}>

/** Page tables of a process that maps a region, as a part of the region. */
const pageTableShare = 1 / 512

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'remap',
    metric: 'time',
    summary: 'mprotect one page of each folio, so that its one PMD mapping becomes many PTE mappings.',
    memoryFactor: () => 1,
  },
  {
    name: 'munmap',
    metric: 'time',
    summary: 'Unmap the whole region of PTE-mapped folios.',
    memoryFactor: () => 1,
  },
  {
    name: 'fork',
    metric: 'time',
    summary: 'Fork a process whose region is PTE-mapped folios; only the fork call is timed.',
    memoryFactor: () => 1,
  },
  {
    name: 'cow',
    metric: 'time',
    summary: 'Write every byte of a region shared with a living child, so that each page is copied.',
    memoryFactor: () => 2,
  },
  {
    name: 'cow-byte',
    metric: 'time',
    summary: 'Write one byte of each page of a region shared with a living child.',
    memoryFactor: () => 2,
  },
  {
    name: 'cow-reuse',
    metric: 'time',
    summary: 'Write every byte of a region after the child that shared it has ended: reuse or copy.',
    memoryFactor: () => 2,
  },
  {
    name: 'cow-reuse-byte',
    metric: 'time',
    summary: 'Write one byte of each page after the child that shared them has ended: reuse or copy.',
    memoryFactor: () => 2,
  },
  {
    name: 'pte-dontneed',
    metric: 'time',
    summary: 'MADV_DONTNEED on each page of the region separately.',
    memoryFactor: () => 1,
  },
  {
    name: 'anon-cow-seq',
    metric: 'throughput',
    summary: 'Tasks forked from a parent that populated the region each write all of it in ascending order.',
    memoryFactor: tasks => tasks + 1,
  },
  {
    name: 'anon-cow-rand',
    metric: 'throughput',
    summary: 'Tasks forked from a parent that populated the region each write as many random words of it.',
    memoryFactor: tasks => tasks + 1,
  },
  {
    name: 'mprotect',
    metric: 'time',
    summary: 'Make the whole region of PTE-mapped folios read-only and writable again.',
    memoryFactor: () => 1,
  },
  {
    name: 'mprotect-shared-dirty',
    metric: 'time',
    summary: 'Make a region of shared memory that was written read-only and writable again.',
    memoryFactor: () => 1,
  },
  {
    name: 'mremap',
    metric: 'time',
    summary: 'Move the whole region of PTE-mapped folios to other addresses and back.',
    memoryFactor: () => 1,
  },
  {
    name: 'dontneed',
    metric: 'time',
    summary: 'One MADV_DONTNEED for the whole region of PTE-mapped folios.',
    memoryFactor: () => 1,
  },
  {
    name: 'madvise-free',
    metric: 'time',
    summary: 'One MADV_FREE for the whole region of PTE-mapped folios.',
    memoryFactor: () => 1,
  },
  {
    name: 'pageout',
    metric: 'time',
    summary: 'One MADV_PAGEOUT for the whole region of PTE-mapped folios, into swap.',
    memoryFactor: () => 2,
  },
  {
    name: 'munmap-swapped-forked',
    metric: 'time',
    summary: 'Unmap a region that is in swap and shared with a child.',
    memoryFactor: () => 2,
  },
  {
    name: 'fork-many-vmas',
    metric: 'time',
    summary: 'Fork a process in whose region each folio is a VMA of its own.',
    memoryFactor: () => 1,
  },
  {
    name: 'fork-chain',
    metric: 'time',
    summary: 'The same fork at the end of a chain of 16 forks.',
    memoryFactor: () => 8,
  },
  {
    name: 'fault',
    metric: 'time',
    summary: 'Touch each page of an empty region for the first time.',
    memoryFactor: () => 1,
  },
  {
    name: 'shared-unmap',
    metric: 'throughput',
    summary: 'Tasks that share all folios of a region each unmap it at the same time.',
    memoryFactor: tasks => 1 + tasks * pageTableShare,
  },
  {
    name: 'shared-fork',
    metric: 'throughput',
    summary: 'Tasks that share all folios of a region each fork at the same time.',
    memoryFactor: tasks => 1 + 2 * tasks * pageTableShare,
  },
  {
    name: 'getppid',
    metric: 'time',
    summary: 'Control: a system call that has nothing to do with memory.',
    memoryFactor: () => 0,
  },
  {
    name: 'ioctl',
    metric: 'time',
    summary: 'Control: an ioctl that /dev/null does not support.',
    memoryFactor: () => 0,
  },
  {
    name: 'migrate',
    metric: 'time',
    summary: 'Move every folio to another one: unmap it page by page, copy it, map it again.',
    memoryFactor: () => 2,
  },
  {
    name: 'read-mapcount',
    metric: 'time',
    summary: 'Ask a million times how often folios are mapped, beside tasks that map and unmap them.',
    memoryFactor: () => 1,
  },
  {
    name: 'read-shared',
    metric: 'time',
    summary: 'Ask a million times whether folios are mapped shared, beside tasks that map and unmap them.',
    memoryFactor: () => 1,
  },
]

const byName = new Map(benchmarks.map(benchmark => [benchmark.name, benchmark]))

/** The description of a benchmark; every name has one. */
export function benchmarkOf(name: BenchmarkName): Benchmark {
  const benchmark = byName.get(name)
  if (!benchmark) throw new Error(`no description of benchmark ${name}`)
  return benchmark
}

/** Whether it can be measured there: both kinds of target have the published benchmarks. */
export function isOfTarget(name: BenchmarkName, target: TargetName): boolean {
  const others: readonly string[] = target === 'model' ? onlyKernelBenchmarkNames : modelBenchmarkNames
  return !others.includes(name)
}

/** Whether it asks about folios and changes nothing: the work of a sample is answers, not pages. */
export function isReading(name: BenchmarkName): boolean {
  return name === 'read-mapcount' || name === 'read-shared'
}

const leastAnswers = 2 ** 20

/**
 * What the time of a sample is divided by to be comparable over folio sizes: base pages of the
 * region; where folios are asked about, answers, of which the agent finds a million at least.
 */
export function unitsOf(
  name: BenchmarkName,
  { sizeBytes, folioBytes }: Readonly<{ sizeBytes: Bytes; folioBytes: Bytes }>,
): number {
  if (!isReading(name)) return sizeBytes / basePageBytes
  const folios = sizeBytes / folioBytes
  return Math.ceil(leastAnswers / folios) * folios
}

/**
 * Whether it is measured for each task count of a plan; all others run one task. Of those that
 * read, one task reads and the others write.
 */
export function hasTasks(name: BenchmarkName): boolean {
  return benchmarkOf(name).metric === 'throughput' || isReading(name)
}

/** Whether a kernel can be asked it, also by a C file. */
export function isOfKernels(name: BenchmarkName): name is KernelBenchmarkName {
  return kernelBenchmarkNames.some(other => other === name)
}

/** Whether the published tables have it, and with them presets. */
export function isPublished(name: BenchmarkName): name is PublishedBenchmarkName {
  return publishedBenchmarkNames.some(published => published === name)
}

/** Small regions are repeated until they come to so much (native-bench/host/repetitions.hpp). */
const leastWorkBytes = 16 * mebibyte

/** How often the agent carries out an operation whose time would be too short on a small region. */
export function repetitionsOf(sizeBytes: Bytes): number {
  return Math.max(1, Math.floor(leastWorkBytes / sizeBytes))
}

/** How much free swap an operation needs on a region of a size. */
export function swapBytes(name: BenchmarkName, sizeBytes: Bytes): Bytes {
  if (name === 'pageout') return sizeBytes * repetitionsOf(sizeBytes)
  return name === 'munmap-swapped-forked' ? sizeBytes : 0
}

/** How much the most demanding of these operations needs. */
export function mostSwapBytes(names: readonly BenchmarkName[], sizeBytes: Bytes): Bytes {
  return Math.max(0, ...names.map(name => swapBytes(name, sizeBytes)))
}

/** The quantity of a benchmark's values by a clock. */
export function quantityOf(name: BenchmarkName, clock: ClockName): Quantity {
  return clock === 'instructions' ? 'instructions' : benchmarkOf(name).metric
}
