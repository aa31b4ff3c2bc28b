/**
 * Where tasks can run on this machine so that they share as much, or as little, as it has. Pure.
 */
import type { AdviceSetting } from '../contract/advice.ts'
import type { Facts } from '../contract/environment.ts'
import { allowedCpus, parseCpuList } from '../contract/processors.ts'

export type Topology = Readonly<{
  cpus: readonly number[]
  /** Groups of CPUs that share a core, and a last-level cache; empty where it is not reported. */
  siblings: readonly (readonly number[])[]
  lastLevelCaches: readonly (readonly number[])[]
  sockets: number
}>

/**
 * What the facts say about the CPUs that may be used: first-level caches are shared by SMT
 * siblings, the last level by a complex of cores.
 */
export function topologyOf(facts: Pick<Facts, 'cpu' | 'scheduling'>): Topology {
  const { cpu } = facts
  const cpus = allowedCpus(facts)
  const levels = cpu.caches.map(({ level }) => level)
  function groupsAt(level: number): number[][] {
    return sharedAt(cpu.caches, level)
      .map(group => group.filter(member => cpus.includes(member)))
      .filter(group => group.length > 0)
  }
  return {
    cpus,
    siblings: levels.length === 0 ? [] : groupsAt(Math.min(...levels)),
    lastLevelCaches: levels.length === 0 ? [] : groupsAt(Math.max(...levels)),
    sockets: cpu.sockets ?? 1,
  }
}

/** Groups of CPUs that share a data or unified cache of this level. */
function sharedAt(caches: Facts['cpu']['caches'], wanted: number): number[][] {
  const groups = caches
    .filter(({ level, type }) => level === wanted && type !== 'Instruction')
    .map(({ sharedCpus }) => sharedCpus)
  return [...new Set(groups)].map(parseCpuList)
}

export const alone: AdviceSetting = { kind: 'uncontended', tasks: 1, cpus: [], label: 'alone' }

/**
 * Two tasks, as many as there are CPUs, two on SMT siblings, two on CPUs without a common
 * cache: those that exist.
 */
export function contendedSettings({ cpus, siblings, lastLevelCaches, sockets }: Topology): AdviceSetting[] {
  if (cpus.length < 2) return []
  const pair = siblings.find(group => group.length > 1)?.slice(0, 2)
  const distant = lastLevelCaches.length > 1 ? lastLevelCaches.flatMap(group => group.slice(0, 1)) : []
  const [nearest] = distant
  const farthest = distant.at(-1)
  const cores = onePerCore(cpus, siblings)
  const counts = [...new Set([2, cpus.length])]
  return [
    ...counts.map(tasks => ({
      kind: 'tasks' as const,
      tasks,
      cpus: (tasks <= cores.length ? cores : cpus).slice(0, tasks),
      label: `${tasks} tasks`,
    })),
    ...(pair === undefined
      ? []
      : [{ kind: 'smt-siblings' as const, tasks: 2, cpus: pair, label: '2 tasks on SMT siblings' }]),
    ...(nearest === undefined || farthest === undefined
      ? []
      : [
          {
            kind: sockets > 1 ? ('across-sockets' as const) : ('across-caches' as const),
            tasks: 2,
            cpus: [nearest, farthest],
            label: sockets > 1 ? '2 tasks across sockets' : '2 tasks across last-level caches',
          },
        ]),
  ]
}

/** The first CPU of each core, in the order of the CPUs. */
function onePerCore(cpus: readonly number[], siblings: Topology['siblings']): number[] {
  return cpus.filter(cpu => {
    const group = siblings.find(others => others.includes(cpu))
    return group === undefined || group[0] === cpu
  })
}
