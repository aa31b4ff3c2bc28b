import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Progress, Run, RunStatus } from '../../engine/contract/run.ts'
import { Failure } from '../../engine/contract/failure.ts'
import type { Sample } from '../../engine/contract/sample.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { installWindowLab, type FakeLab } from '../../test/fakes/window-lab.ts'
import { exampleRunId } from '../../test/fixtures/comparison.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { examplePlan, exampleSamples } from '../../test/fixtures/run.ts'
import { useNotices } from './notices.ts'
import { useSession } from './session.ts'

const plan = examplePlan()
const samples = exampleSamples(plan, place => 1_000_000 + place.scheduleIndex)
const parameters = { sizeBytes: plan.sizeBytes, folioBytes: 2 * mebibyte, tasks: 1 }

function storedRun(status: RunStatus, stored: readonly Sample[]): Run {
  return {
    summary: {
      id: exampleRunId,
      label: 'stored label',
      status,
      statusReason: status === 'running' ? '' : 'As stored.',
      createdAt: 0,
      endedAt: null,
      target: plan.target,
      benchmarks: plan.benchmarks,
      variantLabels: ['a', 'b'],
      kernelRelease: '6.15.0',
      machineName: 'Xeon',
      sampleCount: stored.length,
      invalidCount: 0,
      note: '',
      disturbances: [],
    },
    plan,
    cells: plan.benchmarks.map(benchmark => ({ benchmark, parameters })),
    environment: exampleEnvironment,
    samples: [...stored],
  }
}

function progressAt(done: number, phase: Progress['phase'] = 'sampling'): Progress {
  return {
    runId: exampleRunId,
    phase,
    done,
    total: 36,
    elapsedSeconds: 1,
    remainingSeconds: 1,
    current: '',
    next: '',
    disturbances: [],
  }
}

let answerRun: (run: Run) => void
let lab: FakeLab
const pauseRun = vi.fn(() => undefined)

beforeEach(() => {
  setActivePinia(createPinia())
  const run = new Promise<Run>(resolve => {
    answerRun = resolve
  })
  lab = installWindowLab(
    { getRun: () => run },
    {
      startRun: () => exampleRunId,
      pauseRun,
      currentRun: () => ({ runId: exampleRunId, plan, progress: progressAt(3), status: 'running' }),
    },
  )
})

test('samples told while the stored ones are read are not lost, and none counts twice', async () => {
  const session = useSession()
  session.listen()
  const attached = session.attach()
  await vi.waitFor(() => expect(session.current).toBeNull())
  lab.emitMain('sampled', { runId: exampleRunId, samples: samples.slice(10, 14) })
  await Promise.resolve()
  answerRun(storedRun('running', samples.slice(0, 12)))
  await attached
  lab.emitMain('sampled', { runId: exampleRunId, samples: samples.slice(14, 16) })
  await vi.waitFor(() => expect(session.current?.tally.points()).toHaveLength(16))
  expect(session.current?.label).toBe('stored label')
  expect(session.progress?.done).toBe(3)
  expect(session.isRunning).toBe(true)
})

test('a run that has ended before it could be shown is shown as ended', async () => {
  const session = useSession()
  session.listen()
  const started = session.start(plan)
  lab.emitMain('ended', { runId: exampleRunId, status: 'failed', reason: 'The agent died.' })
  await Promise.resolve()
  answerRun(storedRun('running', []))
  await started
  expect(session.outcome).toEqual({ runId: exampleRunId, status: 'failed', reason: 'The agent died.' })
  expect(session.isRunning).toBe(false)
})

test('what is stored of a run says how it ended when no event did', async () => {
  const session = useSession()
  answerRun(storedRun('interrupted', samples.slice(0, 4)))
  await session.start(plan)
  expect(session.outcome).toEqual({ runId: exampleRunId, status: 'interrupted', reason: 'As stored.' })
})

test('a run that another window started appears by itself', async () => {
  const session = useSession()
  session.listen()
  answerRun(storedRun('running', []))
  lab.emitMain('progressed', progressAt(1))
  await vi.waitFor(() => expect(session.isRunning).toBe(true))
})

test('what has disturbed the run is what the library says, then what the session tells', async () => {
  const session = useSession()
  session.listen()
  const stored = storedRun('running', [])
  answerRun({ ...stored, summary: { ...stored.summary, disturbances: ['One thing ran.'] } })
  await session.attach()
  expect(session.disturbances).toEqual(['One thing ran.'])
  lab.emitMain('progressed', { ...progressAt(4), disturbances: ['Two things ran.'] })
  await vi.waitFor(() => expect(session.disturbances).toEqual(['Two things ran.']))
})

test('pausing is wished for until the session has paused', async () => {
  const session = useSession()
  session.listen()
  answerRun(storedRun('running', []))
  await session.attach()
  await session.pause()
  expect(session.isPauseAsked).toBe(true)
  lab.emitMain('progressed', progressAt(4, 'paused'))
  await vi.waitFor(() => expect(session.isPauseAsked).toBe(false))
})

test('a request that could not be sent is dropped, and its failure reaches the user', async () => {
  const session = useSession()
  answerRun(storedRun('running', []))
  await session.attach()
  pauseRun.mockImplementationOnce(() => {
    throw new Failure('port-closed', 'The session has ended.', 'Resume the run.')
  })
  expect(await useNotices().attempt(session.pause)).toBe(false)
  expect(session.isPauseAsked).toBe(false)
  expect(useNotices().failures.map(({ record }) => record)).toEqual([
    { code: 'port-closed', message: 'The session has ended.', advice: 'Resume the run.' },
  ])
})
