/** Who used the processors while something was measured. */
import type { Seconds } from '../contract/units.ts'
import { readMachineTime, readOwnTime } from '../machine/processor-time.ts'
import type { Clock } from '../process/clock.ts'
import type { Occupation } from './disturbances.ts'

export type WatchProcessors = typeof watchProcessors

/** Begins to watch; what it returns tells what happened since. `agentPid` and its children count as this program's own. */
export function watchProcessors(agentPid: number, processors: number, clock: Clock): () => Occupation {
  const before = read()
  return () => {
    const after = read()
    return {
      processors,
      elapsed: after.elapsed - before.elapsed,
      busy: after.busy - before.busy,
      own: after.own - before.own,
      stolen: after.stolen - before.stolen,
    }
  }

  function read(): Readonly<Record<'elapsed' | 'busy' | 'own' | 'stolen', Seconds>> {
    return { elapsed: clock.monotonicNs() / 1e9, own: readOwnTime(agentPid), ...readMachineTime() }
  }
}
