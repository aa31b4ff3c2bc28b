/** How the application begins, shows itself again, is left and is not left. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunId } from '../../engine/contract/run.ts'
import { initialSettings } from '../../engine/contract/settings.ts'
import { longPlan } from '../fixtures/run.ts'
import {
  applicationCommand,
  dataFolderOf,
  goTo,
  launch,
  makeDataHome,
  removeDataHome,
  type Application,
} from './application.ts'
import {
  clickMessage,
  isKeptAwake,
  messages,
  setFocused,
  taskbarShares,
  watchMessages,
  watchTaskbar,
} from './desktop.ts'
import { processesWith } from './processes.ts'
import { answerQuestions, askedQuestions } from './questions.ts'
import { readStoredRun } from './stored-run.ts'

const root = path.resolve(import.meta.dirname, '../..')

let dataHome: string
let application: Application

beforeEach(async () => {
  dataHome = makeDataHome()
  application = await launch(dataHome)
})

afterEach(async () => {
  if (processesWith('XDG_DATA_HOME', dataHome).length > 0) await application.close()
  removeDataHome(dataHome)
})

/** Starts the plan and waits for its first samples. */
async function startRun(): Promise<RunId> {
  const sampled = new Promise<void>(resolve => application.main.on('sampled', () => resolve()))
  const runId = await application.main.call.startRun(longPlan())
  await sampled
  return runId
}

async function runCommandLine(words: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const { environment } = applicationCommand(dataHome)
  const child = spawn(process.execPath, [path.join(root, 'engine/cli/main.ts'), ...words], {
    env: environment,
  })
  let stderr = ''
  child.stderr.on('data', text => (stderr += String(text)))
  const [code] = (await once(child, 'close')) as [unknown]
  return { code, stderr }
}

test('a second start shows the window of the first and ends', async () => {
  await application.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  const { program, words, environment } = applicationCommand(dataHome)
  const second = spawn(program, words, { env: environment, stdio: 'ignore' })
  const [code] = (await once(second, 'exit')) as [number]
  expect(code).toBe(0)
  await expect
    .poll(() =>
      application.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map(window => window.isVisible()),
      ),
    )
    .toEqual([true])
})

test('a second run is refused, whether asked for in the window or by the command line', async () => {
  await startRun()
  await expect(application.main.call.startRun(longPlan())).rejects.toMatchObject({
    code: 'busy',
    advice: expect.stringMatching(/cancel/) as string,
  })
  const { code, stderr } = await runCommandLine([
    'run',
    '--bench',
    'munmap',
    '--size',
    '32M',
    '--samples',
    '1',
  ])
  expect(code).not.toBe(0)
  expect(stderr).toMatch(/run is under way/)
  expect(await application.main.call.currentRun()).not.toBeNull()
})

test('a run of the command line keeps the window from starting one', async () => {
  const { environment } = applicationCommand(dataHome)
  const words = ['run', '--bench', 'munmap', '--size', '32M', '--samples', '100000', '--json']
  const child = spawn(process.execPath, [path.join(root, 'engine/cli/main.ts'), ...words], {
    env: environment,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  try {
    await expect
      .poll(async () => {
        const runs = await application.ownLibrary.call.listRuns({ includeDeleted: false })
        return runs.map(run => run.status)
      })
      .toEqual(['running'])
    await application.page.getByTestId('nav-new-run').click()
    await application.page.getByTestId('start-run').click()
    const banner = application.page.locator('[data-testid=error-banner][data-code=busy]')
    await banner.waitFor()
    expect(await banner.innerText()).toMatch(/Another run is under way: [^]*two runs at a time/)
    expect(await application.main.call.currentRun()).toBeNull()
  } finally {
    child.kill('SIGINT')
    await ended
  }
})

test('quitting during a run asks first, and keeps measuring when told so', async () => {
  const runId = await startRun()
  await answerQuestions(application, 0)
  await application.electron.evaluate(({ app }) => app.quit())
  await expect.poll(() => askedQuestions(application)).toEqual(['A run is under way.'])
  await new Promise<void>(resolve => application.main.on('sampled', () => resolve())) // it goes on
  expect(await application.main.call.currentRun()).toMatchObject({ runId })
})

test('closing the window during a run cancels it when told so, and everything ends', async () => {
  const runId = await startRun()
  await answerQuestions(application, 1)
  const closed = application.electron.waitForEvent('close')
  await application.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await closed
  expect(readStoredRun(application.database, runId)).toMatchObject({ status: 'cancelled' })
  await expect.poll(() => processesWith('XDG_DATA_HOME', dataHome)).toEqual([])
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s cancels the run cleanly without a question', async signal => {
  const runId = await startRun()
  const closed = application.electron.waitForEvent('close')
  process.kill(application.pid, signal)
  await closed
  expect(readStoredRun(application.database, runId)).toMatchObject({ status: 'cancelled' })
  await expect.poll(() => processesWith('XDG_DATA_HOME', dataHome)).toEqual([])
})

test('a window that is reloaded during a run shows it again', async () => {
  await startRun()
  await goTo(application.page, '/live')
  await application.page.reload()
  await application.page.getByTestId('cancel-run').waitFor()
  await application.page.getByTestId('cancel-run').click()
  const done = application.page.getByTestId('live-done')
  await done.waitFor()
  expect(await done.getAttribute('data-status')).toBe('cancelled')
})

test('the desktop sees the run on the taskbar and is kept awake until it ends', async () => {
  await watchTaskbar(application)
  expect(await isKeptAwake(application)).toBe(false)
  await startRun()
  expect(await isKeptAwake(application)).toBe(true)
  const ended = new Promise<void>(resolve => application.main.on('ended', () => resolve()))
  await application.main.call.cancelRun()
  await ended
  await expect.poll(() => isKeptAwake(application)).toBe(false)
  await expect.poll(async () => (await taskbarShares(application)).at(-1)).toBe(-1)
  const bars = await taskbarShares(application)
  expect(bars[0]).toBe(0)
  expect(bars.slice(0, -1).every(share => share >= 0 && share <= 1)).toBe(true)
})

test('settings and the place of the window outlive a restart', async () => {
  const changed = { ...initialSettings, theme: 'dark', confidencePercent: 99 } as const
  await application.main.call.setSettings(changed)
  await application.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1000, height: 700 }),
  )
  await application.close()
  application = await launch(dataHome)
  expect(await application.main.call.getSettings()).toEqual(changed)
  const seen = await application.electron.evaluate(({ BrowserWindow, nativeTheme }) => ({
    dark: nativeTheme.shouldUseDarkColors,
    bounds: BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  }))
  expect(seen).toEqual({ dark: true, bounds: { x: 40, y: 30, width: 1000, height: 700 } })
})

test('a text is saved where the user says, and a place that cannot be written is reported', async () => {
  async function answerPath(filePath: string, canceled = false): Promise<void> {
    await application.electron.evaluate(
      ({ dialog }, answer) => {
        dialog.showSaveDialog = () => Promise.resolve(answer)
      },
      { filePath, canceled },
    )
  }
  const file = path.join(dataFolderOf(dataHome), 'table.md')
  const request = { suggestedName: 'table.md', text: '| a |\n' }
  await answerPath(file)
  expect(await application.main.call.saveText(request)).toEqual({ path: file })
  expect(readFileSync(file, 'utf8')).toBe('| a |\n')
  await answerPath('', true)
  expect(await application.main.call.saveText(request)).toEqual({ path: null })
  await answerPath(path.join(dataFolderOf(dataHome), 'none', 'table.md'))
  await expect(application.main.call.saveText(request)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(path.join('none', 'table.md')) as string,
    advice: expect.stringMatching(/Make the folder first/) as string,
  })
  expect(existsSync(path.join(dataFolderOf(dataHome), 'none'))).toBe(false)
  await answerPath(path.join(dataFolderOf(dataHome), 'library.sqlite-wal'))
  await expect(application.main.call.saveText(request)).rejects.toMatchObject({
    message: expect.stringMatching(/belongs to the library of runs/) as string,
  })
})

test('a second window shows the same run, and closing one of two ends nothing', async () => {
  const opened = application.electron.waitForEvent('window')
  await application.main.call.openWindow()
  const second = await opened
  await startRun()
  await goTo(second, '/live')
  await second.getByTestId('live-progress').waitFor()
  await second.close()
  expect(application.electron.windows()).toHaveLength(1)
  expect(await application.main.call.currentRun()).not.toBeNull()
})

test('a copy that was saved of the library takes its place, and the present one is kept', async () => {
  async function choose(file: string): Promise<void> {
    await application.electron.evaluate(({ dialog }, filePath) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
    }, file)
  }
  await startRun()
  for (const ask of ['backUpLibrary', 'restoreLibrary'] as const)
    await expect(application.main.call[ask]()).rejects.toMatchObject({ code: 'busy' })
  await application.main.call.cancelRun()
  const copy = path.join(dataHome, 'copy.sqlite')
  await expect.poll(() => application.main.call.currentRun()).toBeNull()
  await application.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, copy)
  expect(await application.main.call.backUpLibrary()).toEqual({ path: copy })
  const [run] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  await application.ownLibrary.call.labelRun({ id: run!.id, label: 'changed since' })

  await choose(path.join(root, 'package.json'))
  await expect(application.main.call.restoreLibrary()).rejects.toMatchObject({
    code: 'library-damaged',
    message: expect.stringContaining('is not a readable library') as string,
  })
  await choose(copy)
  const { setAside } = await application.main.call.restoreLibrary()
  expect(existsSync(setAside!)).toBe(true)
  const [restored] = await application.ownLibrary.call.listRuns({ includeDeleted: false })
  expect(restored).toMatchObject({ id: run!.id, label: longPlan().label })
})

test('a user who looks elsewhere is notified when a run has ended, unless they turned that off', async () => {
  async function runOnce(): Promise<void> {
    await startRun()
    await application.main.call.cancelRun()
    await expect.poll(() => application.main.call.currentRun()).toBeNull()
  }
  await watchMessages(application)
  await setFocused(application, true)
  await runOnce()
  expect(await messages(application)).toEqual([])

  await setFocused(application, false)
  await runOnce()
  await expect
    .poll(() => messages(application))
    .toEqual([
      { title: expect.stringContaining('cancelled') as string, body: expect.stringMatching(/./) as string },
    ])
  await goTo(application.page, '/about')
  await clickMessage(application)
  await expect.poll(() => application.page.evaluate(() => location.hash)).toBe('#/live')

  await application.main.call.setSettings({ ...initialSettings, notifies: false })
  await runOnce()
  expect(await messages(application)).toHaveLength(1)
})

test('the menu prints the screen that is shown', async () => {
  await goTo(application.page, '/machine')
  await application.electron.evaluate(({ BrowserWindow }) => {
    const printed: string[] = []
    Object.assign(globalThis, { printed })
    for (const { webContents } of BrowserWindow.getAllWindows())
      webContents.print = () => printed.push(webContents.getURL())
  })
  await clickMenu('Print …')
  const printed = await application.electron.evaluate(
    () => (globalThis as unknown as { printed: string[] }).printed,
  )
  expect(printed).toEqual([expect.stringMatching(/#\/machine$/)])
})

async function clickMenu(label: string): Promise<void> {
  await application.electron.evaluate(({ Menu }, wanted) => {
    const items = Menu.getApplicationMenu()?.items.flatMap(item => item.submenu?.items ?? []) ?? []
    items.find(item => item.label.replace('&', '') === wanted)?.click()
  }, label)
}

test('the menu shows screens', async () => {
  for (const [label, hash] of [
    ['Runs', '#/runs'],
    ['Compare', '#/compare'],
    ['Advisor', '#/advisor'],
    ['New run', '#/new-run'],
    ['Live', '#/live'],
    ['Machine', '#/machine'],
  ] as const) {
    await clickMenu(label)
    await expect.poll(() => application.page.evaluate(() => location.hash)).toBe(hash)
  }
})
