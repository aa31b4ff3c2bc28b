import type { NoiseFloor } from '../../contract/noise-floor.ts'
import { formatBytes } from '../../text/size-text.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'
import { formatSize } from './words.ts'
import { cellName } from '../../text/cell-text.ts'

/** The noise floors of a machine, in percent. */
export function noiseFloorTable(floors: readonly NoiseFloor[]): Table {
  return {
    title: 'Noise floors, in percent: how much the machine varies when nothing was changed',
    keys: 4,
    columns: [
      left('benchmark'),
      left('target'),
      right('size'),
      right('folio'),
      right('floor'),
      right('detect'),
      right('tables'),
      right('excl. 0'),
      left('calibrated'),
    ],
    rows: floors.map(floor => [
      textCell(cellName(floor.cell)),
      textCell(floor.target),
      textCell(formatBytes(floor.cell.parameters.sizeBytes)),
      textCell(formatBytes(floor.cell.parameters.folioBytes)),
      numberCell(floor.floorPercent, formatSize),
      numberCell(floor.detectablePercent, formatSize),
      numberCell(floor.tables, String),
      numberCell(floor.excludingZero, String),
      textCell(stateText(floor)),
    ]),
    notes: [
      ...[...new Set(floors.map(({ what }) => what))].map(what => `Measured twice: ${what}.`),
      'floor: 95 % of the A/A tables showed a smaller change. It holds for regions at least as large.',
      'detect: the smallest change that 20 rounds reveal with 80 % power.',
    ],
  }
}

function stateText({ notCalibrated, tables, tablesNeeded, exclusionLimit }: NoiseFloor): string {
  switch (notCalibrated) {
    case null:
      return 'yes'
    case 'too-few-tables':
      return `no: ${tables} of ${tablesNeeded} tables; calibrations accumulate`
    case 'too-many-exclusions':
      return `no: ${exclusionLimit} tables or more exclude 0; the machine is too noisy`
  }
}
