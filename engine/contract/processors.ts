/** Which processors a program may use: not all that a machine has. */
import type { Facts } from './environment.ts'

/** CPUs of a list such as `0-3,8`. */
export function parseCpuList(text: string): number[] {
  if (text === '') return []
  return text.split(',').flatMap(part => {
    const [first, last = first] = part.split('-').map(Number)
    if (first === undefined || last === undefined || !Number.isInteger(first) || !Number.isInteger(last))
      return []
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

type ProcessorFacts = Readonly<{ cpu: Pick<Facts['cpu'], 'online'>; scheduling?: Facts['scheduling'] }>

/**
 * The CPUs that the lab may use; those of the whole machine as far as an older agent did not say.
 */
export function allowedCpus({ cpu, scheduling }: ProcessorFacts): number[] {
  return parseCpuList(scheduling?.allowedCpus ?? cpu.online ?? '')
}

/** How many tasks can run at a time: the allowed CPUs, or what a quota leaves of them. */
export function usableProcessors(facts: ProcessorFacts): number {
  const quota = facts.scheduling?.cpuQuota ?? Infinity
  return Math.max(1, Math.floor(Math.min(allowedCpus(facts).length, quota)))
}
