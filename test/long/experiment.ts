import type { Random } from '../../engine/plan/random.ts'

/** What is to be done: this many times, or until the time is over. */
export type Limit = Readonly<{ count: number; isOver: () => boolean; random: Random }>

export type Finding = Readonly<{
  /** How often it was done. */
  done: number
  /** What must never happen, in words, with what led to it. */
  faults: readonly string[]
}>

export type Experiment = Readonly<{
  /** By which it is asked for. */
  key: string
  name: string
  /** What is counted. */
  unit: string
  /** How often in full. */
  full: number
  /** Why it cannot be made here; undefined when it can. */
  impossible?: string | undefined
  /** What is missing for it that could be provided; undefined when nothing is. */
  missing?: string | undefined
  run: (limit: Limit) => Promise<Finding>
}>

const mostFaults = 5 // one cause shows itself again and again

/** Does one thing again and again; it answers with what went wrong, or with nothing. */
export async function repeat(
  { count, isOver }: Limit,
  once: (index: number) => Promise<string | undefined> | string | undefined,
): Promise<Finding> {
  const faults: string[] = []
  let done = 0
  while (done < count && faults.length < mostFaults && !isOver()) {
    const fault = await once(done)
    if (fault !== undefined) faults.push(fault)
    done++
  }
  return { done, faults }
}
