import type { NoiseFloor } from '../../../engine/contract/noise-floor.ts'
import { formatQuantity } from '../../../engine/text/format.ts'

/** How far a machine is calibrated, in one sentence. */
export function noiseFloorSentence(floors: readonly NoiseFloor[]): string {
  if (floors.length === 0) return 'No noise floor yet: comparisons show intervals without verdicts.'
  const calibrated = floors.filter(({ notCalibrated }) => notCalibrated === null)
  return `${calibrated.length} of ${formatQuantity(floors.length, 'noise floor')} calibrated.`
}
