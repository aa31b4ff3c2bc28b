/**
 * The packaged folder, copied elsewhere and used as an installed program is: its window, its
 * command line without a display, a run file that the desktop hands it. A package cannot be
 * inspected, so the window is driven through Chromium's own port.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { getCurrentFuseWire, FuseState, type FuseV1Options } from '@electron/fuses'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fuses, windowProgram } from '../../build/package/finish-folder.mjs'
import { connectToWindow } from '../../build/launch-electron.ts'
import { requireRuntime } from '../../build/runtime.mjs'
import { inProject, projectNode } from '../../build/setup/paths.mjs'
import { unlessImpossible } from '../fixtures/conditions.ts'
import { dataFolderOf, makeDataHome, removeDataHome } from './application.ts'

const run = promisify(execFile)
const isTestBuild = requireRuntime().kind === 'fallback'
const modelRun = [
  'run',
  '--target',
  'model',
  '--bench',
  'munmap',
  '--variant',
  'baseline,all',
  '--size',
  '32M',
]

let dataHome: string
let folder: string
let launcher: string
let environment: NodeJS.ProcessEnv

beforeAll(async () => {
  dataHome = makeDataHome()
  const words = ['build/package.mjs', '--targets', 'dir', ...(isTestBuild ? ['--test-build'] : [])]
  await run(projectNode, words, { cwd: inProject('.') })
  folder = path.join(dataHome, 'copied to', 'Folio Lab')
  mkdirSync(path.dirname(folder))
  cpSync(inProject(isTestBuild ? 'dist/test/linux-unpacked' : 'dist/linux-unpacked'), folder, {
    recursive: true,
  })
  launcher = path.join(folder, 'folio-lab')
  environment = {
    PATH: process.env.PATH,
    HOME: dataHome,
    XDG_DATA_HOME: dataHome,
    FOLIO_LAB_RUN_LOCK: dataHome,
  }
})

afterAll(() => removeDataHome(dataHome))

test(
  'a release refuses the runtime for development; a test build says what it is',
  unlessImpossible(isTestBuild ? undefined : 'this checkout has the pinned Electron'),
  () => {
    const { status, stderr } = spawnSync(projectNode, ['build/package.mjs'], {
      cwd: inProject('.'),
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toMatch(/never part of a release.*--test-build/s)
  },
)

test('nothing in it is for development, and what ran on the developer’s machine is outside the archive', () => {
  expect(readdirSync(folder)).not.toContain('include')
  expect(readdirSync(path.join(folder, 'resources')).toSorted()).toEqual(
    ['app.asar', 'better_sqlite3.node', 'folio-agent', 'icon.png', 'licences', 'sbom.cdx.json'].toSorted(),
  )
  expect(statSync(path.join(folder, 'resources/folio-agent')).mode & 0o111).not.toBe(0)
  expect(existsSync(path.join(folder, 'LICENSES.chromium.html'))).toBe(true)
  expect(readFileSync(path.join(folder, 'resources/licences/Folio Lab.txt'), 'utf8')).toContain('MIT')
})

test('its fuses keep it from being used as a plain Node, inspected, or fed other code', async () => {
  const wire = await getCurrentFuseWire(path.join(folder, windowProgram))
  const { version, ...states } = wire
  expect(Object.keys(states).length).toBeGreaterThanOrEqual(8)
  for (const [fuse, state] of Object.entries(states) as unknown as [FuseV1Options, FuseState][])
    expect(state, `fuse ${fuse}`).toBe(fuses[fuse] ? FuseState.ENABLE : FuseState.DISABLE)
  const { stdout } = await run(
    path.join(folder, windowProgram),
    ['--no-sandbox', '--command-line', '--', '--version'],
    {
      env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
    },
  )
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('its command runs a plan without a display, and says no to what it does not know', async () => {
  const { stdout } = await run(launcher, [...modelRun, '--samples', '2', '--json'], { env: environment })
  const { run: told, cases } = JSON.parse(stdout) as {
    run: { status: string }
    cases: readonly { variant: string; samples: readonly { valid: boolean }[] }[]
  }
  expect(told.status).toBe('complete')
  expect(cases.map(({ variant }) => variant)).toEqual(['baseline', 'all'])
  expect(cases.flatMap(({ samples }) => samples).every(({ valid }) => valid)).toBe(true)
  const unknown = spawnSync(launcher, ['nonsense'], { env: environment, encoding: 'utf8' })
  expect(unknown).toMatchObject({ status: 2, stdout: '' })
  expect(unknown.stderr).toContain('unknown command')
})

describe('its window', () => {
  let windowHome: string
  let program: ChildProcess
  let page: Page
  /** Where the window went by itself with the run file that it was opened with. */
  let importedAddress: string

  beforeAll(async () => {
    windowHome = makeDataHome()
    const env = { ...environment, XDG_DATA_HOME: windowHome }
    const file = path.join(windowHome, 'kept.folio-run.json')
    await run(launcher, [...modelRun, '--samples', '2'], { env })
    const list = await run(launcher, ['runs', 'list', '--json'], { env })
    const [stored] = JSON.parse(list.stdout) as [{ id: string }]
    await run(launcher, ['runs', 'export', stored.id, file], { env })
    // The same file as from another library: a run that is stored already would be refused.
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(stored.id, crypto.randomUUID()))
    program = spawn(
      path.join(folder, windowProgram),
      [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--remote-debugging-port=0', '--', file],
      {
        env: { ...env, DISPLAY: process.env.DISPLAY, XAUTHORITY: process.env.XAUTHORITY },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    page = await connectToWindow(program)
    page.setDefaultTimeout(60_000)
    await page.getByTestId('run-details').waitFor()
    importedAddress = page.url()
  })

  afterAll(async () => {
    const ended = once(program, 'exit')
    program.kill('SIGTERM')
    await ended
    removeDataHome(windowHome)
  })

  test('imports the run file that it was opened with, and shows it', async () => {
    await page.evaluate(hash => (location.hash = hash), new URL(importedAddress).hash)
    await page.getByTestId('run-details').waitFor()
    expect(await page.getByTestId('runs-row').count()).toBe(2)
  })

  test('names what it is made of, with licences', async () => {
    await page.evaluate(() => (location.hash = '#/about'))
    const about = page.getByTestId('about')
    await about.waitFor()
    await expect.poll(() => about.innerText()).toContain('better-sqlite3')
    if (isTestBuild) expect(await about.innerText()).toMatch(/-test/)
  })

  test('measures with the agent that it carries', async () => {
    await page.evaluate(() => (location.hash = '#/machine'))
    await page.getByTestId('preflight-verdict').waitFor()
    expect(readFileSync(path.join(dataFolderOf(windowHome), 'logs/main.log'), 'utf8')).toContain(
      'inspection: ended with code 0',
    )
  })
})
