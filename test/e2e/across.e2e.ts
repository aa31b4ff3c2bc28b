/**
 * Machines side by side and the atlas, over a library with the runs of several machines: two clicks
 * from a file to the table.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { adviceFileFormat } from '../../engine/contract/atlas.ts'
import { exportRun } from '../../engine/exchange/export-run.ts'
import { openLibrary } from '../../engine/library/library.ts'
import { exampleAdvice } from '../fixtures/advice.ts'
import { environmentOf, exampleMachines, runOn } from '../fixtures/machines.ts'
import { violationsOf } from './accessibility.ts'
import { dataFolderOf, goTo, launch, makeDataHome, removeDataHome, type Application } from './application.ts'

let dataHome: string
let application: Application
let page: Page

const [xeon, epyc, ...others] = exampleMachines
const guest = epyc && runOn(epyc)

/** All machines but one are in the library; the run of that one is a file. */
beforeAll(async () => {
  dataHome = makeDataHome()
  mkdirSync(dataFolderOf(dataHome), { recursive: true })
  const library = await openLibrary({
    path: libraryPath(dataFolderOf(dataHome)),
    isOwn: true,
    binding: null,
    now: Date.now,
  })
  for (const machine of [...others, xeon!]) {
    const run = runOn(machine)
    library.importRun(() => exportRun(run, run.samples), 'imported')
  }
  library.close()
  application = await launch(dataHome)
  page = application.page
  await application.main.call.setSettings({
    ...(await application.main.call.getSettings()),
    isWelcomed: true,
  })
})

afterAll(async () => {
  await application.close()
  removeDataHome(dataHome)
})

function fileOf(name: string, text: string): string {
  const file = path.join(dataHome, name)
  writeFileSync(file, text)
  return file
}

async function machinesShown(): Promise<(string | null)[]> {
  return page
    .getByTestId('machine-line')
    .evaluateAll(lines => lines.map(line => line.getAttribute('data-machine')))
}

describe('another machine’s run', () => {
  test('is two clicks from the side-by-side table', async () => {
    await goTo(page, '/runs')
    await page.getByTestId('runs-row').first().waitFor()
    const file = fileOf('epyc.json', [...exportRun(guest!, guest!.samples)].join(''))
    await page.locator('input[type=file]').setInputFiles(file)
    const row = page.getByTestId('runs-row').filter({ hasText: guest!.summary.label })
    await row.waitFor()
    await row.getByRole('link').click()
    await page.getByTestId('open-machines').click()
    await page.getByTestId('machine-line').first().waitFor()
    expect(await machinesShown()).toEqual([
      'AMD EPYC 7313',
      'AMD EPYC 9575F',
      'Intel Xeon Silver 4210R',
      'Intel Xeon Platinum 8488C',
      'Intel Core i7-8700',
    ])
    expect(await page.getByTestId('choose-forest').first().textContent()).toContain(
      'helps on 3 of 5, hurts on 1',
    )
  })

  test('is sorted by name, kernel or change, and back by CPU family', async () => {
    await page.getByTestId('sort-machine').click()
    expect((await machinesShown()).at(2)).toBe('Intel Core i7-8700')
    await page.getByTestId('sort-family').click()
    expect((await machinesShown()).at(-1)).toBe('Intel Core i7-8700')
    await page.getByTestId('sort-family').click()
    expect((await machinesShown()).at(0)).toBe('Intel Core i7-8700')
  })

  test('stands in a table of its own beside the others', async () => {
    await page.getByRole('radio', { name: 'All variants' }).click()
    await page.getByTestId('machines-pair').waitFor()
    expect(await page.getByTestId('pair-cell').count()).toBe(5 * 2 * 2)
    await page.getByRole('radio', { name: 'One variant' }).click()
  })

  test('joins the summary, and another variant has its own', async () => {
    expect(await page.getByTestId('machines-prediction').textContent()).toContain('[')
    await page.getByTestId('machines-variant').selectOption('batch')
    await page.getByText('helps on 5 of 5, hurts on 0').first().waitFor()
  })

  test.each(['light', 'dark'] as const)(
    'is shown without a serious violation of accessibility, %s',
    async theme => {
      await application.main.call.setSettings({ ...(await application.main.call.getSettings()), theme })
      await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, theme)
      expect(await violationsOf(page)).toEqual([])
    },
  )
})

describe('the atlas', () => {
  test('takes in the answers of somebody else, and shows every machine by processor', async () => {
    await goTo(page, '/atlas')
    await page.getByTestId('atlas-machine').first().waitFor()
    expect(await page.getByTestId('atlas-machine').count()).toBe(5)
    const advice = { ...exampleAdvice(), environment: environmentOf(epyc!), verdict: 'hurts' }
    const file = fileOf('answers.json', JSON.stringify({ format: adviceFileFormat, advices: [advice] }))
    await page.getByTestId('import-answers-file').setInputFiles(file)
    await page.getByText('Imported 1 new answer from answers.json.').first().waitFor()
    const line = page.getByTestId('atlas-machine').filter({ hasText: 'AMD EPYC 7313' })
    await line.getByText('hurts').first().waitFor()
    expect(await page.getByTestId('atlas-machine').count()).toBe(5)
  })

  test('is shown without a serious violation of accessibility', async () => {
    expect(await violationsOf(page)).toEqual([])
  })

  test('is one page that loads nothing from elsewhere', async () => {
    const html = await application.ownLibrary.call.renderAtlas('html')
    expect(html).toContain('AMD EPYC 7313')
    expect(html).not.toMatch(/<script |<link|<img|url\(|@import/)
  })
})
