/**
 * Compare and History over a library whose numbers are known: what is shown, opened,
 * overlaid, copied and saved.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { publishedBenchmarkNames } from '../../engine/contract/benchmark.ts'
import { stageNames } from '../../engine/contract/variant.ts'
import type { StagesLibrary } from '../fixtures/stages-library.ts'
import { goTo, makeDataHome, removeDataHome, type Application } from './application.ts'
import { clipboardText } from './desktop.ts'
import { launchOverStages, stagesAddress } from './stages-application.ts'

// Two benchmarks have three numbers of tasks.
const columnCount = publishedBenchmarkNames.length + 2 * 2

let dataHome: string
let application: Application
let page: Page
let ids: StagesLibrary

beforeAll(async () => {
  dataHome = makeDataHome()
  ;({ application, ids } = await launchOverStages(dataHome))
  page = application.page
})

afterAll(async () => {
  await application.close()
  removeDataHome(dataHome)
})

/** Shows an address and waits for what it must bring, and not for what was there before. */
async function show(address: string, wanted: string): Promise<void> {
  await goTo(page, '/runs')
  await page.getByTestId('compare-matrix').waitFor({ state: 'detached' })
  await goTo(page, address)
  await page.getByTestId(wanted).first().waitFor()
}

/** What the page offers to save next, written to a file of this test. */
async function saveAs(name: string, ask: () => Promise<void>): Promise<Buffer> {
  const filePath = path.join(dataHome, name)
  await application.electron.evaluate(({ dialog }, file) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file })
  }, filePath)
  await ask()
  await page.getByText(`Saved ${filePath}.`).first().waitFor()
  return readFileSync(filePath)
}

describe('the matrix', () => {
  beforeEach(() => show(stagesAddress(ids), 'compare-cell'))

  test('holds every stage and benchmark, and turns without losing a number', async () => {
    async function readCells(): Promise<string[]> {
      const cells = page.getByTestId('compare-cell')
      const texts = await cells.evaluateAll(all =>
        all.map(cell => {
          const { benchmark, tasks, variant, percent } = (cell as HTMLElement).dataset
          return [benchmark, tasks, variant, percent].join(' ')
        }),
      )
      return texts.sort()
    }
    const plain = await readCells()
    expect(plain).toHaveLength((stageNames.length - 1) * columnCount)
    await page.getByTestId('transpose').click()
    await page.waitForURL(/rows=benchmarks/)
    expect(await readCells()).toEqual(plain)
  })

  test('tells interval, coverage, verdict, rounds and course of a cell that has the focus', async () => {
    await page.getByTestId('compare-cell').first().focus()
    await page.keyboard.press('ArrowRight')
    const inspector = page.getByTestId('cell-inspector')
    await inspector.getByTestId('cell-sparkline').waitFor()
    expect(await inspector.innerText()).toMatch(/munmap[\s\S]*mapcount[\s\S]*97\.9 % interval/)
    expect(await inspector.getByTestId('fact-n').innerText()).toBe('16')
    expect(await inspector.getByTestId('cell-verdict').innerText()).toMatch(/not calibrated/)
  })

  test('explains a benchmark to the keyboard', async () => {
    await page.getByTestId('compare-cell').first().focus()
    await page.keyboard.press('ArrowUp')
    const explanation = page.getByTestId('explanation').first()
    await explanation.waitFor()
    expect(await explanation.innerText()).toMatch(/mprotect[\s\S]*Source: docs\/method\.md/)
    await page.keyboard.press('Escape')
  })

  test('lays a published table over, and the address brings the view back', async () => {
    await page.getByTestId('published-table').selectOption('xeon-4210r')
    const remap = page.locator('[data-testid=compare-cell][data-variant=all][data-benchmark=remap]')
    expect(await remap.getByTestId('published').innerText()).toBe('◇ −34.8')
    expect(await page.getByTestId('published-source').innerText()).toContain('4210R')
    await page.getByRole('radio', { name: 'Forest' }).click()
    await page.waitForURL(/chart=forest/)
    await page.reload()
    await page.getByTestId('published-source').waitFor()
    expect(await page.getByRole('radio', { name: 'Forest' }).getAttribute('aria-checked')).toBe('true')
    expect(await page.getByTestId('picture-all-intervals').isVisible()).toBe(true)
  })

  test('takes another baseline by click', async () => {
    await page.getByTestId('make-baseline').first().click()
    await page.waitForURL(new RegExp(`baseline=${ids.stages}\\.1`))
    await expect.poll(() => page.getByTestId('compare-baseline').innerText()).toContain('mapcount')
  })

  test('asks for a larger change when a larger one is of interest', async () => {
    await page.getByTestId('threshold').selectOption('5')
    await page.waitForURL(/threshold=5/)
    await page.getByTestId('compare-cell').first().waitFor()
  })
})

describe('a cell', () => {
  test('opens from the keyboard, shows every look at its samples, and Escape closes it', async () => {
    await show(stagesAddress(ids), 'compare-cell')
    await page.getByTestId('compare-cell').first().focus()
    await page.keyboard.press('Enter')
    const sheet = page.getByTestId('cell-sheet')
    await sheet.getByTestId('sample-row').first().waitFor()
    for (const look of ['Rounds', 'Points', 'Histogram', 'ECDF', 'Time order']) {
      await sheet.getByRole('radio', { name: look }).click()
      await expect
        .poll(() => sheet.getByRole('radio', { name: look }).getAttribute('aria-checked'))
        .toBe('true')
    }
    // 17 rounds, one to warm up.
    expect(await sheet.getByTestId('sample-count').innerText()).toBe('34 samples')
    const before = page.url()
    await page.keyboard.press('.')
    await expect.poll(() => page.url()).not.toBe(before)
    expect(await sheet.innerText()).toMatch(/^munmap/)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
  })

  test('copies the samples that are shown as CSV', async () => {
    await show(stagesAddress(ids), 'compare-cell')
    await page.getByTestId('compare-cell').first().click()
    const sheet = page.getByTestId('cell-sheet')
    await sheet.getByTestId('sample-row').first().waitFor()
    await sheet.getByTestId('copy-samples').click()
    await page.getByTestId('copy-samples-csv').click()
    await expect.poll(() => clipboardText(application)).toMatch(/^order,variant,round,value/)
    const [header = '', ...lines] = (await clipboardText(application)).trim().split('\r\n')
    const unitNs = new Map([
      ['ns', 1],
      ['µs', 1e3],
      ['ms', 1e6],
      ['s', 1e9],
    ]).get(/value \(([^)]+)\)/.exec(header)?.[1] ?? '')
    const { samples } = await application.ownLibrary.call.getRun(ids.stages)
    const own = samples.filter(({ cellIndex, variantIndex }) => cellIndex === 0 && variantIndex <= 1)
    const elapsed = new Map(
      own.map(({ scheduleIndex, measurement }) => [scheduleIndex, measurement.elapsedNs]),
    )
    expect(lines).toHaveLength(own.length)
    for (const line of lines) {
      const [order, , , value] = line.split(',')
      const ns = elapsed.get(Number(order) - 1) ?? NaN
      // As many digits as are shown.
      expect((Number(value) * (unitNs ?? NaN)) / ns, line).toBeCloseTo(1, 3)
    }
    await page.keyboard.press('Escape')
  })
})

describe('pictures', () => {
  test('an SVG holds the numbers of the matrix, whatever the theme of the window', async () => {
    await show(stagesAddress(ids, '&chart=forest'), 'picture-all-intervals')
    const shown = await page
      .getByTestId('compare-cell')
      .evaluateAll(cells =>
        cells.map(cell => (cell as HTMLElement).innerText.replace(/%?\s+\[/, ' [').split('\n')[0]),
      )
    const svg = String(
      await saveAs('forest.svg', async () => {
        await page.getByTestId('picture-all-intervals').click()
        await page.getByTestId('save-svg').click()
      }),
    )
    const drawn = [...svg.matchAll(/<text[^>]*>([^<]*\[[^<]*)<\/text>/g)].map(([, text]) => text)
    expect(drawn.sort()).toEqual(shown.sort())
    expect(svg).toContain('fill="rgb(255, 255, 255)"') // paper
  })

  test('a PNG has two pixels for each of the screen', async () => {
    await show(stagesAddress(ids), 'picture-change-by-benchmark')
    const png = await saveAs('bars.png', async () => {
      await page.getByTestId('picture-change-by-benchmark').click()
      await page.getByTestId('save-png').click()
    })
    const width = await page
      .getByTestId('picture-change-by-benchmark')
      .evaluate(button => button.closest('.chart-panel')?.querySelector('.drawing')?.clientWidth ?? 0)
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(png.readUInt32BE(16)).toBe(2 * width)
  })

  test('a chart is copied as a picture', async () => {
    await show(stagesAddress(ids), 'picture-change-by-benchmark')
    await page.getByTestId('picture-change-by-benchmark').click()
    await page.getByTestId('copy-png').click()
    await page.getByText('Copied the chart.').first().waitFor()
    const isEmpty = await application.electron.evaluate(({ clipboard }) =>
      (clipboard as unknown as { readImage: () => { isEmpty: () => boolean } }).readImage().isEmpty(),
    )
    expect(isEmpty).toBe(false)
  })
})

describe('History', () => {
  test('shows a case over all runs, finds where its level changed, and offers other cases', async () => {
    await show('/history', 'history-series')
    const series = page.getByTestId('history-series')
    const host = await series.locator('option', { hasText: 'its kernel' }).getAttribute('value')
    await series.selectOption(host)
    await expect.poll(() => page.getByTestId('history-row').count()).toBe(ids.series.length)
    const changes = await page.locator('[data-testid=history-row] .change').allInnerTexts()
    expect(changes.map(text => text.trim()).map((text, index) => (text === '' ? '' : index))).toEqual(
      // The seventh of twelve, the newest first.
      ids.series.map((_, index) => (index === 5 ? index : '')),
    )
    await page.getByTestId('history-cell').selectOption({ index: 1 })
    await page.waitForURL(/cell=munmap/)
    await expect.poll(() => page.getByTestId('history-row').count()).toBe(ids.series.length)
  })
})
