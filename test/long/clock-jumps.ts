/**
 * Runs under a wall clock that jumps by years, forward and back: nothing else than its
 * moments comes out differently.
 */
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { agentPath } from '../../engine/cli/agent-path.ts'
import { startChildAgent } from '../../engine/agent/child-agent.ts'
import { recordingApi } from '../../engine/contract/api.ts'
import { connect } from '../../engine/contract/ipc/connect.ts'
import { serve } from '../../engine/contract/ipc/serve.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { schemeVariant } from '../../engine/contract/variant.ts'
import { openLibrary, type Library } from '../../engine/library/library.ts'
import { schedule } from '../../engine/plan/schedule.ts'
import { createPortPair } from '../../engine/process/node-port.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { Session } from '../../engine/session/session.ts'
import { examplePlan } from '../fixtures/run.ts'
import { repeat, type Experiment } from './experiment.ts'
import { findUnanswered, inScratchFolder } from './small-library.ts'

const plan = examplePlan({
  target: 'model',
  benchmarks: ['munmap'],
  variants: [schemeVariant('baseline'), schemeVariant('batch')],
  sizeBytes: 2 * mebibyte,
  stopping: {
    kind: 'resolution',
    resolutionPercent: 100,
    minimumRounds: 6,
    maximumRounds: 6,
    budgetSeconds: 3600,
  },
})
const planned = [...schedule(plan)].flat().length
const lastMoment = Date.UTC(2099, 0)
/** Looking at a library takes longer the more it holds. */
const runsPerLibrary = 25

export const clockJumps: Experiment = {
  key: 'clock-jumps',
  name: `runs under a clock that jumps at every look (between 1970 and 2099)`,
  unit: 'runs',
  full: 500,
  run: limit => {
    return inScratchFolder(async folder => {
      let library: Library | undefined
      const found = await repeat(limit, async index => {
        if (index % runsPerLibrary === 0) {
          library?.close()
          const file = path.join(folder, `library-${index}.sqlite`)
          library = await openLibrary({ path: file, isOwn: true, binding: null, now })
        }
        return library && runUnder(now, library, (index % runsPerLibrary) + 1)
      })
      library?.close()
      return found
    })

    function now(): number {
      return limit.random.below(lastMoment)
    }
  },
}

async function runUnder(now: () => number, library: Library, runs: number): Promise<string | undefined> {
  const { ends, close } = createPortPair()
  serve(recordingApi, library.recording, ends[0])
  const session = new Session({
    startAgent: () => startChildAgent(agentPath(process.env)),
    recording: connect(recordingApi, ends[1]).call,
    acquireLock: () => Promise.resolve({ release: () => Promise.resolve() }),
    clock: { ...systemClock, now },
    applicationVersion: 'test',
    events: { progressed: ignore, sampled: ignore, ended: ignore },
  })
  const id = randomUUID()
  try {
    await session.start(id, plan)
    const { status, reason } = await session.finished()
    if (status !== 'complete') return `a run ${status}: ${reason}`
  } finally {
    close()
  }
  const { queries } = library
  const listed = await queries.listRuns({ includeDeleted: false })
  if (listed.length !== runs || listed[0]?.id !== id) return 'the last run is not the first of the list'
  const { samples, cells } = await queries.getRun(id)
  if (samples.length !== planned) return `${samples.length} samples in place of ${planned}`
  if (samples.some(({ measurement, roundTripNs }) => roundTripNs < measurement.elapsedNs))
    return 'a sample took longer than the request for it'
  const [cell] = cells
  if (cell === undefined) return 'a run without a case'
  const { points } = await queries.history({ cell, like: { runId: id, variantIndex: 0 } })
  const counts = samples.some(one => one.variantIndex === 0 && !one.warmup && one.voidReason === undefined)
  if (counts && points.at(-1)?.reference.runId !== id) return 'the last run is not the last of its history'
  await queries.deleteRun(id)
  await queries.restoreRun(id)
  return runs === runsPerLibrary ? findUnanswered(library) : undefined
}

function ignore(): void {
  // nobody listens
}
