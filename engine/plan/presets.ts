import { publishedBenchmarkNames, benchmarkOf, hasTasks, type BenchmarkName } from '../contract/benchmark.ts'
import type { Facts } from '../contract/environment.ts'
import {
  basePageBytes,
  gibibyte,
  hugePageBytesOf,
  kibibyte,
  mebibyte,
  type Bytes,
  type Seconds,
} from '../contract/units.ts'
import type { Plan } from '../contract/plan.ts'
import { usableProcessors } from '../contract/processors.ts'
import type { ClockName } from '../contract/clock-name.ts'
import type { Variant } from '../contract/variant.ts'

/** What a preset decides. Label, target, variants and seed are the user's. */
export type PresetPlan = Pick<
  Plan,
  'benchmarks' | 'sizeBytes' | 'folioSizes' | 'tasks' | 'stopping' | 'warmupRounds' | 'order'
>

export const presetNames = ['quick', 'standard', 'full', 'sizes', 'series'] as const
export type PresetName = (typeof presetNames)[number]

/** What a preset has to know of the machine. */
export type PresetMachine = Readonly<{
  /** How many tasks it can run at a time. */
  threads: number
  /** What the lab may use: the lesser of available memory and what the cgroup leaves. */
  availableBytes: Bytes
  /** The folio sizes that a run can have, ascending. */
  folioSizes: readonly Bytes[]
  /** What one entry of a PMD maps. */
  hugePageBytes: Bytes
}>

/** What is measured where, and its pages: which folio sizes there are depends on it. */
export type PresetPlace = Pick<Plan, 'target' | 'changeSettings'> & Readonly<{ pageBytes: Bytes }>

/** What presets have to know, from the facts of a machine. */
export function presetMachine(facts: Facts, place: PresetPlace): PresetMachine {
  return {
    threads: usableProcessors(facts),
    availableBytes: availableBytes(facts),
    folioSizes: folioSizesOf(facts, place),
    hugePageBytes: hugePageBytesOf(place.pageBytes),
  }
}

/** The sizes of the published tables: single pages, and from order 2 to a PMD. */
export const publishedFolioSizes: readonly Bytes[] = [4, 16, 32, 64, 128, 256, 512, 1024, 2048].map(
  size => size * kibibyte,
)

/** A size that a kernel offers, and whether it has to be switched on for it. */
export type OfferedFolioSize = Readonly<{ folioBytes: Bytes; needsSetting: boolean }>

/** Every size that the kernel of a machine has, single pages first. */
export function offeredFolioSizes({ thp }: Facts, pageBytes: Bytes): OfferedFolioSize[] {
  const only = { folioBytes: hugePageBytesOf(pageBytes), enabled: 'inherit' }
  const sizes = thp.sizes.length > 0 ? thp.sizes : [only]
  return [
    { folioBytes: pageBytes, needsSetting: false },
    ...sizes.map(({ folioBytes, enabled }) => ({
      folioBytes,
      needsSetting: (enabled === 'inherit' ? thp.enabled : enabled) === 'never',
    })),
  ]
}

/** Of kernels in virtual machines, which may be any, those that all have. */
function folioSizesOf(facts: Facts, { target, changeSettings, pageBytes }: PresetPlace): Bytes[] {
  switch (target) {
    case 'model':
      return [...publishedFolioSizes]
    case 'vm':
      return [pageBytes, hugePageBytesOf(pageBytes)]
    case 'host':
      return offeredFolioSizes(facts, pageBytes)
        .filter(({ needsSetting }) => changeSettings || !needsSetting)
        .map(({ folioBytes }) => folioBytes)
        .filter(folioBytes => folioBytes <= hugePageBytesOf(pageBytes))
  }
}

/** What the lab may use: the lesser of available memory and what the cgroup leaves. */
export function availableBytes({ memory, cgroup }: Facts): Bytes {
  const left =
    cgroup.memoryMaxBytes === null ? Infinity : cgroup.memoryMaxBytes - (cgroup.memoryCurrentBytes ?? 0)
  return Math.max(0, Math.min(memory.availableBytes, left))
}

// Of what is available; the rest is for the kernel, the page cache and the desktop.
const memoryShare = 0.5
// Below this one interrupt is a visible share of the shortest samples.
const smallestRegionBytes = 32 * mebibyte

/**
 * One more than the published table, seven stages by ten benchmarks, needs for
 * verdicts that hold together.
 */
export const quickRounds = 13

/**
 * The plan of a preset on `machine`. The region is the preset's, halved until the largest case fits
 * into half of the available memory.
 */
export function presetPlan(name: PresetName, machine: PresetMachine): PresetPlan {
  const benchmarks = [...publishedBenchmarkNames]
  const common = { benchmarks, folioSizes: [machine.hugePageBytes], order: 'williams' as const }
  switch (name) {
    case 'quick': {
      const tasks = [1]
      return {
        ...common,
        tasks,
        sizeBytes: fittingSize(128 * mebibyte, benchmarks, tasks, machine.availableBytes),
        stopping: { kind: 'rounds', rounds: quickRounds },
        warmupRounds: 1,
      }
    }
    case 'standard': {
      const tasks = machine.threads > 1 ? [1, machine.threads] : [1]
      return {
        ...common,
        tasks,
        sizeBytes: fittingSize(gibibyte, benchmarks, tasks, machine.availableBytes),
        stopping: {
          kind: 'resolution',
          resolutionPercent: 1,
          minimumRounds: 10,
          maximumRounds: 60,
          budgetSeconds: 900,
        },
        warmupRounds: 1,
      }
    }
    case 'full': {
      const tasks = powersOfTwoUpTo(machine.threads)
      return {
        ...common,
        tasks,
        sizeBytes: fittingSize(gibibyte, benchmarks, tasks, machine.availableBytes),
        stopping: {
          kind: 'resolution',
          resolutionPercent: 0.5,
          minimumRounds: 20,
          maximumRounds: 400,
          budgetSeconds: null,
        },
        warmupRounds: 2,
      }
    }
    case 'sizes':
      return overSizes(['munmap', 'fork'], 128 * mebibyte, machine)
    case 'series':
      return overSizes(['munmap', 'fork', 'cow-byte', 'cow-reuse-byte'], gibibyte, machine)
  }
}

/** What the threads after the series have tables of: a few benchmarks with folios of every size. */
function overSizes(benchmarks: BenchmarkName[], wanted: Bytes, machine: PresetMachine): PresetPlan {
  const tasks = [1]
  return {
    benchmarks,
    folioSizes: [...machine.folioSizes],
    tasks,
    sizeBytes: fittingSize(wanted, benchmarks, tasks, machine.availableBytes),
    stopping: { kind: 'rounds', rounds: quickRounds },
    warmupRounds: 1,
    order: 'williams',
  }
}

// Counts do not scatter, so a larger region would show no more.
const countedRegionBytes = 64 * mebibyte
// Two show that a count repeats, the third distinguishes an outlier from a second group.
const countedRounds = 3
// Measured on 6.1: remap and fork still differ by 0.2 % between the second and the third pass.
const countedWarmups = 3

/**
 * A preset for kernels in virtual machines. Where instructions are counted it keeps to what can be
 * counted, and to as many rounds as show whether counts repeat.
 */
export function kernelPreset(preset: PresetPlan, clock: ClockName): PresetPlan {
  if (clock === 'wall') return preset
  return {
    ...preset,
    benchmarks: preset.benchmarks.filter(name => benchmarkOf(name).metric === 'time'),
    sizeBytes: Math.min(preset.sizeBytes, countedRegionBytes),
    tasks: [1],
    stopping: { kind: 'rounds', rounds: countedRounds },
    warmupRounds: countedWarmups,
  }
}

/**
 * 200 tables of ten rounds: fewer tables cannot distinguish a rate of false alarms of 5 % from one
 * of 10 %.
 */
const calibrationRounds = 2000
const narrowerThanAnyHost = 0.001 // percent: only rounds and time end a calibration

/** What a calibration decides beyond its benchmarks and the variant that it measures twice. */
export type CalibrationPlan = PresetPlan & Pick<Plan, 'isCalibration' | 'variants'>

/**
 * An A/A run: one variant under two labels. It uses the smallest region, whose samples are the
 * shortest and the noisiest, so that the floor holds for larger ones. A calibration that
 * `budgetSeconds` ends early counts as far as it went: those of one machine add up.
 */
export function calibrationPlan(
  variant: Variant,
  benchmarks: readonly BenchmarkName[],
  budgetSeconds: Seconds | null,
): CalibrationPlan {
  return {
    isCalibration: true,
    variants: ['A', 'A again'].map(label => ({ ...variant, label })),
    benchmarks: [...benchmarks],
    sizeBytes: smallestRegionBytes,
    folioSizes: [hugePageBytesOf(basePageBytes)],
    tasks: [1],
    stopping:
      budgetSeconds === null
        ? { kind: 'rounds', rounds: calibrationRounds }
        : {
            kind: 'resolution',
            resolutionPercent: narrowerThanAnyHost,
            minimumRounds: calibrationRounds,
            maximumRounds: calibrationRounds,
            budgetSeconds,
          },
    warmupRounds: 1,
    order: 'williams',
  }
}

const guestOverheadBytes = 256 * mebibyte // a distribution's kernel with its tables, and the agent
const guestMargin = 1.125 // so that the largest case does not have to fight for its folios
const smallestGuestBytes = 512 * mebibyte
const guestStepBytes = 128 * mebibyte

/** Memory for a virtual machine in which the plan's largest case fits well. */
export function guestMemoryBytes(
  benchmarks: readonly BenchmarkName[],
  tasks: readonly number[],
  sizeBytes: Bytes,
): Bytes {
  const wanted = peakMemoryBytes(benchmarks, tasks, sizeBytes) * guestMargin + guestOverheadBytes
  return Math.max(smallestGuestBytes, Math.ceil(wanted / guestStepBytes) * guestStepBytes)
}

/** Bytes in use at the peak of the largest case. */
export function peakMemoryBytes(
  benchmarks: readonly BenchmarkName[],
  tasks: readonly number[],
  sizeBytes: Bytes,
): Bytes {
  const factors = benchmarks
    .map(name => benchmarkOf(name))
    .map(benchmark => {
      const counts = hasTasks(benchmark.name) ? tasks : [1]
      return Math.max(...counts.map(count => benchmark.memoryFactor(count)))
    })
  return Math.max(0, ...factors) * sizeBytes
}

function fittingSize(
  wanted: Bytes,
  benchmarks: readonly BenchmarkName[],
  tasks: readonly number[],
  availableBytes: Bytes,
): Bytes {
  let size = wanted
  while (
    size > smallestRegionBytes &&
    peakMemoryBytes(benchmarks, tasks, size) > availableBytes * memoryShare
  )
    size /= 2
  return size
}

/** 1, 2, 4 … and `most` itself: the points of a scaling chart. */
function powersOfTwoUpTo(most: number): number[] {
  const powers: number[] = []
  for (let count = 1; count < most; count *= 2) powers.push(count)
  return [...powers, Math.max(1, most)]
}
