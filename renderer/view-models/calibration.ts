/** How far a machine is calibrated and how long the rest takes, in numbers and words. Pure. */
import { benchmarkOf, publishedBenchmarkNames } from '../../engine/contract/benchmark.ts'
import type { Cell } from '../../engine/contract/case.ts'
import type { Facts } from '../../engine/contract/environment.ts'
import type { NoiseFloor } from '../../engine/contract/noise-floor.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import { hostReturns } from '../../engine/contract/returns.ts'
import type { Seconds } from '../../engine/contract/units.ts'
import { schemeVariant, type Variant } from '../../engine/contract/variant.ts'
import { calibrationPlan } from '../../engine/plan/presets.ts'
import { noiseKind } from '../../engine/text/noise-kind.ts'
import { formatQuantity } from '../../engine/text/format.ts'

export const calibratedTargets = ['host', 'model'] as const
export type CalibratedTarget = (typeof calibratedTargets)[number]

export const calibratedNames: Readonly<Record<CalibratedTarget, string>> = {
  host: 'This kernel',
  model: 'The model',
}

const sittingSeconds = 600 // calibrations of a machine add up: none need be long
const roundsOfTable = 10 // engine/library/noise-floors.ts
const tablesNeeded = 200 // the same of a machine without any

export type Calibration = Readonly<{
  /** Tables so far of the case that has the fewest, and how many each needs. */
  tables: number
  needed: number
  /** What the missing ones take; null when that is not known, 0 when none is missing. */
  secondsLeft: Seconds | null
}>

/** A plan that measures one variant against itself for at most ten minutes. */
export function calibrationOf(target: CalibratedTarget, { cpu }: Facts, seed: number): Plan {
  const variant: Variant =
    target === 'host'
      ? { target, label: 'A' }
      : schemeVariant('baseline', { returns: hostReturns({ kernel: cpu.kernelReturns }) })
  const names = publishedBenchmarkNames.filter(name => benchmarkOf(name).metric === 'time')
  return {
    ...calibrationPlan(variant, names, sittingSeconds),
    label: target === 'host' ? 'Calibration' : 'Calibration of the model',
    target,
    seed,
    changeSettings: false,
    cpus: [],
  }
}

/** A plan that gives these cells of a variant their noise floors. */
export function calibrationOfCells(variant: Variant, cells: readonly Cell[], seed: number): Plan {
  const names = [...new Set(cells.map(({ benchmark }) => benchmark))]
  const plan = calibrationPlan(variant, names, sittingSeconds)
  const folioSizes = [...new Set(cells.map(({ parameters }) => parameters.folioBytes))]
  return {
    ...plan,
    label: 'Calibration of a comparison',
    target: variant.target,
    seed,
    changeSettings: false,
    cpus: [],
    folioSizes,
    tasks: [...new Set(cells.map(({ parameters }) => parameters.tasks))],
    // A floor holds for larger regions: the smallest that all of them contain.
    sizeBytes: Math.max(
      ...folioSizes,
      Math.min(plan.sizeBytes, ...cells.map(({ parameters }) => parameters.sizeBytes)),
    ),
  }
}

/** The same without a limit of time and of as many rounds as one table has. */
export function tablePlan(plan: Plan): Plan {
  return { ...plan, warmupRounds: 0, stopping: { kind: 'rounds', rounds: roundsOfTable } }
}

/** How far `plan` has come on the machine with these floors; a table takes so many seconds. */
export function calibrationState(
  floors: readonly NoiseFloor[],
  plan: Plan,
  secondsPerTable: Seconds | null,
): Calibration {
  const [variant] = plan.variants
  const mine = floors.filter(({ what }) => variant !== undefined && what === noiseKind(variant))
  const counts = casesOf(plan).map(wanted =>
    Math.max(0, ...mine.filter(({ cell }) => caseKey(cell) === wanted).map(({ tables }) => tables)),
  )
  const needed = floors[0]?.tablesNeeded ?? tablesNeeded
  const tables = Math.min(...counts)
  return withTime(tables, needed, secondsPerTable)
}

/** Every case of the plan; a floor holds for it whatever the size of its region. */
function casesOf({ benchmarks, folioSizes, tasks }: Plan): string[] {
  return benchmarks.flatMap(benchmark =>
    folioSizes.flatMap(folioBytes =>
      (benchmarkOf(benchmark).metric === 'time' ? [1] : tasks).map(count =>
        caseKey({ benchmark, parameters: { folioBytes, tasks: count } }),
      ),
    ),
  )
}

function caseKey({
  benchmark,
  parameters: { folioBytes, tasks },
}: Readonly<{ benchmark: string; parameters: Readonly<{ folioBytes: number; tasks: number }> }>): string {
  return `${benchmark} ${folioBytes} ${tasks}`
}

/** The same while a calibration is under way: `rounds` of it are done after so many seconds. */
export function runningCalibration(before: Calibration, rounds: number, seconds: Seconds): Calibration {
  const tables = before.tables + Math.floor(rounds / roundsOfTable)
  const pace = rounds === 0 ? null : (seconds / rounds) * roundsOfTable
  return withTime(tables, before.needed, pace)
}

function withTime(tables: number, needed: number, secondsPerTable: Seconds | null): Calibration {
  const missing = Math.max(0, needed - tables)
  return {
    tables,
    needed,
    secondsLeft: missing === 0 ? 0 : secondsPerTable === null ? null : missing * secondsPerTable,
  }
}

/** Such as “31 of 200 tables, about 25 min more”. */
export function calibrationText({ tables, needed, secondsLeft }: Calibration): string {
  if (secondsLeft === 0) return `calibrated, with ${formatQuantity(tables, 'table')}`
  const time = secondsLeft === null ? '' : `, about ${roughly(secondsLeft)} more`
  return `${tables} of ${needed} tables${time}`
}

/** A pace is not known to the second. */
function roughly(seconds: Seconds): string {
  const minutes = Math.ceil(seconds / 60)
  return minutes <= 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
