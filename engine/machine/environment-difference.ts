import type { EnvironmentDifference } from '../contract/comparison.ts'
import type { Environment } from '../contract/environment.ts'

/**
 * Facts that differ from minute to minute on one machine and say nothing about what was compared.
 */
const volatileFields = new Set([
  'capturedAt',
  'facts.load',
  'facts.memory.availableBytes',
  'facts.memory.swapFreeBytes',
  'facts.cgroup.memoryCurrentBytes',
  'facts.clock.costNs',
])

/** Where null says that there is none; elsewhere it says that this was not reported. */
const noneWhenNull = new Set([
  'facts.thp.enabled',
  'facts.cgroup.memoryMaxBytes',
  'facts.cgroup.cpuMax',
  'facts.scheduling.cpuQuota',
  'facts.virtualisation.hypervisor',
  'facts.ksm.run',
  'facts.isolation.isolated',
  'facts.isolation.nohzFull',
  'facts.isolation.rcuNocbs',
])

/** A name that is missing among others there says that there is no such thing. */
const listsOfNames = ['facts.kernel.config', 'facts.mitigations']

type Values = ReadonlyMap<string, string>

/**
 * In what two environments differ, apart from what is volatile and from what one of them does not
 * report, such as the kernel command line of an imported run; fields are named by their path.
 */
export function environmentDifferences(baseline: Environment, variant: Environment): EnvironmentDifference[] {
  const before: Values = new Map(flatten(baseline, ''))
  const after: Values = new Map(flatten(variant, ''))
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(field => isTold(field, before) && isTold(field, after))
    .map(field => ({ field, baseline: before.get(field) ?? 'none', variant: after.get(field) ?? 'none' }))
    .filter(difference => difference.baseline !== difference.variant)
}

function isTold(field: string, values: Values): boolean {
  if (values.has(field)) return true
  const list = listsOfNames.find(name => field.startsWith(`${name}.`))
  return list !== undefined && [...values.keys()].some(name => name.startsWith(`${list}.`))
}

/** Path and text of every value that is reported and not volatile; lists are taken as one value. */
function flatten(value: unknown, path: string): [string, string][] {
  if (volatileFields.has(path)) return []
  if (value === null) return noneWhenNull.has(path) ? [[path, 'none']] : []
  if (typeof value !== 'object' || Array.isArray(value))
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]]
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`))
}
