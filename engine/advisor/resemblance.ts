/**
 * Compares what was measured with what was published, under the returns of each published kernel.
 * Pure.
 */
import type { AdvicePart, Contradiction, Resemblance } from '../contract/advice.ts'
import type { BenchmarkName } from '../contract/benchmark.ts'
import type { Reference } from '../contract/reference.ts'
import type { Returns } from '../contract/returns.ts'
import type { Percent } from '../contract/units.ts'
import { logRatioOf, percentChange } from '../statistics/log-ratio.ts'
import { signedPercent } from '../statistics/words.ts'
import type { Question } from './questions.ts'

type MeasuredPart = Pick<AdvicePart, 'operation' | 'setting' | 'candidate' | 'percent' | 'verdict'>

/** What was measured with each kind of returns. */
export type MeasuredParts = ReadonlyMap<Returns, readonly MeasuredPart[]>

type Pair = Readonly<{
  operation: BenchmarkName
  candidate: string
  publishedPercent: Percent
  measuredPercent: Percent
  verdict: AdvicePart['verdict']
}>

/**
 * The published machine with the smallest root mean square difference between its logarithmic
 * changes and those measured without contention, with the returns of its kernel. Published changes
 * are against the stage `baseline`; here they are taken against the shared scheme. Null when
 * nothing of what was measured was published.
 */
export function findResemblance(
  question: Question,
  measured: MeasuredParts,
  references: readonly Reference[],
): Resemblance | null {
  const machines = new Map(references.map(({ machine, cpu, returns }) => [machine, { cpu, returns }]))
  const ranked = [...machines]
    .map(([machine, { cpu, returns }]) => {
      const compared = pairsOf(question, measured.get(returns) ?? [], references, machine).map(
        ({ verdict: _, ...pair }) => pair,
      )
      const squares = compared.map(
        ({ publishedPercent, measuredPercent }) =>
          (logRatioOf(publishedPercent) - logRatioOf(measuredPercent)) ** 2,
      )
      const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length
      return { machine, cpu, returns, compared, distancePercent: percentChange(Math.sqrt(mean)) }
    })
    .filter(({ compared }) => compared.length > 0)
    .sort((a, b) => a.distancePercent - b.distancePercent)
  const [nearest, next] = ranked
  return nearest ? { ...nearest, nextDistancePercent: next?.distancePercent ?? null } : null
}

/**
 * Verdicts that say the opposite of what was published for `machine`, which has the same core as
 * the measured processor; both under the returns of its kernel.
 */
export function findContradictions(
  question: Question,
  measured: MeasuredParts,
  references: readonly Reference[],
  machine: string,
): Contradiction[] {
  const published = references.find(reference => reference.machine === machine)
  if (!published) return []
  const { cpu, returns } = published
  return pairsOf(question, measured.get(returns) ?? [], references, machine)
    .filter(
      ({ verdict, publishedPercent }) =>
        (verdict === 'helps' && publishedPercent > 0) || (verdict === 'hurts' && publishedPercent < 0),
    )
    .map(({ verdict: _, ...pair }) => ({ cpu, returns, ...pair }))
}

const publishedNoise: Percent = 5 // the sign of a smaller published change is not certain

/**
 * The contradictions that are large enough to have a certain sign, under the returns that the
 * answer is about.
 */
export function overruledBy(contradictions: readonly Contradiction[], asked: Returns): Contradiction[] {
  return contradictions.filter(
    ({ returns, publishedPercent }) => returns === asked && Math.abs(publishedPercent) > publishedNoise,
  )
}

/** The parts; those that a published kernel on the same core overrules have no verdict. */
export function withoutOverruled(
  { candidates }: Question,
  parts: readonly AdvicePart[],
  overruled: readonly Contradiction[],
): AdvicePart[] {
  return parts.map(part => {
    const found = overruled.find(
      ({ operation, candidate }) =>
        part.setting.kind === 'uncontended' &&
        operation === part.operation &&
        candidate === candidates[part.candidate]?.label,
    )
    if (!found) return part
    const reason = `the kernel published for this core shows ${signedPercent(found.publishedPercent)}`
    return { ...part, verdict: 'not-resolved', reason }
  })
}

/** Every part without contention that was published too. All of them are times: less is better. */
function pairsOf(
  { shared, candidates }: Question,
  parts: readonly MeasuredPart[],
  references: readonly Reference[],
  machine: string,
): Pair[] {
  return parts.flatMap(({ operation, setting, candidate: index, percent, verdict }) => {
    const candidate = candidates[index]
    const base = publishedPercentOf(references, machine, shared.scheme, operation)
    const stage = publishedPercentOf(references, machine, candidate?.scheme ?? '', operation)
    if (setting.kind !== 'uncontended' || percent === null || base === undefined || stage === undefined)
      return []
    const publishedPercent = percentChange(logRatioOf(stage) - logRatioOf(base))
    return [
      { operation, candidate: candidate?.label ?? '', publishedPercent, measuredPercent: percent, verdict },
    ]
  })
}

function publishedPercentOf(
  references: readonly Reference[],
  machine: string,
  stage: string,
  benchmark: BenchmarkName,
): Percent | undefined {
  return references.find(
    other => other.machine === machine && other.stage === stage && other.benchmark === benchmark,
  )?.percent
}
