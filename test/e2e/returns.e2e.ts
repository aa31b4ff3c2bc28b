/**
 * One run of the model with two kinds of returns, made as a user makes it: Compare
 * shows every scheme with both.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedBenchmarkNames } from '../../engine/contract/benchmark.ts'
import { violationsOf } from './accessibility.ts'
import { launch, makeDataHome, removeDataHome, showScreen, type Application } from './application.ts'
import { takePicture } from './picture.ts'

let dataHome: string
let application: Application
let page: Page

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

async function tick(testId: string, isChosen: boolean): Promise<void> {
  await page.getByTestId(testId).setChecked(isChosen)
}

test('two schemes with two kinds of returns are four variants of one run, and all are in Compare', async () => {
  await showScreen(page, '/new-run')
  await page.getByRole('radio', { name: 'Model' }).click()
  for (const scheme of ['baseline', 'all']) await tick(`scheme-${scheme}`, true)
  for (const kind of ['plain', 'safe-ret']) await tick(`returns-${kind}`, true)
  for (const name of publishedBenchmarkNames)
    if (await page.getByTestId(`benchmark-${name}`).isEnabled())
      await tick(`benchmark-${name}`, name === 'munmap')
  await page.getByTestId('field-size').fill('32M')
  await page.getByTestId('field-rounds').fill('6')
  await page.getByTestId('field-warmup-rounds').fill('0')
  await page.getByTestId('returns-plain').scrollIntoViewIfNeeded()
  expect(await violationsOf(page)).toEqual([])
  await takePicture(page, 'new-run-returns')
  await page.getByTestId('start-run').click()
  const done = page.getByTestId('live-done')
  await done.waitFor()
  expect(await done.getAttribute('data-status')).toBe('complete')
  const [run] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  expect(run?.variantLabels).toEqual(['baseline', 'all', 'baseline (safe-ret)', 'all (safe-ret)'])

  await page.getByTestId('open-compare').click()
  await page.getByTestId('compare-cell').first().waitFor()
  expect(await page.getByTestId('compare-baseline').innerText()).toMatch(/^baseline[\s\S]*plain returns/)
  const rows = await page.getByTestId('compare-matrix').locator('tbody tr').allInnerTexts()
  expect(rows.filter(row => row.includes('safe RET'))).toHaveLength(2)
  await takePicture(page, 'compare-returns')
})
