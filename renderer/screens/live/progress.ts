import type { Progress, RunOutcome } from '../../../engine/contract/run.ts'
import { formatCount, formatDuration, formatQuantity } from '../../../engine/text/format.ts'

export type ProgressView = Readonly<{
  /** 0 to 1. */
  share: number
  percent: string
  phase: string
  counts: string
  elapsed: string
  /** Time to go, in words; empty before there is an estimate. */
  remaining: string
  current: string
  /** What comes after it; empty when that is not decided. */
  next: string
}>

const phaseWords: Readonly<Record<Progress['phase'], string>> = {
  preparing: 'Preparing',
  booting: 'Booting',
  conditioning: 'Conditioning memory',
  sampling: 'Measuring',
  paused: 'Paused',
  finishing: 'Finishing',
}

/** The progress of a run in words and as a share from 0 to 1. */
export function progressView(progress: Progress): ProgressView {
  const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0
  const isPaused = progress.phase === 'paused'
  return {
    share,
    percent: `${Math.floor(share * 100)} %`,
    phase: phaseWords[progress.phase],
    counts: `${formatCount(progress.done)} of ${formatQuantity(progress.total, 'sample')}`,
    elapsed: formatDuration(progress.elapsedSeconds),
    remaining:
      progress.remainingSeconds === null || isPaused
        ? ''
        : `${formatDuration(progress.remainingSeconds)} left`,
    current: progress.current,
    next: progress.next,
  }
}

/** How a run ended, in one sentence. */
export function outcomeSentence({ status, reason }: RunOutcome, isDisturbed: boolean): string {
  const because = reason === '' || reason === 'Cancelled.' ? '' : ` ${reason}`
  switch (status) {
    case 'complete':
      return `The run is complete${isDisturbed ? ', but was disturbed' : ''}.${because}`
    case 'cancelled':
      return `Run cancelled. All samples so far are kept; you can resume it.${because}`
    case 'interrupted':
      return `Run interrupted. All samples so far are kept; you can resume it.${because}`
    case 'failed':
      return `Run failed. All samples so far are kept.${because}`
    case 'running':
      return 'The run is in progress.'
  }
}
