/** The real application in the real runtime, with a data folder of its own. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { vi } from 'vitest'
import { libraryApi, mainApi } from '../../engine/contract/api.ts'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { connect, type Connection } from '../../engine/contract/ipc/connect.ts'
import { launchElectron, type ElectronCommand } from '../../build/launch-electron.ts'
import { launchOptions } from '../../build/runtime.mjs'
import { pagePort } from './page-port.ts'
import { descendantsOf } from './processes.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** How long a page may take for anything: the machine may be busy with other things. */
const patienceMs = 60_000

export type Application = Readonly<{
  electron: ElectronApplication
  page: Page
  /** Process id of main. */
  pid: number
  dataFolder: string
  database: string
  /** Main and the library as a page asks them, beside the page's own questions. */
  main: Connection<typeof mainApi>
  ownLibrary: Connection<typeof libraryApi>
  /** Process ids of its living engine processes, by the name that main gives them in its log. */
  enginePids: (name: 'library' | 'session' | 'advice') => number[]
  /** Ends it as a user does; a run under way is cancelled without a question. */
  close: () => Promise<void>
}>

/** A folder to stand in for `XDG_DATA_HOME`. */
export function makeDataHome(): string {
  return mkdtempSync(path.join(tmpdir(), 'folio-lab-e2e-'))
}

export function removeDataHome(dataHome: string): void {
  rmSync(dataHome, { recursive: true, force: true })
}

/** Where the application keeps its data below a data home. */
export function dataFolderOf(dataHome: string): string {
  return path.join(dataHome, 'folio-lab')
}

/** What main has noted; nothing before its first note. */
export function readLog(dataHome: string): string {
  const file = path.join(dataFolderOf(dataHome), 'logs', 'main.log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** What starts the application: its program, arguments and environment. */
export function applicationCommand(dataHome: string): ElectronCommand {
  const { electron, words, env } = launchOptions()
  return {
    program: electron,
    words: [...words, root],
    environment: {
      ...env,
      XDG_DATA_HOME: dataHome,
      FOLIO_LAB_RUN_LOCK: `folio-lab-e2e-${process.pid}`,
    },
  }
}

export async function launch(dataHome: string): Promise<Application> {
  const electron = await launchElectron(applicationCommand(dataHome))
  const page = await electron.firstWindow()
  page.setDefaultTimeout(patienceMs)
  // An address that is set before the first screen is there is replaced by that of this screen.
  await page.waitForFunction(
    () => location.hash !== '' && document.querySelector('#app')?.hasChildNodes() === true,
  )
  const pid = electron.process().pid
  if (pid === undefined) throw new Error('the application has no process')
  const dataFolder = dataFolderOf(dataHome)
  return {
    electron,
    page,
    pid,
    dataFolder,
    database: libraryPath(dataFolder),
    main: connect(mainApi, await pagePort(page, 'main')),
    ownLibrary: connect(libraryApi, await pagePort(page, 'library')),
    enginePids(name) {
      const living = new Set(descendantsOf(pid).map(one => one.pid))
      const started = readLog(dataHome).matchAll(new RegExp(`${name}: started, process (\\d+)$`, 'gm'))
      return [...started].map(([, number]) => Number(number)).filter(one => living.has(one))
    },
    async close() {
      const closed = electron.waitForEvent('close')
      process.kill(pid, 'SIGTERM') // which asks nothing
      await closed
    },
  }
}

/** The process id of a living engine process, once there is one. */
export async function enginePid(
  application: Application,
  name: Parameters<Application['enginePids']>[0],
): Promise<number> {
  return vi.waitUntil(() => application.enginePids(name)[0], { timeout: patienceMs })
}

/** Shows an address of the window, the part after its `#`. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate(hash => {
    location.hash = hash
  }, address)
}

/**
 * Shows a screen in a page that is reloaded: nothing is left in it of what
 * was shown and typed before.
 */
export async function showScreen(page: Page, address: string): Promise<void> {
  await goTo(page, address)
  await page.reload()
  await page.locator('h1').first().waitFor()
}
