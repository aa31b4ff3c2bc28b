/** What the samples of a bisection say of its kernels. Pure. */
import type { BisectionReport } from '../contract/bisection.ts'
import { Failure } from '../contract/failure.ts'
import type { Guest } from '../contract/environment.ts'
import type { Plan } from '../contract/plan.ts'
import type { RunStatus } from '../contract/run.ts'
import { sampleValue, type Measurement, type Sample } from '../contract/sample.ts'
import type { Percent } from '../contract/units.ts'
import { bisect, type Bisection } from './bisect.ts'
import { countGroups } from '../statistics/exact-comparison.ts'

/** What one kernel counted, in instructions per page; null: it could not be measured, and why. */
export type Finding = Readonly<{
  label: string
  kernel: string
  /** Empty when it never came up. */
  release: string
  count: number | null
  why: string
}>

type BisectionRun = Readonly<{ plan: Plan; samples: readonly Sample[]; guests: readonly Guest[] }>

/** Null for a kernel that was not booted. */
export function findingOf({ plan, samples, guests }: BisectionRun, variantIndex: number): Finding | null {
  const variant = plan.variants[variantIndex]
  const own = samples.filter(sample => sample.variantIndex === variantIndex)
  if (variant?.target !== 'vm' || own.length === 0) return null
  const guest = guests.find(other => other.variantIndex === variantIndex)
  return {
    label: variant.label,
    kernel: variant.kernel,
    release: guest?.facts.kernel.release ?? '',
    count: countOf(plan, own),
    why: reasonAgainst(own) ?? '',
  }
}

/** Whether a kernel counted otherwise than the first; null when it cannot be measured. */
export function hasChanged(run: BisectionRun, variantIndex: number): boolean | null {
  const percent = changeOf(findingOf(run, 0), findingOf(run, variantIndex))
  return percent === null ? null : Math.abs(percent) > (run.plan.bisection?.changePercent ?? NaN)
}

/** Percent from the first count to the other; null where one of them is missing. */
export function changeOf(first: Finding | null, other: Finding | null): Percent | null {
  const [base, count] = [first?.count ?? null, other?.count ?? null]
  return base === null || count === null ? null : (100 * (count - base)) / base
}

/**
 * Why a kernel cannot be measured: the reason of its first invalid sample, after
 * which no more are taken.
 */
export function reasonAgainst(own: readonly Sample[]): string | null {
  const invalid = own.find(({ measurement }) => !measurement.valid)
  return invalid === undefined ? null : (invalid.measurement.reason ?? 'invalid')
}

/** The count that occurs most often, warm-up left out. */
function countOf({ benchmarks: [benchmark] }: Plan, own: readonly Sample[]): number | null {
  if (benchmark === undefined || reasonAgainst(own) !== null) return null
  const counts = own.flatMap(({ warmup, measurement }) => {
    const value = warmup ? null : sampleValue(benchmark, 'instructions', measurement)
    return value === null ? [] : [value]
  })
  const [first] = [...countGroups(counts)].sort((one, other) => other.samples - one.samples)
  return first?.value ?? null
}

/**
 * What was found, as far as the bisection has come: every kernel, booted or not, and, once it has
 * ended, which is the first that changed.
 */
export async function bisectionReport(
  run: BisectionRun & Readonly<{ summary: Readonly<{ status: RunStatus }> }>,
): Promise<BisectionReport> {
  const { plan, summary } = run
  const findings = plan.variants.map((_, index) => findingOf(run, index))
  const result =
    summary.status === 'complete'
      ? await bisect(plan.variants.length, index => Promise.resolve(hasChanged(run, index)))
      : null
  return {
    sentence: result && bisectionWords(plan, result),
    changed: result?.changed ?? null,
    unchanged: result?.unchanged ?? null,
    kernels: plan.variants.map(({ label }, index) => {
      const finding = findings[index] ?? null
      return {
        label,
        release: finding?.release ?? '',
        count: finding?.count ?? null,
        changePercent: changeOf(findings[0] ?? null, finding),
        note: noteOf(finding, index === result?.changed),
      }
    }),
    booted: findings.filter(finding => finding !== null).length,
  }
}

function noteOf(finding: Finding | null, isFirstChanged: boolean): string {
  if (!finding) return 'not needed'
  if (finding.count === null) return finding.why
  return isFirstChanged ? 'first that changed' : ''
}

/** The result, for people. */
export function bisectionWords({ variants, bisection }: Plan, { changed, unchanged }: Bisection): string {
  const [first, before, after] = [0, unchanged, changed ?? -1].map(index => variants[index]?.label ?? '')
  const change = `${bisection?.changePercent ?? NaN} %`
  if (changed === null) return `No kernel that was measured differs from ${first} by more than ${change}.`
  return changed === unchanged + 1
    ? `The first that differs by more than ${change} is ${after}.`
    : `The change lies after ${before} and not after ${after}; the kernels in between cannot be measured.`
}

/** Whether another kernel may do better. */
export function isOfKernel(error: unknown): error is Failure {
  const codes = ['boot-failed', 'agent-died', 'unsupported', 'agent-refused', 'agent-protocol']
  return error instanceof Failure && codes.includes(error.code)
}

/** What stands in the place of a sample that a kernel could not take. */
export function notMeasured({ message }: Failure): Measurement {
  // The console that follows is for those who boot it by hand.
  const [reason = ''] = message.split('\n')
  const nothing = { elapsedNs: 0, work: 0, setupNs: 0, teardownNs: 0 }
  return { ...nothing, valid: false, reason, checks: [], tasks: [], counters: {}, warnings: [] }
}
