/**
 * Runs a session in this process with a library of its own that is gone afterwards, as the
 * command line composes both.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import type { StartAgent } from '../../engine/agent/agent.ts'
import { recordingApi } from '../../engine/contract/api.ts'
import { connect } from '../../engine/contract/ipc/connect.ts'
import { serve } from '../../engine/contract/ipc/serve.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import type { RunId } from '../../engine/contract/run.ts'
import { openLibrary, type Library } from '../../engine/library/library.ts'
import { createPortPair } from '../../engine/process/node-port.ts'
import { acquireRunLock, runLockPlaces } from '../../engine/process/run-lock.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { Session } from '../../engine/session/session.ts'

/** Calls `use` with an empty library. */
export async function withFreshLibrary<T>(use: (library: Library) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-bench-'))
  const library = await openLibrary({
    path: path.join(folder, 'library.sqlite'),
    isOwn: true,
    binding: null,
    now: Date.now,
  })
  try {
    return await use(library)
  } finally {
    library.close()
    rmSync(folder, { recursive: true })
  }
}

/** Takes all samples of a plan; throws unless it is completed. */
export async function runSession(library: Library, plan: Plan, startAgent: StartAgent): Promise<RunId> {
  const { ends, close } = createPortPair()
  serve(recordingApi, library.recording, ends[0])
  const session = new Session({
    startAgent,
    recording: connect(recordingApi, ends[1]).call,
    acquireLock: () => acquireRunLock(runLockPlaces(null, null, process.env, homedir())),
    clock: systemClock,
    applicationVersion: 'benchmark',
    events: { progressed: () => undefined, sampled: () => undefined, ended: () => undefined },
  })
  try {
    const id = randomUUID()
    await session.start(id, plan)
    const { status, reason } = await session.finished()
    if (status !== 'complete') throw new Error(`the run ended ${status}: ${reason}`)
    return id
  } finally {
    close()
  }
}
