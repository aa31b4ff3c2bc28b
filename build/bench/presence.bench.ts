/**
 * What the application's presence does to samples: medians of a run that the window shows live,
 * against those of the bare agent, in one run. Rounds of two blocks, in alternating order: in one
 * the application measures and draws; in the other all its processes are stopped (SIGSTOP) and this
 * program, which does nothing else, asks an agent of its own for the same cases. Medians may differ
 * by less than 1 % in either direction.
 *
 *     node build/bench/presence.bench.ts [--rounds N]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import type { Agent } from '../../engine/agent/agent.ts'
import { startChildAgent } from '../../engine/agent/child-agent.ts'
import type { BenchmarkName } from '../../engine/contract/benchmark.ts'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { peakMemoryBytes } from '../../engine/plan/presets.ts'
import { sampleValue } from '../../engine/contract/sample.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { openLibrary } from '../../engine/library/library.ts'
import { median } from '../../engine/statistics/quantile.ts'
import { launchElectron } from '../launch-electron.ts'
import { launchOptions } from '../runtime.mjs'
import { hasDisplay } from '../setup/display.mjs'
import { inProject, root } from '../setup/paths.mjs'
import { startVirtualDisplay } from '../test/virtual-display.mjs'
import { startPausedRun } from './paused-run.ts'
import { printMeasurements } from './promise.ts'

const limitRatio = 1.01
/** From the shortest operation to one that fills the memory bus. */
const benchmarkNames: readonly BenchmarkName[] = ['munmap', 'fork', 'cow', 'pte-dontneed']
const sizeBytes = 64 * mebibyte
const folioBytes = 2 * mebibyte
const blockMs = 3_000 // some ten samples of each benchmark
const drawnMs = 300 // the charts have drawn the last samples of a block by then

type Value = Readonly<{ benchmark: BenchmarkName; value: number }>
type TimedValue = Value & Readonly<{ startedAt: number }>
type Span = Readonly<{ from: number; to: number }>

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } })
const rounds = Number(options.rounds)
const display = hasDisplay() ? null : await startVirtualDisplay()
const dataHome = mkdtempSync(path.join(tmpdir(), 'folio-lab-presence-'))
const { electron, words, env } = launchOptions()
const application = await launchElectron({
  program: electron,
  words: [...words, root],
  environment: { ...env, XDG_DATA_HOME: dataHome, ...(display && { DISPLAY: display.display }) },
})
const agent = await startChildAgent(inProject('out/native/release/folio-agent'))
try {
  const { present, absent } = await measure(await application.firstWindow(), agent)
  report(present, absent)
} finally {
  await agent.close()
  application.process().kill('SIGTERM')
  await application.waitForEvent('close')
  rmSync(dataHome, { recursive: true, force: true })
  display?.stop()
}

/** Values of each round, of both kinds of block. */
async function measure(page: Page, bareAgent: Agent) {
  await startPausedRun(page, { benchmarkNames, sizeBytes, folioBytes })
  await bareAgent.condition(peakMemoryBytes(benchmarkNames, [1], sizeBytes))
  const spans: Span[] = []
  const absent: Value[][] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) spans.push(await measurePresent(page))
    absent.push(await measureAbsent(page, bareAgent))
    if (round % 2 === 1) spans.push(await measurePresent(page))
  }
  await page.getByTestId('cancel-run').click()
  await page.getByTestId('live-done').waitFor()
  const stored = await readValues()
  const present = spans.map(({ from, to }) =>
    stored.filter(({ startedAt }) => startedAt >= from && startedAt < to),
  )
  return { present, absent }
}

async function measurePresent(page: Page): Promise<Span> {
  const from = Date.now()
  await page.getByTestId('proceed-run').click()
  await page.waitForTimeout(blockMs)
  await page.getByTestId('pause-run').click()
  await page.getByTestId('proceed-run').waitFor()
  return { from, to: Date.now() }
}

async function measureAbsent(page: Page, bareAgent: Agent): Promise<Value[]> {
  await page.waitForTimeout(drawnMs)
  signalApplication('SIGSTOP')
  try {
    const taken: Value[] = []
    for (const end = Date.now() + blockMs; Date.now() < end;)
      for (const benchmark of benchmarkNames) taken.push(...(await takeSample(bareAgent, benchmark)))
    return taken
  } finally {
    signalApplication('SIGCONT')
  }
}

/**
 * Playwright makes the application the leader of a process group of its own; agents have theirs.
 */
function signalApplication(signal: NodeJS.Signals): void {
  const { pid } = application.process()
  if (pid === undefined) throw new Error('the application has no process')
  process.kill(-pid, signal)
}

async function takeSample(bareAgent: Agent, benchmark: BenchmarkName): Promise<Value[]> {
  const measurement = await bareAgent.sample({
    cell: { benchmark, parameters: { sizeBytes, folioBytes, tasks: 1 } },
    variant: { target: 'host', label: 'absent' },
    seed: 1, // none of these benchmarks draws at random
    cpus: [],
  })
  const value = sampleValue(benchmark, 'wall', measurement)
  return value === null ? [] : [{ benchmark, value }]
}

async function readValues(): Promise<TimedValue[]> {
  const library = await openLibrary({
    path: libraryPath(path.join(dataHome, 'folio-lab')),
    isOwn: false,
    binding: null,
    now: Date.now,
  })
  const [summary] = await library.queries.listRuns({ includeDeleted: false })
  if (!summary) throw new Error('the run was not stored')
  const { samples, cells } = await library.queries.getRun(summary.id)
  library.close()
  return samples.flatMap(({ cellIndex, startedAt, measurement }) => {
    const benchmark = cells[cellIndex]?.benchmark
    const value = benchmark === undefined ? null : sampleValue(benchmark, 'wall', measurement)
    return benchmark === undefined || value === null ? [] : [{ benchmark, value, startedAt }]
  })
}

function report(present: readonly (readonly Value[])[], absent: readonly (readonly Value[])[]): void {
  const measurements = benchmarkNames.flatMap(benchmark => {
    const own = present.map(values => medianOf(values, benchmark))
    const bare = absent.map(values => medianOf(values, benchmark))
    const ratios = own.map((value, round) => value / (bare[round] ?? NaN))
    return [
      { name: `${benchmark}, present / absent`, unit: '×', values: ratios, limit: limitRatio },
      {
        name: `${benchmark}, absent / present`,
        unit: '×',
        values: ratios.map(ratio => 1 / ratio),
        limit: limitRatio,
      },
    ]
  })
  printMeasurements('Median with the window open and its chart live, against the bare agent', measurements)
}

function medianOf(values: readonly Value[], benchmark: BenchmarkName): number {
  return median(values.filter(value => value.benchmark === benchmark).map(({ value }) => value))
}
