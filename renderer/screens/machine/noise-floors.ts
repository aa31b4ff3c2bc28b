import { cellKey } from '../../../engine/contract/case.ts'
import type { NoiseFloor } from '../../../engine/contract/noise-floor.ts'
import { describeParameters, formatMoment, formatQuantity } from '../../../engine/text/format.ts'

export type NoiseFloorRow = Readonly<{
  key: string
  benchmark: string
  parameters: string
  floor: string
  /** The smallest change that 20 rounds show with 80 % power. */
  detectable: string
  isCalibrated: boolean
  state: string
}>

/** The noise floors of a machine as rows of a table. */
export function noiseFloorRows(floors: readonly NoiseFloor[]): readonly NoiseFloorRow[] {
  return floors.map(floor => ({
    key: `${floor.target} ${cellKey(floor.cell)}`,
    benchmark: floor.cell.benchmark,
    parameters: `${floor.target}, ${describeParameters(floor.cell.parameters)}`,
    floor: `${floor.floorPercent.toFixed(1)}\u202f%`,
    detectable: floor.detectablePercent === null ? '–' : `${floor.detectablePercent.toFixed(1)}\u202f%`,
    isCalibrated: floor.notCalibrated === null,
    state: stateOf(floor),
  }))
}

function stateOf({ notCalibrated, tables, tablesNeeded, excludingZero, lastAt }: NoiseFloor): string {
  switch (notCalibrated) {
    case null:
      return `calibrated on ${formatMoment(lastAt)}`
    case 'too-few-tables':
      return `${tables} of ${formatQuantity(tablesNeeded, 'A/A table')}: calibrate longer`
    case 'too-many-exclusions':
      return `${excludingZero} of ${formatQuantity(tables, 'A/A table')} show a change although nothing changed: too unsteady for verdicts`
  }
}
