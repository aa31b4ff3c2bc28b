/**
 * The window as a person uses it: the first run, every screen without a serious violation of
 * accessibility in light and dark, everything by keyboard, bad input beside its field, files
 * dropped onto the window.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Settings } from '../../engine/contract/settings.ts'
import { schemeVariant } from '../../engine/contract/variant.ts'
import { examplePlan } from '../fixtures/run.ts'
import { tabThrough, violationsOf } from './accessibility.ts'
import { launch, makeDataHome, removeDataHome, showScreen, type Application } from './application.ts'

/** A run that takes a moment. */
const quickPlan = examplePlan({
  label: 'two stages',
  target: 'model',
  benchmarks: ['munmap', 'fork'],
  variants: ['baseline', 'all'].map(stage => schemeVariant(stage)),
  stopping: { kind: 'rounds', rounds: 6 },
})

let dataHome: string
let application: Application
let page: Page

/** One run is stored, and the welcome is over. */
beforeAll(async () => {
  dataHome = makeDataHome()
  application = await launch(dataHome)
  page = application.page
  await changeSettings({ isWelcomed: true })
  const ended = new Promise<void>(resolve => application.main.on('ended', () => resolve()))
  await application.main.call.startRun(quickPlan)
  await ended
  await application.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setSize(1280, 800),
  )
})

afterAll(async () => {
  await application.close()
  removeDataHome(dataHome)
})

async function changeSettings(change: Partial<Settings>): Promise<void> {
  await application.main.call.setSettings({ ...(await application.main.call.getSettings()), ...change })
}

describe('the first start', () => {
  async function launchFirst(): Promise<Application> {
    const home = makeDataHome()
    const first = await launch(home)
    onTestFinished(async () => {
      await first.close()
      removeDataHome(home)
    })
    return first
  }

  test('welcomes, and leads to a matrix in two clicks', async () => {
    const first = await launchFirst()
    await first.page.getByTestId('welcome').waitFor()
    await first.page.getByTestId('welcome-host').waitFor()
    expect(await violationsOf(first.page)).toEqual([])
    // A short run in place of the minute that the first click would take: the way
    // through the window is the same.
    await first.main.call.startRun(quickPlan)
    await first.page.getByTestId('nav-live').click()
    await first.page.getByTestId('live-done').waitFor()
    await first.page.getByTestId('open-compare').click()
    await first.page.getByTestId('compare-cell').first().waitFor()
    expect(await first.page.getByTestId('compare-cell').count()).toBe(2)
  })

  test('is over once it was left', async () => {
    const first = await launchFirst()
    await first.page.getByTestId('welcome-skip').click()
    await first.page.getByTestId('preflight-verdict').waitFor()
    expect(await first.main.call.getSettings()).toMatchObject({ isWelcomed: true })
  })
})

describe.each(['light', 'dark'] as const)('in %s', theme => {
  beforeAll(async () => {
    await changeSettings({ theme })
    await expectTheme(theme)
  })

  test.each([
    ['/welcome', 'welcome-host'],
    ['/machine', 'preflight-verdict'],
    ['/new-run', 'estimate'],
    ['/runs', 'runs-row'],
    ['/compare', null],
    ['/advisor', 'advice-questions'],
    ['/model', 'metadata-table'],
    ['/settings', 'field-confidence'],
    ['/about', 'about'],
  ])('%s has no serious violation of accessibility', async (path, content) => {
    await showScreen(page, path)
    if (content !== null) await page.getByTestId(content).first().waitFor()
    expect(await violationsOf(page)).toEqual([])
  })

  test('/live at the end of a run has none', async () => {
    await showScreen(page, '/live')
    await application.main.call.startRun(quickPlan)
    await page.getByTestId('live-done').waitFor()
    expect(await violationsOf(page)).toEqual([])
  })

  test('the targets of New run and the list of commands have none either', async () => {
    await showScreen(page, '/new-run')
    for (const target of ['Model', 'Kernels', 'This kernel']) {
      await page.getByRole('radio', { name: target, exact: true }).click()
      expect(await violationsOf(page), target).toEqual([])
    }
    await page.getByTestId('open-palette').click()
    await page.getByTestId('palette').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
  })
})

async function expectTheme(theme: string): Promise<void> {
  await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, theme)
}

describe('by keyboard alone', () => {
  test('the list of commands finds and does what is typed', async () => {
    await changeSettings({ theme: 'dark' })
    await showScreen(page, '/machine')
    await expectTheme('dark')
    await application.electron.evaluate(({ Menu }) => {
      const menu = Menu.getApplicationMenu()
      const items = menu?.items.flatMap(item => item.submenu?.items ?? []) ?? []
      items.find(item => item.accelerator === 'CommandOrControl+K')?.click()
    })
    await page.getByTestId('palette').waitFor()
    await page.keyboard.type('light th')
    await page.keyboard.press('Enter')
    await expectTheme('light')
    await page.getByTestId('open-palette').press('Enter')
    await page.keyboard.type('settings')
    await page.keyboard.press('Enter')
    await page.getByTestId('settings').waitFor()
  })

  test.each(['/machine', '/new-run', '/runs', '/compare', '/advisor', '/model', '/settings', '/about'])(
    'everything that can be clicked on %s is reached with the tab key',
    async path => {
      await showScreen(page, path)
      const { stops, missed } = await tabThrough(page)
      expect(stops).toBeGreaterThan(8)
      expect(missed).toEqual([])
    },
  )
})

describe('bad input', () => {
  test('is explained beside its field, keeps what was typed, and starts nothing', async () => {
    await showScreen(page, '/new-run')
    await page.getByRole('radio', { name: 'Kernels', exact: true }).click()
    await page.getByTestId('add-kernel').click()
    await page.getByTestId('field-memory').fill('lots')
    await page.getByTestId('field-size').fill('a lot')
    await page.getByTestId('start-run').click()
    const errors = await page.getByTestId('field-error').allInnerTexts()
    expect(errors).toContain('Enter a size such as 64 MiB, 1G or 4096.')
    expect(errors.some(text => text.includes('what the largest case needs'))).toBe(true)
    expect(await page.getByTestId('field-size').inputValue()).toBe('a lot')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')
    expect(await application.main.call.currentRun()).toBeNull()
  })

  test('settings keep their value until the field holds a good one', async () => {
    await changeSettings({ confidencePercent: 95 })
    await showScreen(page, '/settings')
    const field = page.getByTestId('field-confidence')
    await field.fill('-3')
    await field.press('Tab')
    expect(await page.getByTestId('field-error').innerText()).toBe('A confidence is at least 50 %.')
    expect(await application.main.call.getSettings()).toMatchObject({ confidencePercent: 95 })
    await field.fill('99.5')
    await field.press('Tab')
    await expect.poll(async () => (await application.main.call.getSettings()).confidencePercent).toBe(99.5)
  })
})

describe('run files dropped onto the window', () => {
  async function drop(name: string, text: string): Promise<void> {
    await page.evaluate(
      ([fileName, content]) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([content], fileName))
        const shell = document.querySelector('.shell')
        for (const type of ['dragover', 'drop'])
          shell?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
      },
      [name, text] as const,
    )
  }

  test('are imported and shown, also on another screen; deleting one can be undone', async () => {
    const [run] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
    const { text, suggestedName } = await application.ownLibrary.call.exportRun({ id: run!.id })
    expect(suggestedName).toMatch(/\.folio-run\.json$/)
    const id = crypto.randomUUID()
    await showScreen(page, '/machine')
    await drop(suggestedName, text.replaceAll(run!.id, id))
    await page.getByTestId('run-details').waitFor()
    expect(page.url()).toContain(id)
    await page.getByTestId('delete-run').click()
    await page.getByTestId('undo').click()
    async function listIds(): Promise<string[]> {
      return (await application.ownLibrary.call.listRuns({ includeDeleted: false })).map(one => one.id)
    }
    await expect.poll(listIds).toContain(id)
    await expect.poll(() => page.getByTestId('runs-row').count()).toBe((await listIds()).length)
  })

  test('that are not run files are refused with an explanation', async () => {
    await showScreen(page, '/machine')
    await drop('notes.txt', 'not a run')
    const banner = page.getByTestId('error-banner')
    await banner.waitFor()
    expect((await banner.innerText()).length).toBeGreaterThan(20)
  })
})
