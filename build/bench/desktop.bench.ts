/**
 * The desktop over a library of ten thousand runs with a million samples, against an empty
 * window of the same runtime: start until usable, memory of main and page, how long Runs and
 * Compare take to open (from the click to the paint of their content, Compare with and without
 * a pointer that has come to the button a moment before), and how evenly the window paints
 * while tables are scrolled and while a run shows a thousand samples a second. Rounds of one
 * start of each, in alternating order; the first fills caches and is left out. The library is
 * made once and kept in the folder named.
 *
 *     node build/bench/desktop.bench.ts [--rounds N] [--folder DIRECTORY]
 */
import { constants, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ElectronApplication, Page } from 'playwright-core'
import type { mainApi } from '../../engine/contract/api.ts'
import { libraryPath } from '../../engine/process/data-folder.ts'
import type { EventPayload } from '../../engine/contract/api-type.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { openForReading } from '../../engine/library/database.ts'
import { launchElectron } from '../launch-electron.ts'
import { launchOptions } from '../runtime.mjs'
import { hasDisplay } from '../setup/display.mjs'
import { inProject, root } from '../setup/paths.mjs'
import { startVirtualDisplay } from '../test/virtual-display.mjs'
import { desktopLibrary, longRunIndex, stagesRunIndex } from './desktop-library.ts'
import { measureFrames, type Frames } from './frames.ts'
import { startPausedRun } from './paused-run.ts'
import { printMeasurements, type Measurement } from './promise.ts'
import { startMs } from './start-time.ts'
import { syntheticMeasurement, syntheticRunId } from './synthetic-run.ts'

const startLimit = 1.25
const memoryLimit = 1.5
const openLimitMs = 200
/** 60 frames a second, with one in fifty missed. */
const frameLimitMs = 17

const settleMs = 4_000 // what a start loads lazily is loaded, and its garbage is gone
const restMs = 30_000 // V8 has collected what a person who left the window alone no longer needs
const handMs = 100 // a hand that has come to a button takes at least as long to press it
const patienceMs = 120_000 // what takes longer than it should is to be measured, not given up
const batchesPerSecond = 10 // as a session reports its samples
const samplesPerSecond = 1_000
const liveBenchmarks = ['remap', 'munmap', 'fork', 'cow'] as const

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    folder: { type: 'string', default: path.join(tmpdir(), 'folio-lab-desktop') },
  },
})
const display = hasDisplay() ? null : await startVirtualDisplay()
const dataHome = mkdtempSync(path.join(tmpdir(), 'folio-lab-bench-'))
const database = libraryPath(path.join(dataHome, 'folio-lab'))
const { electron, words, env } = launchOptions()
const environment = { ...env, XDG_DATA_HOME: dataHome, ...(display && { DISPLAY: display.display }) }

type Started = Readonly<{ startMs: number; memoryMiB: number }>
type Empty = Started & Readonly<{ frames: Frames }>
type Own = Started &
  Readonly<{
    runsMs: number
    runsAgainMs: number
    compareMs: number
    compareAgainMs: number
    compareUnannouncedMs: number
    usedMemoryMiB: number
    restedMemoryMiB: number
    runsFrames: Frames
    samplesFrames: Frames
    liveFrames: Frames
  }>

/**
 * Starts the application in `folder` for its time, then once more for
 * `use`, and ends it after that.
 */
async function withApplication<T>(
  folder: string,
  use: (page: Page, application: ElectronApplication, started: Started) => Promise<T>,
): Promise<T> {
  const command = { program: electron, words: [...words, folder], environment }
  const started = { startMs: await startMs(command) }
  const application = await launchElectron(command)
  try {
    const page = await application.firstWindow()
    page.setDefaultTimeout(patienceMs)
    await page.waitForFunction(() => performance.getEntriesByName('usable').length > 0)
    await page.waitForTimeout(settleMs)
    return await use(page, application, { ...started, memoryMiB: await memoryMiB(application) })
  } finally {
    application.process().kill('SIGTERM') // which asks nothing of a run under way
    await application.waitForEvent('close')
  }
}

/**
 * Proportional set size of main and its page: shared pages count in part for
 * each process that has them.
 */
async function memoryMiB(application: ElectronApplication): Promise<number> {
  const pids = await application.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ type }) => type === 'Browser' || type === 'Tab')
      .map(({ pid }) => pid),
  )
  const kibibytes = pids.map(pid =>
    Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]),
  )
  return kibibytes.reduce((sum, size) => sum + size, 0) / 1024
}

/**
 * Milliseconds from a click on one element to the paint of another, as the
 * page's own clock has them.
 */
function openingMs(page: Page, clicked: string, wanted: string): Promise<number> {
  return page.evaluate(
    ([button, content]) =>
      new Promise<number>((resolve, reject) => {
        const begin = performance.now()
        function look(): void {
          if (performance.now() - begin > 60_000) return reject(new Error(`${content} did not appear`))
          if (!document.querySelector(content)) return void requestAnimationFrame(look)
          // The callback of the next frame runs after this one has been painted.
          requestAnimationFrame(() => resolve(performance.now() - begin))
        }
        document.querySelector<HTMLElement>(button)?.click()
        requestAnimationFrame(look)
      }),
    [clicked, wanted] as const,
  )
}

function testId(name: string): string {
  return `[data-testid="${name}"]`
}

const [runsRow, cell] = [testId('runs-row'), testId('compare-cell')]

/** Compare opened for the first time, by a press that no pointer has announced. */
async function measureUnannounced(page: Page): Promise<number> {
  await openingMs(page, testId('nav-runs'), runsRow)
  await chooseStages(page)
  return openingMs(page, testId('compare-chosen'), cell)
}

async function chooseStages(page: Page): Promise<void> {
  await page.locator(`[data-run="${syntheticRunId(stagesRunIndex)}"] input`).check()
}

async function measureOwn(
  page: Page,
  application: ElectronApplication,
  started: Started,
): Promise<Omit<Own, 'compareUnannouncedMs'>> {
  const runsMs = await openingMs(page, testId('nav-runs'), runsRow)
  await chooseStages(page)
  await page.getByTestId('compare-chosen').hover()
  await page.waitForTimeout(handMs)
  const compareMs = await openingMs(page, testId('compare-chosen'), cell)
  const runsAgainMs = await openingMs(page, testId('nav-runs'), runsRow)
  const runsFrames = await measureFrames(page, '[role=grid][aria-label=Runs]')
  const compareAgainMs = await openingMs(page, testId('nav-compare'), cell)
  await page.waitForTimeout(settleMs)
  const usedMemoryMiB = await memoryMiB(application)
  await page.waitForTimeout(restMs)
  const restedMemoryMiB = await memoryMiB(application)
  await openLongCell(page)
  const samplesFrames = await measureFrames(page, '[role=table][aria-label="Raw samples"]')
  await page.keyboard.press('Escape')
  return {
    ...started,
    runsMs,
    runsAgainMs,
    compareMs,
    compareAgainMs,
    usedMemoryMiB,
    restedMemoryMiB,
    runsFrames,
    samplesFrames,
    liveFrames: await measureLive(page, application),
  }
}

/** Opens the cell of the run that has tens of thousands of samples. */
async function openLongCell(page: Page): Promise<void> {
  const id = syntheticRunId(longRunIndex)
  await page.evaluate(hash => (location.hash = hash), `#/compare?baseline=${id}.0&with=${id}.1`)
  await page.locator(`${testId('compare-cell')}[data-n="46090"]`).click()
  await page.getByTestId('sample-row').first().waitFor()
}

/**
 * A run that measures nothing, since it is paused, and of which the window is sent more samples
 * than any machine takes, ten times a second, as the session of a run sends them.
 */
async function measureLive(page: Page, application: ElectronApplication): Promise<Frames> {
  await startPausedRun(page, {
    benchmarkNames: liveBenchmarks,
    sizeBytes: 32 * mebibyte,
    folioBytes: 2 * mebibyte,
  })
  await tellSamples(page, application)
  await page.waitForTimeout(settleMs)
  return measureFrames(page)
}

async function tellSamples(page: Page, application: ElectronApplication): Promise<void> {
  const perBatch = samplesPerSecond / batchesPerSecond
  const batch: EventPayload<typeof mainApi, 'sampled'> = {
    runId: runningId(),
    samples: Array.from({ length: perBatch }, (_, index) => ({
      scheduleIndex: 1_000 + index,
      cellIndex: index % liveBenchmarks.length,
      variantIndex: 0,
      block: 0,
      round: 1_000 + index,
      warmup: false,
      session: 0,
      startedAt: 0,
      roundTripNs: 1e6,
      measurement: syntheticMeasurement(1e6 * (1 + 0.05 * Math.sin(index))),
    })),
  }
  // Main hears of the page's name, which every message to it must bear, with
  // the page's next question.
  await application.evaluate(
    ({ ipcMain, webContents }, [first, ms]) => {
      ipcMain.once('main', (event, name: unknown) => {
        let told = 0
        setInterval(() => {
          const samples = first.samples.map(sample => ({
            ...sample,
            scheduleIndex: sample.scheduleIndex + told,
            round: sample.round + told,
          }))
          told += samples.length
          webContents
            .fromId(event.sender.id)
            ?.send('main', name, { event: 'sampled', payload: JSON.stringify({ ...first, samples }) })
        }, ms)
      })
    },
    [batch, 1000 / batchesPerSecond] as const,
  )
  await askMain(page)
}

/** The run under way, as the library has it. */
function runningId(): string {
  const library = openForReading(database, null)
  const id = library.prepare<[], string>("SELECT id FROM run WHERE status = 'running'").pluck().get()
  library.close()
  if (id === undefined) throw new Error('no run is under way')
  return id
}

/** As the page's own code asks main, under a number that it does not use. */
async function askMain(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { main } = (window as unknown as { lab: { main: { post: (message: unknown) => void } } }).lab
    main.post({ seq: 1_000_000_000, method: 'currentRun' })
  })
}

async function measureEmpty(): Promise<Empty> {
  return withApplication(inProject('build/bench/empty-window'), async (page, _, started) => ({
    ...started,
    frames: await measureFrames(page),
  }))
}

async function measureApplication(): Promise<Own> {
  const compareUnannouncedMs = await withApplication(root, measureUnannounced)
  return { ...(await withApplication(root, measureOwn)), compareUnannouncedMs }
}

async function measureRound(isReversed: boolean): Promise<{ own: Own; empty: Empty }> {
  if (isReversed) {
    const own = await measureApplication()
    return { own, empty: await measureEmpty() }
  }
  const empty = await measureEmpty()
  return { own: await measureApplication(), empty }
}

function pluck<T, K extends keyof T>(all: readonly T[], name: K): T[K][] {
  return all.map(one => one[name])
}

function framesOf(name: string, frames: readonly Frames[], limit: number | null): Measurement[] {
  return [
    { name: `${name}: a frame`, unit: 'ms', values: frames.map(({ meanMs }) => meanMs), limit },
    { name: '… in time', unit: '%', values: frames.map(one => one.inTimePercent), limit: null },
    { name: '… longest', unit: 'ms', values: frames.map(one => one.longestMs), limit: null },
    { name: '… tasks over 50 ms in 3 s', unit: '', values: frames.map(one => one.longTasks), limit: null },
  ]
}

try {
  mkdirSync(path.dirname(database), { recursive: true })
  copyFileSync(await desktopLibrary(values.folder), database, constants.COPYFILE_FICLONE)
  await measureRound(false)
  const measured: { own: Own; empty: Empty }[] = []
  for (let round = 0; round < Number(values.rounds); round++)
    measured.push(await measureRound(round % 2 === 1))
  const own = measured.map(round => round.own)
  const empty = measured.map(round => round.empty)
  function ratios(value: (started: Own) => number, against: keyof Started): number[] {
    return measured.map(round => value(round.own) / round.empty[against])
  }
  printMeasurements('The desktop over 10,000 runs with 1,000,000 samples', [
    { name: 'start until usable', unit: 'ms', values: own.map(one => one.startMs), limit: null },
    { name: '… of an empty window', unit: 'ms', values: empty.map(one => one.startMs), limit: null },
    { name: '… ratio', unit: '×', values: ratios(one => one.startMs, 'startMs'), limit: startLimit },
    { name: 'memory after the start', unit: 'MiB', values: own.map(one => one.memoryMiB), limit: null },
    { name: '… of an empty window', unit: 'MiB', values: empty.map(one => one.memoryMiB), limit: null },
    { name: '… ratio', unit: '×', values: ratios(one => one.memoryMiB, 'memoryMiB'), limit: memoryLimit },
    {
      name: '… ratio just after Runs and Compare',
      unit: '×',
      values: ratios(one => one.usedMemoryMiB, 'memoryMiB'),
      limit: memoryLimit,
    },
    {
      name: '… ratio half a minute later',
      unit: '×',
      values: ratios(one => one.restedMemoryMiB, 'memoryMiB'),
      limit: memoryLimit,
    },
    { name: 'Runs opens', unit: 'ms', values: own.map(one => one.runsMs), limit: openLimitMs },
    { name: '… again', unit: 'ms', values: own.map(one => one.runsAgainMs), limit: openLimitMs },
    { name: 'Compare opens', unit: 'ms', values: own.map(one => one.compareMs), limit: openLimitMs },
    { name: '… again', unit: 'ms', values: own.map(one => one.compareAgainMs), limit: openLimitMs },
    {
      name: '… pressed without a pointer before',
      unit: 'ms',
      values: own.map(one => one.compareUnannouncedMs),
      limit: openLimitMs,
    },
    ...framesOf('empty window', pluck(empty, 'frames'), null),
    ...framesOf('Runs, scrolled', pluck(own, 'runsFrames'), frameLimitMs),
    ...framesOf('raw samples, scrolled', pluck(own, 'samplesFrames'), frameLimitMs),
    ...framesOf('Live, 1,000 samples/s', pluck(own, 'liveFrames'), frameLimitMs),
  ])
} finally {
  rmSync(dataHome, { recursive: true, force: true })
  display?.stop()
}
