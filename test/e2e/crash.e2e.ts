/**
 * Kills every process of the application at random moments of runs. After each kill: no
 * acknowledged sample is lost, the file is sound, the run is marked interrupted, no child is left,
 * the THP setting that the run changed is as before. One run lives through all kills that its
 * samples last for, resumed after each, and in the end holds exactly its schedule.
 *
 * Acknowledged means: told to the page. The session reports a sample only after the
 * library has answered that it is committed, and what the page hears is in this process
 * before the page can die.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Failure } from '../../engine/contract/failure.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import type { RunId } from '../../engine/contract/run.ts'
import type { Sample } from '../../engine/contract/sample.ts'
import { kibibyte, mebibyte } from '../../engine/contract/units.ts'
import { createRandom } from '../../engine/plan/random.ts'
import { schedule } from '../../engine/plan/schedule.ts'
import { launch, makeDataHome, removeDataHome, type Application } from './application.ts'
import { descendantsOf, isAlive, processesWith, type ProcessIdentity } from './processes.ts'
import { checkIntegrity, countForeignKeyErrors, readStoredRun } from './stored-run.ts'

type Victim = 'session' | 'agent' | 'library' | 'main'

/** Of each of four victims; `npm run test:long` asks for more, at other moments. */
const killsPerVictim = Number(process.env.FOLIO_LAB_KILLS_PER_VICTIM ?? 8)
const seed = Number(process.env.FOLIO_LAB_KILLS_SEED ?? 20_260_101)
const polling = { interval: 10 } // a kill must find a run that takes a second

/**
 * Small regions of mTHP folios, so that a sample takes milliseconds and a THP
 * setting must be changed.
 */
const folioSetting = '/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled'
const plan: Plan = {
  label: 'killed again and again',
  target: 'host',
  benchmarks: ['munmap', 'fork', 'pte-dontneed'],
  variants: [
    { target: 'host', label: 'one' },
    { target: 'host', label: 'other' },
  ],
  sizeBytes: 4 * mebibyte,
  folioSizes: [64 * kibibyte],
  tasks: [1],
  stopping: { kind: 'rounds', rounds: 60 },
  warmupRounds: 2,
  order: 'williams',
  seed,
  changeSettings: true,
  cpus: [],
}

const random = createRandom(seed)
let dataHome: string
let application: Application
let settingBefore: string

/** The run that the kills fall on, and what was acknowledged of it. */
let runId: RunId | null = null
let acknowledged = new Map<number, Sample>()
/** Settles when the last request to start or resume is answered. */
let begun: Promise<void> = Promise.resolve()
let isBegun = true
/** Sessions that each run took to complete. */
const completed = new Map<RunId, number>()

beforeAll(() => {
  dataHome = makeDataHome()
  settingBefore = readFileSync(folioSetting, 'utf8')
})

afterAll(() => removeDataHome(dataHome))

test(`${4 * killsPerVictim} kills lose nothing`, { timeout: 60_000 * killsPerVictim + 300_000 }, async () => {
  application = await start()
  for (let cycle = 0; cycle < killsPerVictim; cycle++) {
    for (const victim of random.shuffled<Victim>(['session', 'agent', 'library'])) await strike(victim)
    await strike('main')
  }
  await completeRun()
  expect(Math.max(...completed.values())).toBeGreaterThan(1)
  await application.close()
  await expectNothingLeft(() => processesWith('XDG_DATA_HOME', dataHome))
})

async function start(): Promise<Application> {
  const started = await launch(dataHome)
  started.main.on('sampled', event => {
    if (event.runId === runId)
      for (const sample of event.samples) acknowledged.set(sample.scheduleIndex, sample)
  })
  return started
}

/** Kills a process of a run that is under way, then checks what is left. */
async function strike(victim: Victim): Promise<void> {
  let pid: number | null
  do {
    await goOn()
    await randomMoment()
    pid = await findVictim(victim)
  } while (pid === null) // the run was over before its time had come
  if (victim === 'main') await killMain(pid)
  else if (victim === 'agent') await killAgent(pid)
  else await killEngineProcess(pid)
}

async function killEngineProcess(pid: number): Promise<void> {
  const below = descendantsOf(pid)
  process.kill(pid, 'SIGKILL')
  await untilEnded()
  await expectNothingLeft(() => [...below.filter(isAlive), ...agents()])
  await expectSound()
  expectInterrupted()
}

/** The run goes on with a new agent, unless it had not begun. */
async function killAgent(pid: number): Promise<void> {
  const below = descendantsOf(pid)
  process.kill(pid, 'SIGKILL')
  await expectNothingLeft(() => below.filter(isAlive))
  await expect.poll(async () => (await isOver()) || hasOtherAgent(pid), polling).toBe(true)
  if (!(await isOver())) return
  await expectSound()
  expectInterrupted()
}

async function killMain(pid: number): Promise<void> {
  const below = descendantsOf(pid)
  const closed = application.electron.waitForEvent('close')
  begun.catch(() => undefined) // nobody is left to answer
  process.kill(pid, 'SIGKILL')
  await closed
  await expectNothingLeft(() => [...below.filter(isAlive), ...processesWith('XDG_DATA_HOME', dataHome)])
  await expectSound()
  application = await start()
  isBegun = true
  await adoptRun()
  expectInterrupted()
}

/** Starts a run, or resumes the one that was interrupted, without waiting for it. */
async function goOn(): Promise<void> {
  if (!(await isOver())) return
  await adoptRun()
  finishIfComplete()
  isBegun = false
  begun = begin().finally(() => (isBegun = true))
}

async function begin(): Promise<void> {
  const { main } = application
  try {
    if (runId === null) runId = await main.call.startRun(plan)
    else await main.call.resumeRun(runId)
  } catch (error) {
    // A kill while it starts; anything else is a defect.
    if (!(error instanceof Failure) || !expectedRefusals.includes(error.code)) throw error
  }
}

const expectedRefusals: readonly string[] = ['port-closed', 'agent-died']

/** A start that was killed may have stored its run all the same. */
async function adoptRun(): Promise<void> {
  const runs = await application.ownLibrary.call.listRuns({ includeDeleted: true })
  runId ??= runs.find(run => !completed.has(run.id))?.id ?? null
}

/** Half of the kills fall into the start of a session, half into its sampling. */
async function randomMoment(): Promise<void> {
  if (random.below(2) === 0) await untilSampling()
  await delay(random.below(500))
}

async function untilSampling(): Promise<void> {
  const before = acknowledged.size
  await expect.poll(async () => acknowledged.size > before || (await isOver()), polling).toBe(true)
}

function hasOtherAgent(than: number): boolean {
  const pid = pidOf('agent')
  return pid !== undefined && pid !== than
}

async function findVictim(victim: Victim): Promise<number | null> {
  for (;;) {
    if (await isOver()) return null
    const pid = pidOf(victim)
    if (pid !== undefined) return pid
    await delay(5)
  }
}

function pidOf(victim: Victim): number | undefined {
  if (victim === 'main') return application.pid
  if (victim === 'library') return application.enginePids('library')[0]
  const [session] = application.enginePids('session')
  if (victim === 'session' || session === undefined) return session
  return descendantsOf(session)[0]?.pid
}

/** Agents and their workers, also those whose parent is gone. */
function agents(): ProcessIdentity[] {
  return processesWith('XDG_DATA_HOME', dataHome).filter(({ command }) => command.includes('folio-agent'))
}

/** Whether no run is under way nor about to be. */
async function isOver(): Promise<boolean> {
  return isBegun && (await application.main.call.currentRun()) === null
}

async function untilEnded(): Promise<void> {
  await expect.poll(isOver, polling).toBe(true)
  await begun
}

async function completeRun(): Promise<void> {
  await goOn()
  await expect.poll(isOver, { timeout: 300_000 }).toBe(true)
  await expectSound()
  finishIfComplete()
  expect(runId).toBeNull()
}

/** Checks a run that has ended by itself, and makes room for the next. */
function finishIfComplete(): void {
  const stored = runId === null ? null : readStoredRun(application.database, runId)
  if (runId === null || stored?.status !== 'complete') return
  const places = stored.samples.map(({ scheduleIndex, round, block, warmup, cellIndex, variantIndex }) => ({
    scheduleIndex,
    round,
    block,
    warmup: warmup === 1,
    cellIndex,
    variantIndex,
  }))
  const scheduled = [...schedule(plan)].flat()
  // What follows replaces rounds that were lost.
  expect(places.slice(0, scheduled.length)).toEqual(scheduled)
  const sessions = stored.samples.map(sample => sample.session)
  expect(sessions).toEqual(sessions.toSorted((one, other) => one - other))
  completed.set(runId, new Set(sessions).size)
  runId = null
  acknowledged = new Map()
}

function expectInterrupted(): void {
  if (runId === null) return
  expect(['interrupted', 'complete']).toContain(readStoredRun(application.database, runId)?.status)
}

async function expectSound(): Promise<void> {
  expect(checkIntegrity(application.database)).toBe('ok')
  expect(countForeignKeyErrors(application.database)).toBe(0)
  const stored = runId === null ? [] : (readStoredRun(application.database, runId)?.samples ?? [])
  const byIndex = new Map(stored.map(sample => [sample.scheduleIndex, sample]))
  for (const { scheduleIndex, startedAt, measurement } of acknowledged.values())
    expect(byIndex.get(scheduleIndex)).toMatchObject({
      startedAt,
      elapsedNs: measurement.elapsedNs,
      work: measurement.work,
      valid: measurement.valid ? 1 : 0,
      reason: measurement.reason,
    })
  await expect.poll(() => readFileSync(folioSetting, 'utf8'), polling).toBe(settingBefore)
}

async function expectNothingLeft(find: () => readonly ProcessIdentity[]): Promise<void> {
  await expect.poll(() => find().map(({ command }) => command), polling).toEqual([])
}
