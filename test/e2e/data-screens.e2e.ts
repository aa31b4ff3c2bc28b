/**
 * Screens that are full of data, as people with disabilities meet them: no serious violation,
 * all within reach of keys.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { longPlan } from '../fixtures/run.ts'
import type { StagesLibrary } from '../fixtures/stages-library.ts'
import { tabThrough, violationsOf } from './accessibility.ts'
import { goTo, makeDataHome, removeDataHome, type Application } from './application.ts'
import { clipboardText } from './desktop.ts'
import { launchOverStages, stagesAddress } from './stages-application.ts'

const sheet = '[data-testid=cell-sheet]'

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

async function show(address: string, wanted: string): Promise<void> {
  await goTo(page, address)
  await page.getByTestId(wanted).first().waitFor()
}

async function showCompare(words = ''): Promise<void> {
  await show(stagesAddress(ids, words), 'compare-cell')
}

async function openCell(): Promise<void> {
  await showCompare()
  await page.getByTestId('compare-cell').first().focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('sample-row').first().waitFor()
}

async function closeCell(): Promise<void> {
  await page.keyboard.press('Escape')
  await page.locator(sheet).waitFor({ state: 'detached' })
}

async function startRun(): Promise<void> {
  await application.main.call.startRun(longPlan())
  await show('/live', 'pause-run')
  await page.waitForFunction(
    () => Number(document.querySelector<HTMLElement>('[data-testid=live-progress]')?.dataset.share) > 0,
  )
}

describe.each(['light', 'dark'] as const)('in %s', theme => {
  beforeAll(async () => {
    const settings = await application.main.call.getSettings()
    await application.main.call.setSettings({ ...settings, theme })
    await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, theme)
  })

  test.each(['', '&rows=benchmarks', '&chart=forest', '&chart=scaling', '&published=xeon-4210r'])(
    'Compare%s has no serious violation of accessibility',
    async words => {
      await showCompare(words)
      expect(await violationsOf(page)).toEqual([])
    },
  )

  test('the samples behind a cell have none, in whichever picture', async () => {
    await openCell()
    for (const look of ['Time order', 'Rounds', 'Points', 'Histogram', 'ECDF']) {
      await page.locator(sheet).getByRole('radio', { name: look }).click()
      expect(await violationsOf(page), look).toEqual([])
    }
    await closeCell()
  })

  test('History has none', async () => {
    await show('/history', 'history-row')
    expect(await violationsOf(page)).toEqual([])
  })

  test('Live has none while a run is under way', async () => {
    await startRun()
    expect(await page.getByTestId('live-next').innerText()).toMatch(/^then (munmap|fork), one, round/)
    expect(await violationsOf(page)).toEqual([])
    await page.getByTestId('cancel-run').click()
    await page.getByTestId('live-done').waitFor()
  })
})

describe('by keyboard alone', () => {
  test('the columns of the runs are chosen, and what is shown is copied', async () => {
    await show('/runs', 'runs-row')
    await page.getByTestId('run-columns').focus()
    for (const key of ['Enter', 'Home', 'Enter', 'Escape']) await page.keyboard.press(key)
    await page.locator('[role=columnheader].status').waitFor({ state: 'detached' })
    await page.getByTestId('copy-runs').focus()
    for (const key of ['Enter', 'End', 'Enter']) await page.keyboard.press(key)
    await expect
      .poll(() => clipboardText(application))
      .toMatch(/^id,label,createdAt,kernelRelease,sampleCount/)
    const [, ...lines] = (await clipboardText(application)).trim().split('\r\n')
    const runs = await application.ownLibrary.call.listRuns({ includeDeleted: false })
    expect(new Map(lines.map(line => [line.split(',')[0], Number(line.split(',').at(-1))]))).toEqual(
      new Map(runs.map(run => [run.id, run.sampleCount])),
    )
    const first = await page.getByTestId('runs-row').first().getAttribute('data-run')
    expect(lines[0]?.split(',')[0]).toBe(first)
  })

  test('everything that can be clicked on Compare, in its sheet and on History is reached', async () => {
    await showCompare()
    expect((await tabThrough(page)).missed).toEqual([])
    await openCell()
    expect((await tabThrough(page, sheet)).missed).toEqual([])
    await closeCell()
    await show('/history', 'history-row')
    expect((await tabThrough(page)).missed).toEqual([])
  })

  test('a run under way is paused, goes on and is cancelled', async () => {
    await startRun()
    await page.getByTestId('pause-run').press('Enter')
    await page.getByTestId('proceed-run').press('Enter')
    await page.getByTestId('pause-run').waitFor()
    expect((await tabThrough(page)).missed).toEqual([])
    await page.getByTestId('cancel-run').press('Enter')
    await page.getByTestId('live-done').waitFor()
  })
})
