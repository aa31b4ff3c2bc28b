/** Which published machine shows the most similar changes. Pure. */
import type { AdvicePart, Resemblance } from '../contract/advice.ts'
import type { BenchmarkName } from '../contract/benchmark.ts'
import type { Reference } from '../contract/reference.ts'
import { logRatioOf, percentChange } from '../statistics/log-ratio.ts'
import type { Question } from './questions.ts'

/**
 * The published machine with the smallest root mean square difference between its logarithmic changes and the measured ones
 * without contention. Published changes are against the stage `baseline`; here they are taken against the shared scheme. Null when nothing
 * of what was measured was published.
 */
export function findResemblance(
  { shared, candidates }: Question,
  parts: readonly Pick<AdvicePart, 'operation' | 'setting' | 'candidate' | 'percent'>[],
  references: readonly Reference[],
): Resemblance | null {
  const machines = new Map(references.map(({ machine, cpu }) => [machine, cpu]))
  const ranked = [...machines]
    .map(([machine, cpu]) => {
      const compared = parts.flatMap(({ operation, setting, candidate, percent }) => {
        const base = publishedPercentOf(references, machine, shared.scheme, operation)
        const stage = publishedPercentOf(references, machine, candidates[candidate]?.scheme ?? '', operation)
        if (setting.kind !== 'uncontended' || percent === null || base === undefined || stage === undefined)
          return []
        const publishedPercent = percentChange(logRatioOf(stage) - logRatioOf(base))
        return [{ operation, publishedPercent, measuredPercent: percent }]
      })
      const squares = compared.map(
        ({ publishedPercent, measuredPercent }) =>
          (logRatioOf(publishedPercent) - logRatioOf(measuredPercent)) ** 2,
      )
      const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length
      return { machine, cpu, compared, distancePercent: percentChange(Math.sqrt(mean)) }
    })
    .filter(({ compared }) => compared.length > 0)
    .sort((a, b) => a.distancePercent - b.distancePercent)
  const [nearest, next] = ranked
  return nearest ? { ...nearest, nextDistancePercent: next?.distancePercent ?? null } : null
}

function publishedPercentOf(
  references: readonly Reference[],
  machine: string,
  stage: string,
  benchmark: BenchmarkName,
): number | undefined {
  return references.find(
    other => other.machine === machine && other.stage === stage && other.benchmark === benchmark,
  )?.percent
}
