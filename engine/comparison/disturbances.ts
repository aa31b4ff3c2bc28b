/** What counters say has disturbed a sample more than its neighbours. Pure. */
import { median } from '../statistics/quantile.ts'

type Counters = Readonly<Record<string, number>>

/** The counters that show a disturbance, in the order of how much it explains. */
const disturbances: readonly Readonly<{ counter: string; words: (excess: number) => string }>[] = [
  { counter: 'majorFaults', words: count => counted(count, 'major fault', 'major faults') },
  { counter: 'stealNs', words: ns => `${Math.round(ns / 1e6)} ms taken by the hypervisor` },
  { counter: 'involuntarySwitches', words: count => counted(count, 'preemption', 'preemptions') },
  { counter: 'cpuMigrations', words: count => counted(count, 'move between CPUs', 'moves between CPUs') },
]

/**
 * For each sample what it had more of than the median of all; null when that is nothing. What every
 * sample has, such as a migration at the start of each, explains none of them.
 */
export function disturbancesOf(samples: readonly Counters[]): (string | null)[] {
  if (samples.length === 0) return []
  const usual = new Map(
    disturbances.map(({ counter }) => [counter, median(samples.map(counters => counters[counter] ?? 0))]),
  )
  return samples.map(counters => {
    const causes = disturbances.flatMap(({ counter, words }) => {
      const excess = (counters[counter] ?? 0) - (usual.get(counter) ?? 0)
      return excess > 0 ? [words(excess)] : []
    })
    return causes.length === 0 ? null : causes.join(', ')
  })
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
