/**
 * The whole way through the window's own controls: a run of all ten benchmarks under two labels for
 * the same kernel, its progress, its comparison; then the same read from the file by SQLite itself.
 */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { publishedBenchmarkNames, benchmarkOf } from '../../engine/contract/benchmark.ts'
import type { Sample } from '../../engine/contract/sample.ts'
import { binomialCdf } from '../../engine/statistics/binomial.ts'
import { leastRounds } from '../../engine/statistics/median-interval.ts'
import { launch, makeDataHome, removeDataHome, type Application } from './application.ts'
import { readStoredRun, type StoredSample } from './stored-run.ts'

const labels = ['this kernel', 'the same kernel']
const rounds = 12
const warmupRounds = 1
const sampleCount = publishedBenchmarkNames.length * labels.length * (warmupRounds + rounds)

/**
 * Each interval misses the truth, no change, with a probability of at most 5 %. The bound is
 * exceeded by chance in fewer than one of a thousand runs of this test.
 */
const missProbability = 0.05
const chanceOfFalseAlarm = 0.001
const mostMisses = [...publishedBenchmarkNames.keys()].find(
  misses => 1 - binomialCdf(misses, publishedBenchmarkNames.length, missProbability) < chanceOfFalseAlarm,
)!

let dataHome: string
let application: Application
let page: Page

/**
 * The one run of this file: what the window told and showed of it while it lasted,
 * and what the file holds.
 */
let told: readonly Sample[]
let shown: readonly ShownProgress[]
let stored: readonly StoredSample[]

beforeAll(async () => {
  dataHome = makeDataHome()
  application = await launch(dataHome)
  page = application.page
  const sampled: Sample[] = []
  application.main.on('sampled', ({ samples }) => sampled.push(...samples))
  await startRun()
  shown = await watchProgress()
  const [run] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  const found = readStoredRun(application.database, run!.id)
  expect(found).toMatchObject({ status: 'complete' })
  stored = found!.samples
  await vi.waitUntil(() => sampled.length >= stored.length, { timeout: 60_000 })
  told = sampled
})

afterAll(async () => {
  await application.close()
  removeDataHome(dataHome)
})

/** With the controls of New run. */
async function startRun(): Promise<void> {
  await page.getByTestId('nav-new-run').click()
  await page.getByTestId('preset-quick').click()
  await page.getByTestId('field-variant-0').fill(labels[0]!)
  const second = page.getByTestId('field-variant-1')
  if (!(await second.isVisible())) await page.getByTestId('add-variant').click()
  await second.fill(labels[1]!)
  for (const name of publishedBenchmarkNames) await page.getByTestId(`benchmark-${name}`).check()
  await page.getByTestId('field-size').fill('64 MiB')
  await page.getByTestId('field-folio').fill('2 MiB')
  await page.getByTestId('field-tasks').fill('1')
  await page.getByTestId('field-rounds').fill(String(rounds))
  await page.getByTestId('field-warmup-rounds').fill(String(warmupRounds))
  await page.getByTestId('field-label').fill('A/A of ten benchmarks')
  await page.getByTestId('start-run').click()
  await page.getByTestId('live-progress').waitFor()
  expect(new URL(page.url()).hash).toBe('#/live')
}

type ShownProgress = Readonly<{ share: number; words: string }>

/** Everything that Live says of the progress until the run has ended. */
async function watchProgress(): Promise<ShownProgress[]> {
  const watched = await page.evaluate(
    () =>
      new Promise<ShownProgress[]>(resolve => {
        const steps: ShownProgress[] = []
        function look(): void {
          const strip = document.querySelector<HTMLElement>('[data-testid=live-progress]')
          const step = strip && { share: Number(strip.dataset.share), words: strip.innerText }
          const last = steps.at(-1)
          if (step && (step.share !== last?.share || step.words !== last.words)) steps.push(step)
          if (!document.querySelector('[data-testid=live-done]')) return
          observer.disconnect()
          resolve(steps)
        }
        const observer = new MutationObserver(look)
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        look()
      }),
  )
  const done = page.getByTestId('live-done')
  expect(await done.getAttribute('data-status'), await done.innerText()).toBe('complete')
  return watched
}

async function showLive(): Promise<void> {
  await page.getByTestId('nav-live').click()
  await page.getByTestId('live-done').waitFor()
}

/** The cells of the run's comparison. */
async function compare(): Promise<ReadCell[]> {
  await showLive()
  await page.getByTestId('open-compare').click()
  const cells = page.getByTestId('compare-cell')
  await cells.first().waitFor()
  return Promise.all((await cells.all()).map(readCell))
}

test('progress grows to the end and says what is measured', () => {
  const shares = shown.map(({ share }) => share)
  expect(shares).toEqual(shares.toSorted((one, other) => one - other))
  expect(new Set(shares).size).toBeGreaterThan(10)
  const text = shown.map(({ words }) => words).join('\n')
  expect(text).toMatch(new RegExp(`of ${sampleCount} samples`))
  expect(text).toMatch(/left/)
  for (const name of ['cow-reuse', 'anon-cow-seq']) expect(text).toContain(name)
})

test('the file holds exactly the samples that the window was told about', () => {
  // Rounds that something disturbed are replaced.
  expect(stored.length).toBeGreaterThanOrEqual(sampleCount)
  const heard = told.map(({ scheduleIndex, cellIndex, variantIndex, round, startedAt, measurement }) => ({
    scheduleIndex,
    cellIndex,
    variantIndex,
    round,
    startedAt,
    elapsedNs: measurement.elapsedNs,
    work: measurement.work,
    valid: measurement.valid ? 1 : 0,
  }))
  expect(heard).toEqual(
    stored.map(({ scheduleIndex, cellIndex, variantIndex, round, startedAt, elapsedNs, work, valid }) => ({
      scheduleIndex,
      cellIndex,
      variantIndex,
      round,
      startedAt,
      elapsedNs,
      work,
      valid,
    })),
  )
})

test('Live shows as many samples of each case as are stored', async () => {
  await showLive()
  const rows = await page.getByTestId('live-table').locator('tbody tr').all()
  expect(rows).toHaveLength(publishedBenchmarkNames.length * labels.length)
  const counts = await Promise.all(rows.map(numbersOf))
  const expected = publishedBenchmarkNames.flatMap(benchmark =>
    labels.map((_, variantIndex) => {
      const own = stored.filter(
        sample => sample.benchmark === benchmark && sample.variantIndex === variantIndex,
      )
      const counted = own.filter(({ valid, warmup }) => valid === 1 && warmup === 0)
      const undisturbed = counted.filter(({ voidReason }) => voidReason === null)
      return {
        // Those that the median is of: all, where too few are undisturbed.
        samples: (undisturbed.length >= leastRounds(0.95) ? undisturbed : counted).length,
        disturbed: counted.length - undisturbed.length,
        invalid: own.filter(({ valid }) => valid === 0).length,
      }
    }),
  )
  expect(counts.map(([samples, , , disturbed, invalid]) => ({ samples, disturbed, invalid }))).toEqual(
    expected,
  )
})

test('every precondition held', () => {
  expect(
    stored.filter(sample => sample.valid === 0).map(({ benchmark, reason }) => [benchmark, reason]),
  ).toEqual([])
})

test('Compare shows finite numbers with their units, and the medians of the file', async () => {
  const found = await compare()
  expect(found.map(cell => cell.benchmark)).toEqual([...publishedBenchmarkNames])
  for (const cell of found) {
    expect(cell.variant, cell.benchmark).toBe(labels[1])
    expect(cell.n, cell.benchmark).toBeGreaterThanOrEqual(leastRounds(0.95))
    for (const value of [cell.percent, cell.low, cell.high, cell.baselineMedian, cell.variantMedian])
      expect(value, cell.benchmark).toSatisfy(Number.isFinite)
    expect(cell.low).toBeLessThanOrEqual(cell.percent)
    expect(cell.percent).toBeLessThanOrEqual(cell.high)
    expect(cell.text).toMatch(/%/)
    expect(cell.baselineMedian).toBeCloseTo(storedMedian(stored, cell.benchmark, 0), 3)
    expect(cell.variantMedian).toBeCloseTo(storedMedian(stored, cell.benchmark, 1), 3)
  }
  const medians = await page.getByTestId('compare-baseline').locator('td').allInnerTexts()
  expect(medians).toHaveLength(publishedBenchmarkNames.length)
  for (const [index, text] of medians.entries())
    expect(text).toMatch(
      benchmarkOf(publishedBenchmarkNames[index]!).metric === 'time'
        ? /^[\d.,]+\s(ns|µs|ms|s)$/
        : /^[\d.,]+\s[KMGT]i?B\/s$/,
    )
})

test('the same kernel under two labels shows no change, but for what chance allows', async () => {
  const missed = (await compare()).filter(cell => cell.low > 0 || cell.high < 0)
  expect(missed.length, JSON.stringify(missed)).toBeLessThanOrEqual(mostMisses)
})

type ReadCell = Readonly<{
  benchmark: string
  variant: string
  percent: number
  low: number
  high: number
  n: number
  baselineMedian: number
  variantMedian: number
  text: string
}>

async function readCell(cell: Locator): Promise<ReadCell> {
  const data = await cell.evaluate(element =>
    Object.fromEntries(Object.entries((element as HTMLElement).dataset)),
  )
  function number(name: string): number {
    const text = data[name]
    return text === undefined || text === '' ? NaN : Number(text)
  }
  return {
    benchmark: data.benchmark ?? '',
    variant: data.variant ?? '',
    percent: number('percent'),
    low: number('low'),
    high: number('high'),
    n: number('n'),
    baselineMedian: number('baselineMedian'),
    variantMedian: number('variantMedian'),
    text: await cell.innerText(),
  }
}

/** The numeric columns of a row: samples, median, last, invalid. */
async function numbersOf(row: Locator): Promise<number[]> {
  return (await row.locator('td.number').allInnerTexts()).map(text => Number(text.replaceAll(',', '')))
}

/**
 * The median of a case as SQLite gives it: nanoseconds, or bytes per second summed over tasks.
 * Rounds count that nothing disturbed in either variant; all do where these are too few for an
 * interval that holds together with those of all rows.
 */
function storedMedian(samples: readonly StoredSample[], benchmark: string, variantIndex: number): number {
  const counted = samples.filter(sample => sample.benchmark === benchmark && sample.warmup === 0)
  const voidRounds = new Set(
    counted.filter(({ voidReason }) => voidReason !== null).map(({ round }) => round),
  )
  const own = counted.filter(sample => sample.variantIndex === variantIndex)
  const quiet = own.filter(({ round }) => !voidRounds.has(round))
  const values = (quiet.length >= leastRounds(1 - 0.05 / publishedBenchmarkNames.length) ? quiet : own)
    .map(sample => sample.value)
    .sort((one, other) => one - other)
  const middle = values.length / 2
  return Number.isInteger(middle) ? (values[middle - 1]! + values[middle]!) / 2 : values[Math.floor(middle)]!
}
