import type { Collection, FleetJobState, FleetStatus } from '../../../engine/contract/fleet.ts'
import { formatQuantity } from '../../../engine/text/format.ts'

export const stateWords: Readonly<Record<FleetJobState, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  finished: 'Finished',
  collected: 'Collected',
  unfinished: 'Unfinished',
}

/** How many jobs are in each state, those without any left out. */
export function stateCounts({
  jobs,
}: FleetStatus): readonly Readonly<{ state: FleetJobState; text: string }>[] {
  const states: readonly FleetJobState[] = ['running', 'waiting', 'unfinished', 'finished', 'collected']
  return states.flatMap(state => {
    const count = jobs.filter(job => job.state === state).length
    return count === 0 ? [] : [{ state, text: `${count} ${stateWords[state].toLowerCase()}` }]
  })
}

/** What a collection brought, in one sentence. */
export function collectionText(name: string, { collected, known, refused }: Collection): string {
  const fresh = collected.length === 0 ? 'No new run' : formatQuantity(collected.length, 'new run')
  const others = known === 0 ? '' : `, ${known} in the library already`
  const lost = refused.length === 0 ? '' : ` ${refused.join(' ')}`
  return `${name}: ${fresh}${others}.${lost}`
}
