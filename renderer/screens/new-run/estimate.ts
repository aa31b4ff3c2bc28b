import type { Estimate } from '../../../engine/contract/api.ts'
import { formatBytes } from '../../../engine/text/size-text.ts'
import type { Bytes } from '../../../engine/contract/units.ts'
import { formatDuration, formatQuantity } from '../../../engine/text/format.ts'

export type EstimateView = Readonly<{
  duration: string
  samples: string
  memory: string
  /** What is available, for the words beside the meter. */
  available: string
  /** Share of the available memory, 0 to 1 and beyond. */
  memoryShare: number
  fits: boolean
  basis: string
  /** The screen on which the machine is calibrated. */
  calibratedAt: string
  /** The smallest changes that as many rounds show; null where the machine is not calibrated. */
  detectable: string | null
}>

function detectableText(cells: Estimate['detectable']): string | null {
  const percents = cells.flatMap(({ percent }) => percent ?? [])
  if (percents.length === 0) return null
  const least = formatPercentSize(Math.min(...percents))
  const most = formatPercentSize(Math.max(...percents))
  return least === most ? `from ${most}` : `from ${least} (easiest case) or ${most} (hardest)`
}

/** What a plan takes, before it is started; `isElsewhere`: on another machine than this. */
export function estimateView(estimate: Estimate, availableBytes: Bytes, isElsewhere: boolean): EstimateView {
  return {
    duration: formatDuration(estimate.seconds),
    samples: formatQuantity(estimate.samples, 'sample'),
    memory: formatBytes(estimate.memoryBytes),
    available: formatBytes(availableBytes),
    memoryShare: availableBytes > 0 ? estimate.memoryBytes / availableBytes : Infinity,
    detectable: detectableText(estimate.detectable),
    calibratedAt: isElsewhere ? '/machines' : '/machine',
    fits: estimate.memoryBytes <= availableBytes,
    basis:
      estimate.basis === 'stored-samples'
        ? `Estimated from samples measured on ${isElsewhere ? 'that' : 'this'} machine.`
        : `Estimated from defaults; becomes accurate after the first run ${isElsewhere ? 'there' : 'here'}.`,
  }
}

function formatPercentSize(percent: number): string {
  return `${percent.toFixed(percent < 10 ? 1 : 0)}\u202f%`
}
