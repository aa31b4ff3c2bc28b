/**
 * Own variants and several folio sizes, made as a user makes them: six combinations of switches in
 * one run, and one run over sizes with its chart.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { benchmarkNames } from '../../engine/contract/benchmark.ts'
import { violationsOf } from './accessibility.ts'
import { examplePlan } from '../fixtures/run.ts'
import { launch, makeDataHome, removeDataHome, showScreen, type Application } from './application.ts'
import { clipboardText } from './desktop.ts'
import { takePicture } from './picture.ts'

let dataHome: string
let application: Application
let page: Page
let clicks = 0

beforeAll(async () => {
  dataHome = makeDataHome()
  application = await launch(dataHome)
  page = application.page
  const { main } = application
  await main.call.setSettings({ ...(await main.call.getSettings()), isWelcomed: true })
})

afterAll(async () => {
  await application.close()
  removeDataHome(dataHome)
})

async function click(testId: string): Promise<void> {
  clicks++
  await page.getByTestId(testId).first().click()
}

async function chooseBenchmarks(wanted: readonly string[]): Promise<void> {
  for (const name of benchmarkNames) {
    const box = page.getByTestId(`benchmark-${name}`)
    if ((await box.isEnabled()) && (await box.isChecked()) !== wanted.includes(name))
      await click(`benchmark-${name}`)
  }
}

async function runAndCompare(): Promise<void> {
  await click('start-run')
  const done = page.getByTestId('live-done')
  await done.waitFor()
  expect(await done.getAttribute('data-status')).toBe('complete')
  await click('open-compare')
  await page.getByTestId('compare-cell').first().waitFor()
}

test('a run of this kernel is there to be projected onto', async () => {
  const plan = examplePlan({
    label: 'this kernel',
    benchmarks: ['munmap', 'fork'],
    variants: [{ target: 'host', label: 'kernel' }],
    stopping: { kind: 'rounds', rounds: 6 },
  })
  const id = await application.main.call.startRun(plan)
  await expect
    .poll(async () => (await application.ownLibrary.call.getRun(id)).summary.status, { timeout: 60_000 })
    .toBe('complete')
})

test('exclusive off, cmpxchg, add-return by batching none and all: six variants, run, matrix, export', async () => {
  const begun = performance.now()
  clicks = 0
  await showScreen(page, '/new-run')
  await page.getByRole('radio', { name: 'Model' }).click()
  await click('new-own-variant')
  await click('switch-exclusive-cmpxchg')
  await click('switch-exclusive-add-return')
  await click('switch-batch-all')
  expect(await page.getByTestId('own-variant-sentence').innerText()).toMatch(
    /^6 variants: as-123, batch-all, cmpxchg, cmpxchg\+batch-all/,
  )
  expect(await violationsOf(page)).toEqual([])
  await page.getByTestId('own-variant-card').scrollIntoViewIfNeeded()
  await takePicture(page, 'own-variant-card')
  await click('add-own-variant')
  expect(await page.getByTestId('own-variant').allInnerTexts()).toHaveLength(6)
  const cardClicks = clicks
  await takePicture(page, 'own-variants')
  await chooseBenchmarks(['munmap', 'fork'])
  await page.getByTestId('field-size').fill('32M')
  await page.getByTestId('field-rounds').fill('6')
  await page.getByTestId('field-warmup-rounds').fill('0')
  await runAndCompare()
  const seconds = (performance.now() - begun) / 1000
  const rows = await page.getByTestId('compare-matrix').locator('tbody tr').allInnerTexts()
  expect(rows.join('\n')).toMatch(/add-return\+batch-all/)
  await takePicture(page, 'own-variants-matrix')
  await click('export-menu')
  await click('copy-markdown')
  await expect.poll(() => clipboardText(application)).toMatch(/cmpxchg\+batch-all/)
  await click('count-operations')
  await page.getByTestId('counts-table').waitFor()
  expect(await page.getByTestId('counts-table').locator('tbody tr').count()).toBe(6 * 2)
  await page.getByTestId('projection-host').selectOption({ index: 1 })
  // On a busy machine too few rounds may count for a projection, which is then said.
  const projected = page.getByTestId('projection-table').or(page.getByText(/samples that count/))
  await projected.first().waitFor()
  expect(await violationsOf(page)).toEqual([])
  await projected.first().scrollIntoViewIfNeeded()
  await takePicture(page, 'counts-and-projection')
  console.log(
    `six own variants: ${cardClicks} clicks in the card, ${clicks} with the rest, ${seconds.toFixed(1)} s`,
  )
})

test('a copy of a stage is opened, changed and named, and the sentence says what it equals', async () => {
  await showScreen(page, '/new-run')
  await page.getByRole('radio', { name: 'Model' }).click()
  await click('new-own-variant')
  await page.getByTestId('own-variant-stage').selectOption('nocmpxchg')
  expect(await page.getByTestId('own-variant-sentence').innerText()).toMatch(/is the stage “nocmpxchg”/)
  await click('switch-pagecounts-on')
  expect(await page.getByTestId('own-variant-sentence').innerText()).toMatch(/at least one word/)
  expect(await page.getByTestId('add-own-variant').isDisabled()).toBe(true)
  await click('switch-pagecounts-off')
  expect(await page.getByTestId('own-variant-sentence').innerText()).toMatch(
    /“nocmpxchg” with pagecounts=off/,
  )
  await page.getByTestId('own-variant-name').fill('mine')
  await page.getByTestId('own-variant-name').press('Enter')
  expect(await page.getByTestId('own-variant').last().innerText()).toMatch(/^mine/)
  await page.getByRole('button', { name: 'Remove mine' }).click()
})

test('one run over folio sizes: a column for each, and a chart over them with the published table', async () => {
  await showScreen(page, '/new-run')
  await page.getByRole('radio', { name: 'Model' }).click()
  for (const scheme of ['upstream-6.8', 'upstream-6.9'])
    await page.getByTestId(`scheme-${scheme}`).setChecked(true)
  await page.getByTestId('returns-plain').setChecked(true)
  if (await page.getByTestId('returns-safe-ret').isChecked())
    await page.getByTestId('returns-safe-ret').setChecked(false)
  await chooseBenchmarks(['munmap', 'fork'])
  await page.getByTestId('field-size').fill('32M')
  await page.getByTestId('field-rounds').fill('6')
  await page.getByTestId('field-warmup-rounds').fill('0')
  await page.getByTestId('field-folio').fill('')
  for (const size of [16, 64, 2048]) await click(`folio-${size * 1024}`)
  expect(await page.getByTestId('field-folio').inputValue()).toBe('16 KiB, 64 KiB, 2 MiB')
  await takePicture(page, 'folio-sizes')
  await runAndCompare()
  expect(await page.getByTestId('compare-cell').count()).toBe(2 * 3)
  await page.getByTestId('published-table').selectOption('munmap-batching')
  await page.getByRole('radio', { name: 'Folio sizes' }).click()
  await page.getByRole('heading', { name: 'munmap, change in %' }).waitFor()
  await takePicture(page, 'folio-sizes-chart')
  expect(await violationsOf(page)).toEqual([])
  await showScreen(page, '/history')
  await page.getByTestId('history-row').first().waitFor()
  expect(await page.getByTestId('history-cell').innerText()).toMatch(/16 KiB[\s\S]*64 KiB[\s\S]*2 MiB/)
})
