// What else ran while something was measured, and from which amount on it voids a sample or marks a
// run. The limits are fixed, and nothing here looks at what was measured: a sample is void by its
// cause, never by its value.

/** Of one CPU, by other programs: more than a desktop at rest takes. */
export const otherProgramsLimit = 0.2

/** Of all CPUs, by a hypervisor. */
export const stolenLimit = 0.02

/** Of the samples of a cell, switched out involuntarily. */
export const switchedLimit = 0.1

/** Of the time of a sample's tasks, ready to run but waiting for a CPU. */
export const waitedLimit = 0.02

/** Involuntary switches in a second, where the kernel keeps no account of waiting. */
export const switchesPerSecond = 10

/** /proc/stat counts in ticks of 10 ms, and each side of a difference may be off by one. */
const tickUncertaintyNs = 20e6

/** The counters that are looked at here. */
export const loadCounters = [
  'sampleNs',
  'processorsNs',
  'otherProgramsNs',
  'stolenNs',
  'involuntarySwitches',
  'waitedNs',
  'countedNs',
] as const

/** Counters of one sample, by the names of docs/protocol.md. */
export type Counters = Readonly<Record<string, number>>

/**
 * Why a sample of so many tasks counts for nothing, for people; null when nothing disturbed
 * it, or nothing was counted.
 */
export function voidReason(counters: Counters, tasks: number): string | null {
  const load = loadOf(counters, tasks)
  const { sampleNs, processorsNs, otherProgramsNs, stolenNs } = load
  if (sampleNs <= 0) return null
  const reasons = [
    ...(load.switched > 0 ? [switchedWords(counters)] : []),
    ...(otherProgramsNs > otherProgramsLimit * sampleNs + tickUncertaintyNs
      ? [`other programs used ${shareWords(otherProgramsNs / sampleNs)} of a CPU`]
      : []),
    ...(stolenNs > stolenLimit * processorsNs
      ? [`the hypervisor took ${shareWords(stolenNs / processorsNs)} of the CPUs`]
      : []),
  ]
  return reasons.length === 0 ? null : reasons.join(', ')
}

/** Sums over samples. */
export type Load = Readonly<{
  samples: number
  /** Samples that were switched out. */
  switched: number
  sampleNs: number
  /** Processor time that there was: of all CPUs. */
  processorsNs: number
  otherProgramsNs: number
  stolenNs: number
}>

export const noLoad: Load = {
  samples: 0,
  switched: 0,
  sampleNs: 0,
  processorsNs: 0,
  otherProgramsNs: 0,
  stolenNs: 0,
}

/**
 * Of one sample; of one whose agent did not count this, nothing. Tasks that share
 * CPUs switch each other out.
 */
export function loadOf(counters: Counters, tasks: number): Load {
  const { sampleNs = 0, processorsNs = 0, otherProgramsNs = 0, stolenNs = 0 } = counters
  if (sampleNs <= 0) return noLoad
  const switched = Number(isSwitchedOut(counters) && tasks * sampleNs <= processorsNs)
  return { samples: 1, switched, sampleNs, processorsNs, otherProgramsNs, stolenNs }
}

function isSwitchedOut({ involuntarySwitches = 0, waitedNs, countedNs = 0 }: Counters): boolean {
  if (waitedNs !== undefined) return waitedNs > waitedLimit * countedNs
  return involuntarySwitches * 1e9 > switchesPerSecond * countedNs
}

/** The sum of loads, each field by itself; of none it is 0 throughout. */
export function addLoads(loads: readonly Load[]): Load {
  return loads.reduce(
    (sum, load) => ({
      samples: sum.samples + load.samples,
      switched: sum.switched + load.switched,
      sampleNs: sum.sampleNs + load.sampleNs,
      processorsNs: sum.processorsNs + load.processorsNs,
      otherProgramsNs: sum.otherProgramsNs + load.otherProgramsNs,
      stolenNs: sum.stolenNs + load.stolenNs,
    }),
    noLoad,
  )
}

/**
 * What other programs and a hypervisor did to samples, with the figure, for people;
 * empty when that is little.
 */
export function loadCauses({ sampleNs, processorsNs, otherProgramsNs, stolenNs }: Load): string[] {
  if (sampleNs <= 0) return []
  const other = otherProgramsNs / sampleNs
  const stolen = stolenNs / processorsNs
  return [
    ...(other > otherProgramsLimit ? [`other programs used ${shareWords(other)} of a CPU`] : []),
    ...(stolen > stolenLimit ? [`the hypervisor took ${shareWords(stolen)} of the CPUs`] : []),
  ]
}

/**
 * That too many samples of a cell were switched out, with the figure, for people; empty when they
 * were not. `which`: the samples, in words.
 */
export function switchCauses({ samples, switched }: Load, which = 'the samples'): string[] {
  if (samples === 0 || switched <= switchedLimit * samples) return []
  return [`${shareWords(switched / samples)} of ${which} were switched out`]
}

function shareWords(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}

function switchedWords({ involuntarySwitches = 0, waitedNs, countedNs = 0 }: Counters): string {
  if (waitedNs !== undefined) return `switched out for ${shareWords(waitedNs / countedNs)} of its time`
  return `switched out ${involuntarySwitches === 1 ? 'once' : `${involuntarySwitches} times`}`
}
