/**
 * What the desktop shows when something that was measured has ended, and
 * which screen shows it. Pure.
 */
import type { AdviceOutcome, AdviceProgress } from '../engine/contract/advice.ts'
import type { Progress, RunOutcome } from '../engine/contract/run.ts'

export type Ending = Readonly<{ title: string; body: string; path: string }>

const runTitles: Readonly<Record<RunOutcome['status'], string>> = {
  running: 'The run continues',
  complete: 'The run is complete',
  cancelled: 'The run was cancelled',
  interrupted: 'The run was interrupted',
  failed: 'The run failed',
}

const adviceTitles: Readonly<Record<AdviceOutcome['status'], string>> = {
  complete: 'The advisor has an answer',
  cancelled: 'The advice was cancelled',
  failed: 'The advisor has no answer',
}

/** What to say about a run that has ended, and where more of it is shown. */
export function runEnding({ status, reason }: RunOutcome): Ending {
  return { title: runTitles[status], body: reason, path: '/live' }
}

/** The same of an advice. */
export function adviceEnding({ status, reason, advice }: AdviceOutcome): Ending {
  return {
    title: adviceTitles[status],
    body: advice?.sentence ?? reason,
    path: advice === null ? '/advisor' : `/advisor/${advice.id}`,
  }
}

/** 0 to 1. */
export function runShare({ done, total }: Progress): number {
  return total > 0 ? Math.min(1, done / total) : 0
}

/** 0 to 1; an advice that resolves everything early ends before. */
export function adviceShare({ elapsedSeconds, budgetSeconds }: AdviceProgress): number {
  return Math.min(1, elapsedSeconds / budgetSeconds)
}
