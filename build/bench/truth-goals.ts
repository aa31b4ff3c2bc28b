/** The model's changes compared with the published ones, and the goals for them. Pure. */
import type { BenchmarkName } from '../../engine/contract/benchmark.ts'
import type { Facts } from '../../engine/contract/environment.ts'
import type { Returns } from '../../engine/contract/returns.ts'
import type { Percent } from '../../engine/contract/units.ts'

/** One change of the model with its own 95 % interval, and what was published for it by machine. */
export type Cell = Readonly<{
  benchmark: BenchmarkName
  stage: string
  percent: Percent
  low: Percent | null
  high: Percent | null
  published: Readonly<Record<string, Percent>>
}>

/**
 * What was measured with one kind of returns: stages against `baseline`, and
 * exclusive stages against `batch`.
 */
export type Truth = Readonly<{ returns: Returns; cells: readonly Cell[]; contrasts: readonly Cell[] }>

export type Agreement = Readonly<{
  sameSign: number
  signed: number
  meanDistance: Percent
}>

/** Cells published as 0.0 have no sign. */
export function agreementWith(machine: string, cells: readonly Cell[]): Agreement {
  const pairs = cells.flatMap(({ percent, published }) => {
    const other = published[machine]
    return other === undefined ? [] : [[percent, other] as const]
  })
  const signed = pairs.filter(([, other]) => other !== 0)
  const distances = pairs.map(([one, other]) => Math.abs(one - other))
  return {
    sameSign: signed.filter(([one, other]) => Math.sign(one) === Math.sign(other)).length,
    signed: signed.length,
    meanDistance: distances.reduce((sum, distance) => sum + distance, 0) / distances.length,
  }
}

/**
 * The published machine whose goals can be tried on a processor, and the
 * returns that its kernel had.
 */
export type Applicable = Readonly<{ machine: string; returns: Returns }>

/**
 * Zen 3 and 4 (AMD family 25) stand for the EPYC, whose kernel had safe RET; Intel for the
 * Xeon, with plain returns.
 */
export function applicableTo({ vendor, family }: Facts['cpu']): Applicable | null {
  if (vendor === 'AuthenticAMD' && family === 25) return { machine: 'epyc-7313', returns: 'safe-ret' }
  if (vendor === 'GenuineIntel') return { machine: 'xeon-4210r', returns: 'plain' }
  return null
}

/**
 * Mean distance from each published table over the 56 cells before returns were a
 * parameter: the model as a user program on a Cascade Lake virtual machine, the tables of
 * docs/results.md of 27 Nov 2026.
 */
export const formerMeanDistance: Readonly<Record<string, Percent>> = { 'xeon-4210r': 17.6, 'epyc-7313': 27.5 }

export type Goal = Readonly<{ what: string; found: string; isKept: boolean }>

const clearPercent: Percent = 5 // published changes beyond this have a sign worth keeping
const nearPercent: Percent = 12
const nearBenchmarks: readonly BenchmarkName[] = ['fork', 'munmap', 'pte-dontneed']
const leastSameSign = 50

/** The goals for one published machine, fixed before anything was measured. */
export function goalsOf(machine: string, { cells, contrasts }: Omit<Truth, 'returns'>): Goal[] {
  const clear = contrasts.filter(({ published }) => Math.abs(published[machine] ?? 0) > clearPercent)
  const wrong = clear.filter(
    ({ percent, published }) => Math.sign(percent) !== Math.sign(published[machine] ?? 0),
  )
  const near = contrasts.filter(({ benchmark }) => nearBenchmarks.includes(benchmark))
  const far = near.filter(
    ({ percent, published }) => Math.abs(percent - (published[machine] ?? NaN)) > nearPercent,
  )
  const { sameSign, signed, meanDistance } = agreementWith(machine, cells)
  const limit = (formerMeanDistance[machine] ?? NaN) / 2
  return [
    {
      what: `every contrast published as more than ${clearPercent} % has the published sign`,
      found: found(clear, wrong),
      isKept: wrong.length === 0,
    },
    {
      what: `no contrast of ${nearBenchmarks.join(', ')} is further than ${nearPercent} points from the published one`,
      found: found(near, far),
      isKept: far.length === 0,
    },
    {
      what: `at least ${leastSameSign} of all cells against the baseline have the published sign`,
      found: `${sameSign} of ${signed}`,
      isKept: sameSign >= leastSameSign,
    },
    {
      what: `the mean distance of all cells is at most ${limit.toFixed(1)} points, half of what it was`,
      found: meanDistance.toFixed(1),
      isKept: meanDistance <= limit,
    },
  ]
}

function found(all: readonly Cell[], missed: readonly Cell[]): string {
  const names = missed.map(({ benchmark, stage, percent }) => `${benchmark} ${stage} ${percent.toFixed(1)} %`)
  return `${all.length - missed.length} of ${all.length}${names.length === 0 ? '' : `; not ${names.join(', ')}`}`
}
