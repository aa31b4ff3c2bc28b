/**
 * Reports as pages in the real runtime, away from the application: whole in themselves,
 * without a word to the console.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchElectron } from '../../build/launch-electron.ts'
import type { Comparison } from '../../engine/contract/comparison.ts'
import { compareWithin } from '../../engine/comparison/compare.ts'
import { measuredRun } from '../../engine/comparison/measured-run.ts'
import { publishedReferences } from '../../engine/comparison/published-tables.ts'
import { renderComparison, renderRuns } from '../../engine/report/render.ts'
import { stagesRun } from '../fixtures/comparison-of-stages.ts'
import { applicationCommand } from './application.ts'

const knowledge = { references: publishedReferences(), noiseFloor: () => 0.6 }
const [comparison] = compareWithin(measuredRun(stagesRun), knowledge) as [Comparison]
const main = path.resolve(import.meta.dirname, '../../build/bench/empty-window')

let folder: string
let electron: ElectronApplication
let page: Page

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-report-'))
  const command = applicationCommand(folder)
  // An application that shows a window and nothing else.
  const words = [...command.words.slice(0, -1), main]
  electron = await launchElectron({ ...command, words })
  page = await electron.firstWindow()
})

afterAll(async () => {
  await electron.close()
  rmSync(folder, { recursive: true, force: true })
})

const documents = [
  ['a run', renderRuns([{ run: stagesRun, comparisons: [comparison] }], 'html')],
  ['a comparison', renderComparison(comparison, { sources: [stagesRun], whole: [stagesRun] }, 'html')],
] as const

test.each(documents)(
  'the page of %s needs nothing from elsewhere and has everything',
  async (_what, html) => {
    const file = path.join(folder, 'report.html')
    writeFileSync(file, html)
    const said: string[] = []
    const asked: string[] = []
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(String(error)))
    page.on('request', request => asked.push(request.url()))
    const address = pathToFileURL(file).href
    await page.goto(address)
    await page.emulateMedia({ media: 'print' })
    await page.waitForLoadState('networkidle')
    expect(said).toEqual([])
    expect(asked).toEqual([address])
    const headings = await page.locator('h2').allInnerTexts()
    expect(headings).toEqual(expect.arrayContaining(['Intervals of the change, in percent', 'Method']))
    expect(headings.some(heading => heading.startsWith('Environment'))).toBe(true)
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!)
    const samples = page.locator('details tbody tr')
    expect(await samples.count()).toBe(stagesRun.samples.length)
    expect(await samples.first().isVisible()).toBe(false)
    await page.locator('summary').click()
    expect(await samples.first().isVisible()).toBe(true)
    const rows = page.locator('section', { hasText: 'Intervals of the change' }).locator('tbody tr')
    expect(await rows.count()).toBe(comparison.rows.length)
    expect(await page.locator('svg .whisker').count()).toBeGreaterThan(comparison.rows.length)
    page.removeAllListeners()
  },
)

describe('the page of a comparison', () => {
  beforeAll(async () => {
    const file = path.join(folder, 'explored.html')
    writeFileSync(file, documents[1][1])
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' })
    await page.goto(pathToFileURL(file).href)
  })

  test('opens with the machine, a sentence for each variant, and the matrix', async () => {
    const kinds = await page.evaluate(() =>
      [...document.body.children].slice(0, 5).map(element => element.classList[0] ?? element.localName),
    )
    expect(kinds).toEqual(['h1', 'provenance', 'finding', 'finding', 'section'])
    expect(await page.locator('.provenance').innerText()).toMatch(/Silver 4210R.*folio-lab run/s)
    expect(await page.locator('section').first().locator('h2').innerText()).toContain('Percent change')
  })

  test.each(['light', 'dark'] as const)('has better, worse and uncertain apart, in %s', async colorScheme => {
    await page.emulateMedia({ colorScheme })
    const colours = await page.evaluate(() =>
      ['better', 'worse', 'uncertain'].map(kind => {
        const cell = document.querySelector(`td[class*="${kind}"]`)
        return cell === null ? '' : getComputedStyle(cell).backgroundColor
      }),
    )
    expect(new Set(colours).size).toBe(3)
  })

  test('a change that is pressed shows what is behind it, also by keyboard', async () => {
    const cell = page.locator('td.change button').first()
    expect(await cell.getAttribute('title')).toMatch(
      /^remap: rmap-id against baseline\nchange \+90\.28 %\ninterval/,
    )
    const details = page.locator('td.change [popover]').first()
    expect(await details.isVisible()).toBe(false)
    await cell.focus()
    await page.keyboard.press('Enter')
    expect(await details.innerText()).toMatch(/median 2\.032 ms → .*20 rounds.*regressed/s)
    await page.keyboard.press('Escape')
    expect(await details.isVisible()).toBe(false)
  })

  test('a column that is pressed sorts its table by numbers, then the other way round', async () => {
    const table = page.locator('section', { hasText: 'Intervals of the change' }).locator('table')
    const head = table.locator('th', { hasText: 'change' })
    async function changes(): Promise<number[]> {
      return (await table.locator('tbody td:nth-child(3)').allInnerTexts()).map(Number)
    }
    const numbers = await changes()
    await head.locator('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    expect(await changes()).toEqual(numbers.toSorted((one, other) => one - other))
    await head.locator('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect(await changes()).toEqual(numbers.toSorted((one, other) => other - one))
  })
})
