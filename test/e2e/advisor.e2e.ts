/**
 * The advisor as a newcomer meets it, and what it does to the rest of the application while it
 * measures. Which answer it gives is the machine's business: here it matters that there is one, and
 * that it says what it rests on.
 */
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Page } from 'playwright-core'
import { adviceVerdicts, type AdviceOutcome, type AdviceRequest } from '../../engine/contract/advice.ts'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { returnsTitles } from '../../engine/contract/returns.ts'
import { insertAdvice } from '../../engine/library/advices.ts'
import { openLibraryFile } from '../../engine/library/open-library-file.ts'
import { violationsOf } from './accessibility.ts'
import {
  dataFolderOf,
  enginePid,
  launch,
  makeDataHome,
  removeDataHome,
  showScreen,
  type Application,
} from './application.ts'
import { isKeptAwake, taskbarShares, watchTaskbar } from './desktop.ts'
import { processesWith } from './processes.ts'
import { answerQuestions, askedQuestions } from './questions.ts'
import { exampleAdvice } from '../fixtures/advice.ts'
import { examplePlan, longPlan } from '../fixtures/run.ts'

/** Longer than what is looked at takes; the advice is cancelled or dies before. */
const long: AdviceRequest = { question: 'exclusive-writer', budgetSeconds: 60 }

/** An answer that is in the library from the beginning. */
const stored = exampleAdvice()

let dataHome: string
let application: Application
let page: Page

beforeAll(async () => {
  dataHome = makeDataHome()
  mkdirSync(dataFolderOf(dataHome), { recursive: true })
  const path = libraryPath(dataFolderOf(dataHome))
  const { database } = openLibraryFile({ path, isOwn: true, binding: null }, Date.now())
  insertAdvice(database, stored)
  database.close()
  application = await launch(dataHome)
  page = application.page
})

afterAll(async () => {
  await application.close()
  removeDataHome(dataHome)
})

/**
 * Starts an advice beside the window and waits until something is measured; it is
 * cancelled after the test.
 */
async function startLong(): Promise<void> {
  const progressed = new Promise<void>(resolve => application.main.on('adviceProgressed', () => resolve()))
  await application.main.call.startAdvice(long)
  onTestFinished(async () => {
    await application.main.call.cancelAdvice()
    await expect.poll(() => application.main.call.currentAdvice()).toBeNull()
  })
  await progressed
}

function shareOf(shown: Page): Promise<number> {
  return shown
    .getByTestId('advice-progress')
    .evaluate(element => Number((element as HTMLElement).dataset.share))
}

test('a newcomer who reads nothing has an answer after one click', async () => {
  const newHome = makeDataHome()
  const first = await launch(newHome)
  onTestFinished(async () => {
    await first.close()
    removeDataHome(newHome)
  })
  await first.page.evaluate(() => {
    const counted = Object.assign(window, { clicks: 0 })
    document.addEventListener('click', () => (counted.clicks += 1), { capture: true })
  })
  await first.page.getByTestId('welcome-advice').click()
  await first.page.getByTestId('advice-running').waitFor()
  await first.page.getByTestId('advice').waitFor({ timeout: 240_000 })
  const clicks = await first.page.evaluate(() => (window as unknown as { clicks: number }).clicks)
  const headline = await first.page.getByTestId('advice-headline').innerText()
  expect(clicks).toBe(1)
  expect(headline).toMatch(/exclusive writer.*on this CPU/)
  expect(await first.page.evaluate(() => document.activeElement?.textContent)).toContain(headline)
  expect(await first.main.call.getSettings()).toMatchObject({ isWelcomed: true })
})

test('it is asked by keyboard, shows how far it is, and answers with all that the answer rests on', async () => {
  await showScreen(page, '/advisor')
  const budget = page.getByRole('radio', { name: /60 s/ })
  await budget.focus()
  // Around to the first. Held until it has moved, as a finger holds it: the group looks
  // whether it is still down.
  await page.keyboard.down('ArrowRight')
  await expect.poll(() => page.getByTestId('ask-exclusive-writer').innerText()).toMatch(/at most 15 s/)
  await page.keyboard.up('ArrowRight')
  await page.getByTestId('ask-exclusive-writer').press('Enter')
  await page.getByTestId('advice-running').waitFor()
  expect(await application.main.call.currentAdvice()).toMatchObject({
    request: { question: 'exclusive-writer', budgetSeconds: 15 },
  })
  await expect.poll(() => shareOf(page)).toBeGreaterThan(0.1)
  expect(await page.getByTestId('advice-current').innerText()).toMatch(/remap|munmap|fork|cow|pte-dontneed/)
  const answer = page.getByTestId('advice')
  await answer.waitFor()
  expect(adviceVerdicts).toContain(await answer.getAttribute('data-verdict'))
  const [newest] = await application.ownLibrary.call.listAdvices()
  expect(page.url()).toContain(newest!.id)
  expect(await page.getByTestId('advice-part').count()).toBe(newest!.parts.length)
  expect(await answer.innerText()).toContain(newest!.rule)
  expect(await answer.innerText()).toContain(newest!.recommendation)
  const { kind } = newest!.environment.facts.cpu.kernelReturns
  expect(await page.getByTestId('advice-because').innerText()).toContain(
    kind === null ? returnsTitles[newest!.returns] : `the ${returnsTitles[kind]} of the kernel`,
  )
  const [first] = newest!.runs ?? []
  await page.getByTestId('advice-run').first().click()
  await expect.poll(() => page.url()).toContain(`/runs/${first!.id}`)
  const { samples, summary } = await application.ownLibrary.call.getRun(first!.id)
  expect(summary.advice).toBe(newest!.id)
  expect(samples.length).toBeGreaterThan(0)
  const row = page.locator(`[data-run="${first!.id}"]`)
  await row.getByTestId('run-advice').click()
  await expect.poll(() => page.url()).toContain(`/advisor/${newest!.id}`)
})

describe('an answer', () => {
  test('is exported, and what to set is copied', async () => {
    await showScreen(page, `/advisor/${stored.id}`)
    await page.getByTestId('copy-recommendation').click()
    await expect.poll(clipboard).toBe(stored.recommendation)
    await page.getByTestId('export-menu').click()
    await page.getByTestId('copy-markdown').click()
    await expect.poll(clipboard).toContain(stored.sentence)
    const html = await application.ownLibrary.call.renderAdvice({ id: stored.id, format: 'html' })
    expect(html).toContain(stored.recommendation)
  })

  function clipboard(): Promise<string> {
    return application.electron.evaluate(({ clipboard: system }) => system.readText())
  }

  test('is found again in the list of earlier ones', async () => {
    await showScreen(page, '/advisor')
    await page.getByTestId('advice-item').first().press('Enter')
    await page.getByTestId('advice').waitFor()
    await page.getByTestId('ask-again').click()
    await page.getByTestId('advice-questions').waitFor()
  })

  test('is deleted, and brought back', async () => {
    await showScreen(page, `/advisor/${stored.id}`)
    async function listed(): Promise<string[]> {
      return (await application.ownLibrary.call.listAdvices()).map(({ id }) => id)
    }
    await page.getByTestId('delete-advice').click()
    await page.getByTestId('advice-questions').waitFor()
    expect(await listed()).not.toContain(stored.id)
    await page.getByTestId('undo').click()
    await expect.poll(listed).toContain(stored.id)
    await page.locator(`[href$="/advisor/${stored.id}"]`).waitFor()
  })

  test('that is not in the library is said not to be', async () => {
    await showScreen(page, `/advisor/${crypto.randomUUID()}`)
    await page.getByText('There is no such answer').waitFor()
  })
})

describe.each(['light', 'dark'] as const)('in %s', theme => {
  beforeAll(async () => {
    const settings = await application.main.call.getSettings()
    await application.main.call.setSettings({ ...settings, theme })
    await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, theme)
  })

  test('question, answer and progress have no serious violation of accessibility', async () => {
    await showScreen(page, '/advisor')
    await page.getByTestId('advice-list').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByTestId('advice-item').first().click()
    await page.getByTestId('advice').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await startLong()
    await page.getByTestId('ask-again').click()
    await page.getByTestId('advice-running').waitFor()
    expect(await violationsOf(page)).toEqual([])
  })
})

describe('while it measures', () => {
  test('a reload and another window show it; cancelling it in one ends it in both', async () => {
    const before = await application.ownLibrary.call.listAdvices()
    await startLong()
    await showScreen(page, '/advisor')
    await page.getByTestId('advice-running').waitFor()
    const opened = application.electron.waitForEvent('window')
    await application.main.call.openWindow()
    const second = await opened
    await showScreen(second, '/advisor')
    await second.getByTestId('advice-running').waitFor()
    await page.getByTestId('nav-machine').click()
    await page.getByTestId('nav-advisor').click()
    await page.getByTestId('cancel-advice').press('Enter')
    await page.getByTestId('advice-cancelled').waitFor()
    await second.getByTestId('advice-cancelled').waitFor()
    await second.close()
    expect(await application.ownLibrary.call.listAdvices()).toEqual(before)
  })

  test('no run can be started, and the form says why; nor an advice beside a run', async () => {
    await startLong()
    await expect(application.main.call.startRun(examplePlan())).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('advisor') as string,
    })
    await expect(application.main.call.startAdvice(long)).rejects.toMatchObject({ code: 'busy' })
    await showScreen(page, '/new-run')
    expect(await page.getByTestId('run-obstacle').innerText()).toContain('The advisor is measuring')
    expect(await page.getByTestId('start-run').getAttribute('aria-disabled')).toBe('true')
    await page.getByTestId('nav-advisor').click()
    await page.getByTestId('cancel-advice').click()
    await page.getByTestId('advice-cancelled').waitFor()

    const sampled = new Promise<void>(resolve => application.main.on('sampled', () => resolve()))
    const ended = new Promise<void>(resolve => application.main.on('ended', () => resolve()))
    await application.main.call.startRun(longPlan())
    await sampled
    await expect.poll(() => page.getByTestId('advice-obstacle').innerText()).toContain('A run is under way')
    expect(await page.getByTestId('ask-batching').isDisabled()).toBe(true)
    await expect(application.main.call.startAdvice(long)).rejects.toMatchObject({ code: 'busy' })
    await application.main.call.cancelRun()
    await ended
  })

  test('the machine is kept awake and the taskbar shows how far it is', async () => {
    await watchTaskbar(application)
    expect(await isKeptAwake(application)).toBe(false)
    const ended = new Promise<AdviceOutcome>(resolve => application.main.on('adviceEnded', resolve))
    await startLong()
    expect(await isKeptAwake(application)).toBe(true)
    await application.main.call.cancelAdvice()
    expect(await ended).toMatchObject({ status: 'cancelled' })
    await expect.poll(() => isKeptAwake(application)).toBe(false)
    await expect.poll(async () => (await taskbarShares(application)).at(-1)).toBe(-1)
    const bars = await taskbarShares(application)
    expect(bars[0]).toBe(0)
    expect(bars.slice(0, -1).every(share => share >= 0 && share <= 1)).toBe(true)
  })

  test('the death of the process that measures is reported, and it can be asked again at once', async () => {
    await showScreen(page, '/advisor')
    await startLong()
    await page.getByTestId('advice-running').waitFor()
    process.kill(await enginePid(application, 'advice'), 'SIGKILL')
    const banner = page.getByTestId('error-banner')
    await banner.waitFor()
    expect(await banner.innerText()).toMatch(/There is no answer: .*ended unexpectedly.*Ask again/)
    await expect.poll(() => page.getByTestId('ask-exclusive-writer').isEnabled()).toBe(true)
  })

  test('quitting asks first, and keeps measuring or ends everything as it is told', async () => {
    const ownHome = makeDataHome()
    onTestFinished(() => removeDataHome(ownHome))
    const own = await launch(ownHome)
    await own.main.call.startAdvice(long)
    await answerQuestions(own, 0)
    await own.electron.evaluate(({ app }) => app.quit())
    await expect.poll(() => askedQuestions(own)).toEqual(['The advisor is measuring.'])
    expect(await own.main.call.currentAdvice()).toMatchObject({ request: long })
    await answerQuestions(own, 1)
    const closed = own.electron.waitForEvent('close')
    await own.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await closed
    await expect.poll(() => processesWith('XDG_DATA_HOME', ownHome)).toEqual([])
  })
})
