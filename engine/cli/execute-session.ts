/** Runs a session in this process: the same classes as in the window, joined by a port pair. */
import { recordingApi } from '../contract/api.ts'
import { connect } from '../contract/ipc/connect.ts'
import { serve } from '../contract/ipc/serve.ts'
import type { RunOutcome } from '../contract/run.ts'
import type { Library } from '../library/library.ts'
import type { RunLock } from '../process/run-lock.ts'
import { createPortPair } from '../process/node-port.ts'
import { systemClock } from '../process/clock.ts'
import type { MeasuringPlace } from '../place/measuring-place.ts'
import { Session } from '../session/session.ts'
import { applicationVersion, here, lockForRun } from './context.ts'
import { say } from './terminal.ts'
import { ProgressLine } from './progress.ts'

export const interruptedStatus = 130 // 128 + SIGINT, as shells report it

export type ExecuteParts = Readonly<{
  library: Library
  place: MeasuringPlace
  acquireLock: () => Promise<RunLock>
  /** Before each line, where several sessions report. */
  prefix?: string
}>

/** What a run takes that is recorded into the library, on this machine or another one. */
export function recordingTo(library: Library, place: MeasuringPlace = here): ExecuteParts {
  return { library, place, acquireLock: () => lockForRun(library, place) }
}

/**
 * Calls `begin` with a session and resolves with how its run ended; Ctrl-C cancels the run, a
 * second one leaves at once.
 */
export async function executeSession(
  { library, place, acquireLock, prefix = '' }: ExecuteParts,
  begin: (session: Session) => Promise<void>,
): Promise<RunOutcome> {
  const { ends, close } = createPortPair()
  serve(recordingApi, library.recording, ends[0])
  const line = new ProgressLine(prefix)
  const session = new Session({
    startAgent: place.startAgent,
    machine: place.machine,
    recording: connect(recordingApi, ends[1]).call,
    acquireLock,
    clock: systemClock,
    applicationVersion,
    events: {
      progressed: progress => line.show(progress),
      sampled: () => undefined,
      ended: () => line.end(),
    },
  })
  const stopListening = cancelOnSignal(session, `${prefix}Cancelling; the samples so far are kept.`)
  try {
    await begin(session)
    return await session.finished()
  } finally {
    stopListening()
    close()
  }
}

/** Cancels on the first Ctrl-C and leaves on the second; returns what ends that. */
export function cancelOnSignal(session: Readonly<{ cancel: () => void }>, words: string): () => void {
  let isAsked = false
  process.on('SIGINT', cancel).on('SIGTERM', cancel)
  return () => process.off('SIGINT', cancel).off('SIGTERM', cancel)

  function cancel(): void {
    if (isAsked) process.exit(interruptedStatus)
    isAsked = true
    say(`${words} Press Ctrl-C again to leave at once.`)
    session.cancel()
  }
}

/** Exit status for the end of a run. */
export function statusOf({ status }: RunOutcome): number {
  if (status === 'complete') return 0
  return status === 'cancelled' ? interruptedStatus : 1
}
