/**
 * On which processors, and with what right to them, something was measured: as much a part of it as
 * the region’s size. Pure.
 */
import type { Facts } from '../contract/environment.ts'
import { parseCpuList } from '../contract/processors.ts'

type PlacementFacts = Readonly<{ cpu: Pick<Facts['cpu'], 'threads'>; scheduling?: Facts['scheduling'] }>

/**
 * In words, equal for measurements that were placed alike; empty for those that had the whole
 * machine, as every other program has it. `pinned` are the CPUs of the plan. What an older agent
 * did not say counts as usual.
 */
export function placementOf(pinned: readonly number[], { cpu, scheduling }: PlacementFacts): string {
  const parts = [pinnedText(pinned), ...(scheduling ? schedulingTexts(scheduling, cpu.threads, pinned) : [])]
  return parts.filter(part => part !== '').join(', ')
}

/** For sentences such as “was measured …”. */
export function placementWords(placement: string): string {
  return placement === '' ? 'on all CPUs' : placement
}

function pinnedText(cpus: readonly number[]): string {
  return cpus.length === 0 ? '' : `pinned to ${cpusText(cpus.join(','))}`
}

function schedulingTexts(
  { allowedCpus, cpuQuota, policy, priority, nice }: NonNullable<Facts['scheduling']>,
  threads: number | null,
  pinned: readonly number[],
): string[] {
  const allowed = parseCpuList(allowedCpus).length
  return [
    pinned.length > 0 || threads === null || allowed >= threads ? '' : `on ${cpusText(allowedCpus)} alone`,
    cpuQuota === null ? '' : `under a quota of ${cpuQuota} CPUs`,
    policy === null || policy === 'other' ? '' : `in the scheduling class ${policy} ${priority}`,
    nice === 0 ? '' : `at nice ${nice}`,
  ]
}

function cpusText(list: string): string {
  return /^\d+$/.test(list) ? `CPU ${list}` : `CPUs ${list}`
}
