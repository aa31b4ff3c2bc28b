import type { EnvironmentDifference } from '../contract/comparison.ts'
import type { Environment } from '../contract/environment.ts'

/** Facts that differ from minute to minute on one machine and say nothing about what was compared. */
const volatileFields = new Set([
  'capturedAt',
  'facts.load',
  'facts.memory.availableBytes',
  'facts.memory.swapFreeBytes',
  'facts.cgroup.memoryCurrentBytes',
  'facts.clock.costNs',
])

/** In what two environments differ, apart from what is volatile; fields are named by their path. */
export function environmentDifferences(baseline: Environment, variant: Environment): EnvironmentDifference[] {
  const before = new Map(flatten(baseline, ''))
  const after = new Map(flatten(variant, ''))
  return [...new Set([...before.keys(), ...after.keys()])]
    .map(field => ({ field, baseline: before.get(field) ?? '', variant: after.get(field) ?? '' }))
    .filter(difference => difference.baseline !== difference.variant)
}

/** Path and text of every value that is not volatile; lists are taken as one value. */
function flatten(value: unknown, path: string): [string, string][] {
  if (volatileFields.has(path)) return []
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]]
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`))
}
