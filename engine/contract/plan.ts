import * as z from 'zod'
import { AdviceId } from './advice.ts'
import { BenchmarkName, benchmarkNames, benchmarkOf, isOfTarget } from './benchmark.ts'
import { mostVariants } from './bounds.ts'
import { Label, TargetName, Variant } from './variant.ts'
import { kibibyte, basePageBytes, gibibyte, type Bytes } from './units.ts'

const yearSeconds = 366 * 24 * 3600
const mostCompared = 64 // a table of more can neither be read nor measured in one night
const mostFolioSizes = 32 // as many orders as a folio may have, and one more
const mostCpus = 65_535 // eight times what a kernel can be built for
const largestRegionBytes = 1024 * gibibyte // beyond this a typing error is likelier than a wish

export const RegionBytes = z
  .int('a size is a whole number of bytes')
  .positive('a size must be larger than 0')
  .max(largestRegionBytes, 'a size is at most 1 TiB')

/** One base page is a small folio, of order 0; anonymous memory has none of order 1. */
export const FolioBytes = z
  .int('a folio size is a whole number of bytes')
  .min(basePageBytes, 'a folio is at least one page of 4 KiB')
  .max(largestRegionBytes, 'a folio is at most 1 TiB')
  .refine(bytes => Number.isInteger(Math.log2(bytes)), 'a folio size is a power of two')
  .refine(bytes => bytes !== 2 * basePageBytes, 'anonymous memory has no folios of 8 KiB (order 1)')

export const TaskCount = z
  .int('a task count is a whole number')
  .min(1, 'at least one task')
  .max(1024, 'at most 1024 tasks')

function roundCount(least: number): z.ZodInt {
  return z
    .int('rounds are a whole number')
    .min(least, `at least ${least} ${least === 1 ? 'round' : 'rounds'}`)
    .max(100_000, 'at most 100,000 rounds')
}

/**
 * When a run ends: after a number of rounds, or when every interval is narrow enough or time is up.
 */
export const StoppingRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rounds'), rounds: roundCount(1) }),
  z.object({
    kind: z.literal('resolution'),
    /** Half-width of the widest interval, in percent, at which the run may stop. */
    resolutionPercent: z
      .number('a resolution is a number of percent')
      .positive('a resolution must be above 0 %')
      .max(100, 'a resolution is at most 100 %'),
    minimumRounds: roundCount(6), // fewer give no interval
    maximumRounds: roundCount(6),
    /** The run stops at the first block end after so many seconds; null for no limit. */
    budgetSeconds: z
      .number('a time limit is a number of seconds')
      .positive('a time limit must be above 0')
      .max(yearSeconds, 'a time limit is at most a year')
      .nullable(),
  }),
])
export type StoppingRule = z.infer<typeof StoppingRule>

/**
 * Of a run that counts instructions, unless another is asked for. What an operation leaves of free
 * memory changes what the next one counts: runs that are to agree have one order.
 */
export const countedSeed = 0

/** The cases to run, how often, in what order (by the seed), under what stopping rule. */
export const Plan = z
  .object({
    label: Label,
    target: TargetName,
    benchmarks: z
      .array(BenchmarkName)
      .min(1, 'choose at least one benchmark')
      .max(benchmarkNames.length, 'a benchmark is listed twice'),
    variants: z
      .array(Variant)
      .min(1, 'choose at least one variant')
      .max(mostVariants, `at most ${mostVariants} variants`),
    sizeBytes: RegionBytes,
    /** Each benchmark is measured with folios of each of these sizes. */
    folioSizes: z
      .array(FolioBytes)
      .min(1, 'at least one folio size')
      .max(mostFolioSizes, `at most ${mostFolioSizes} folio sizes`),
    /** Task counts of those benchmarks that have several; the others always run one task. */
    tasks: z.array(TaskCount).min(1, 'at least one task count').max(32, 'at most 32 task counts'),
    stopping: StoppingRule,
    /**
     * Whole rounds that are run first, stored, and left out of statistics; on `vm`, after each boot
     * as many passes of all cells.
     */
    warmupRounds: z
      .int('warm-up rounds are a whole number')
      .min(0, 'at least 0 warm-up rounds')
      .max(100, 'at most 100 warm-up rounds'),
    /** 32-bit seed of the order of samples and of what is random in the operations. */
    seed: z
      .int('a seed is a whole number')
      .min(0, 'a seed is at least 0')
      .max(2 ** 32 - 1, 'a seed is at most 4294967295'),
    /**
     * The design that orders the variants of a round. Without one, as in plans from before, it
     * is a cyclic Latin square.
     */
    order: z.literal('williams').optional(),
    /** Whether the agent may change THP settings for the time of the run (it undoes them). */
    changeSettings: z.boolean(),
    /** CPUs to pin the tasks to, in turn; empty: the scheduler decides. */
    cpus: z
      .array(
        z
          .int('a CPU is a whole number')
          .min(0, 'CPUs count from 0')
          .max(mostCpus, 'a CPU number is at most 65535'),
      )
      .max(1024, 'at most 1024 CPUs'),
    /**
     * An A/A run: one variant under two labels, from which the noise floor of
     * the machine is computed.
     */
    isCalibration: z.boolean().optional(),
    /** The advice that this is measured for. */
    advice: AdviceId.optional(),
    /**
     * A search for the first kernel whose counted instructions differ from those of the
     * first by more than so many percent: variants are booted as it needs them, oldest
     * first, and most of them never.
     */
    bisection: z
      .object({ changePercent: z.number().positive('a change must be above 0 %').max(1e6) })
      .optional(),
  })
  .superRefine((plan, context) => {
    const unfitting = plan.folioSizes.find(folioBytes => plan.sizeBytes % folioBytes !== 0)
    if (unfitting !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['sizeBytes'],
        message: `the size must be a multiple of the folio size (${unfitting / kibibyte} KiB)`,
      })
    if (new Set(plan.folioSizes).size !== plan.folioSizes.length)
      context.addIssue({ code: 'custom', path: ['folioSizes'], message: 'a folio size is listed twice' })
    for (const name of plan.benchmarks)
      if (!isOfTarget(name, plan.target))
        context.addIssue({
          code: 'custom',
          path: ['benchmarks'],
          message:
            plan.target === 'model'
              ? `the model has no ${name}: choose the target host or vm`
              : `kernels have no ${name}: choose the target model`,
        })
    if (new Set(plan.variants.map(variant => variant.label)).size !== plan.variants.length)
      context.addIssue({
        code: 'custom',
        path: ['variants'],
        message: 'each variant needs a label of its own',
      })
    if (plan.variants.some(variant => variant.target !== plan.target))
      context.addIssue({
        code: 'custom',
        path: ['variants'],
        message: 'all variants must be of the plan’s target',
      })
    if (new Set(plan.benchmarks).size !== plan.benchmarks.length)
      context.addIssue({ code: 'custom', path: ['benchmarks'], message: 'a benchmark is listed twice' })
    if (plan.stopping.kind === 'resolution' && plan.stopping.maximumRounds < plan.stopping.minimumRounds)
      context.addIssue({
        code: 'custom',
        path: ['stopping', 'maximumRounds'],
        message: 'the largest number of rounds must not be below the smallest',
      })
    if (plan.isCalibration === true && !isSameTwice(plan.variants))
      context.addIssue({
        code: 'custom',
        path: ['variants'],
        message: 'a calibration measures one variant under two labels',
      })
    for (const message of [...kernelIssues(plan), ...bisectionIssues(plan)])
      context.addIssue({ code: 'custom', path: ['variants'], message })
  })
export type Plan = z.infer<typeof Plan>

function isSameTwice(variants: readonly Variant[]): boolean {
  const [first, second, ...others] = variants.map(variant => JSON.stringify({ ...variant, label: '' }))
  return first !== undefined && first === second && others.length === 0
}

type BisectionPlan = KernelPlan &
  Readonly<{ bisection?: object | undefined; tasks: readonly number[]; folioSizes: readonly Bytes[] }>

function bisectionIssues({ bisection, variants, benchmarks, tasks, folioSizes }: BisectionPlan): string[] {
  if (bisection === undefined)
    return variants.length > mostCompared ? [`at most ${mostCompared} variants`] : []
  return [
    ...(variants.every(variant => variant.target === 'vm' && variant.clock === 'instructions')
      ? []
      : ['a search compares counted instructions of kernels in virtual machines']),
    ...(variants.length >= 2 ? [] : ['a search needs at least two kernels']),
    ...(benchmarks.length === 1 && tasks.length === 1 && folioSizes.length === 1
      ? []
      : ['a search takes one benchmark and one folio size']),
  ]
}

type KernelPlan = Readonly<{
  variants: readonly Variant[]
  benchmarks: readonly BenchmarkName[]
  stopping: StoppingRule
}>

/**
 * What keeps kernels in virtual machines from being compared, or counted
 * instructions from meaning anything.
 */
function kernelIssues({ variants, benchmarks, stopping }: KernelPlan): string[] {
  const kernels = variants.filter(variant => variant.target === 'vm')
  const machines = new Set(kernels.map(({ memoryBytes, cpus, clock }) => `${memoryBytes} ${cpus} ${clock}`))
  const issues = machines.size > 1 ? ['all kernels need equal machines: memory, CPUs and clock'] : []
  if (!kernels.some(({ clock }) => clock === 'instructions')) return issues
  if (kernels.some(({ cpus }) => cpus > 1))
    issues.push('instructions are counted on one CPU: with several they would count waiting')
  if (benchmarks.some(benchmark => benchmarkOf(benchmark).metric === 'throughput'))
    issues.push('counted instructions have no throughput: leave anon-cow-seq and anon-cow-rand out')
  if (stopping.kind !== 'rounds')
    issues.push('counted instructions repeat: give a number of rounds, not a resolution or a time')
  return issues
}
