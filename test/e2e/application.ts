/** The real application in the real runtime, with a data folder of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron, errors, type ElectronApplication, type Page } from 'playwright-core'
import { libraryApi, mainApi } from '../../engine/contract/api.ts'
import { libraryPath } from '../../engine/contract/data-folder.ts'
import { connect, type Connection } from '../../engine/contract/ipc/connect.ts'
import { launchOptions } from '../../build/runtime.mjs'
import { pagePort } from './page-port.ts'
import { descendantsOf } from './processes.ts'

const root = path.resolve(import.meta.dirname, '../..')

export type Application = Readonly<{
  electron: ElectronApplication
  page: Page
  /** Process id of main. */
  pid: number
  dataFolder: string
  database: string
  /** Main and the library as a page asks them, beside the page's own questions. */
  main: Connection<typeof mainApi>
  library: Connection<typeof libraryApi>
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

export function readLog(dataHome: string): string {
  return readFileSync(path.join(dataFolderOf(dataHome), 'logs', 'main.log'), 'utf8')
}

/** What starts the application: its program, arguments and environment. */
export function applicationCommand(dataHome: string) {
  const { electron, words, env } = launchOptions()
  return {
    program: electron,
    words: [...words, root],
    environment: {
      ...definedOnly(env),
      XDG_DATA_HOME: dataHome,
      FOLIO_LAB_RUN_LOCK: `folio-lab-e2e-${process.pid}`,
    },
  }
}

const startPatienceMs = 30_000 // twenty times what a start takes

/**
 * With the two debuggers that drive it, Chromium now and then does not come up on a busy machine and says nothing. It is then
 * ended and started once more, which the output of the tests tells.
 */
async function start(dataHome: string): Promise<ElectronApplication> {
  const { program, words, environment } = applicationCommand(dataHome)
  const options = { executablePath: program, args: words, env: environment, timeout: startPatienceMs }
  try {
    return await _electron.launch(options)
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error
    console.warn(`The application did not come up within ${startPatienceMs / 1000} s and is started again.`)
    return _electron.launch(options)
  }
}

export async function launch(dataHome: string): Promise<Application> {
  const electron = await start(dataHome)
  const page = await electron.firstWindow()
  await page.waitForFunction(() => 'lab' in window)
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
    library: connect(libraryApi, await pagePort(page, 'library')),
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

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
