/**
 * What comparisons need of a run: its values case by case, without all that is stored beside them.
 */
import type { Cell } from '../contract/case.ts'
import type { Environment } from '../contract/environment.ts'
import type { Plan } from '../contract/plan.ts'
import type { Run, RunId } from '../contract/run.ts'
import { sampleValue } from '../contract/sample.ts'
import { clockOf } from '../contract/variant.ts'
import { loadPart, loadsOf, type Loads } from '../statistics/disturbed.ts'
import type { RoundValue } from '../statistics/log-ratio.ts'

/**
 * The value of one round, null where its sample is void, with the session of the run that took it.
 */
export type SessionValue = RoundValue &
  Readonly<{
    session: number
    /** What a valid sample measured, whatever disturbed it: for the eye, never for a verdict. */
    measured: number | null
  }>

export type MeasuredRun = Readonly<{
  id: RunId
  label: string
  kernelRelease: string
  plan: Plan
  cells: readonly Cell[]
  environment: Environment
  /** The values of a case in the order of its rounds, warm-up rounds left out. */
  valuesOf: (cellIndex: number, variantIndex: number) => readonly SessionValue[]
  /** What else ran while each cell was measured, by the index of the cell. */
  loads: Loads
}>

/** The values of a run that is in memory as a whole. */
export function measuredRun({ summary, plan, cells, environment, samples }: Run): MeasuredRun {
  const { id, label, kernelRelease } = summary
  const loads = loadsOf(samples.flatMap(loadPart))
  return { id, label, kernelRelease, plan, cells, environment, valuesOf, loads }

  function valuesOf(cellIndex: number, variantIndex: number): SessionValue[] {
    const [cell, variant] = [cells[cellIndex], plan.variants[variantIndex]]
    if (!cell || !variant) return []
    return samples
      .filter(
        sample => !sample.warmup && sample.cellIndex === cellIndex && sample.variantIndex === variantIndex,
      )
      .map(({ round, session, measurement, voidReason }) => {
        const measured = sampleValue(cell.benchmark, clockOf(variant), measurement)
        return { round, session, measured, value: voidReason === undefined ? measured : null }
      })
  }
}
