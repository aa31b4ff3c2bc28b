/**
 * Reports as pages in the real runtime, away from the application: whole in themselves,
 * without a word to the console.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchElectron } from '../../build/launch-electron.ts'
import type { Comparison } from '../../engine/contract/comparison.ts'
import { compareWithin } from '../../engine/comparison/compare.ts'
import { measuredRun } from '../../engine/comparison/measured-run.ts'
import { publishedReferences } from '../../engine/comparison/published-tables.ts'
import { renderComparison, renderRun } from '../../engine/report/render.ts'
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
  const words = [...command.words.slice(0, -1), main] // an application that shows a window and nothing else
  electron = await launchElectron({ ...command, words })
  page = await electron.firstWindow()
})

afterAll(async () => {
  await electron.close()
  rmSync(folder, { recursive: true, force: true })
})

const documents = [
  ['a run', renderRun(stagesRun, [comparison], 'html')],
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
