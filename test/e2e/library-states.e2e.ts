/**
 * Files in the library's place that are not a sound library: the window says what
 * happened, and nothing is lost.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { openLibraryFile } from '../../engine/library/open-library-file.ts'
import {
  dataFolderOf,
  enginePid,
  launch,
  makeDataHome,
  removeDataHome,
  type Application,
} from './application.ts'

let dataHome: string
let file: string
let application: Application | null

beforeEach(() => {
  dataHome = makeDataHome()
  application = null
  mkdirSync(dataFolderOf(dataHome), { recursive: true })
  file = libraryPath(dataFolderOf(dataHome))
})

afterEach(async () => {
  await application?.close()
  vi.unstubAllEnvs()
  removeDataHome(dataHome)
})

/** Starts the application and returns the first banner that it shows about the library. */
async function readBanner(code: string, home = dataHome): Promise<string> {
  application = await launch(home)
  const banner = application.page.locator(`[data-testid=error-banner][data-code=${code}]`).first()
  await banner.waitFor()
  return banner.innerText()
}

function filesBesideLibrary(prefix: string): string[] {
  return readdirSync(dataFolderOf(dataHome)).filter(name => name.startsWith(prefix))
}

/** Makes a sound library of the present form and closes it. */
function makeLibrary(): void {
  openLibraryFile({ path: file, isOwn: true, binding: null }, Date.now()).database.close()
}

test('a text file is kept under another name, which the window shows, and a new library is begun', async () => {
  writeFileSync(file, 'my shopping list\n')
  const banner = await readBanner('library-damaged')
  const [aside] = filesBesideLibrary('library.sqlite.damaged-')
  expect(banner).toContain(aside)
  expect(banner).toContain('a new one was created')
  expect(readFileSync(path.join(dataFolderOf(dataHome), aside!), 'utf8')).toBe('my shopping list\n')
  expect(await application!.ownLibrary.call.listRuns({ includeDeleted: true })).toEqual([])
})

test('a truncated library is kept under another name, with how to get runs out of it', async () => {
  makeLibrary()
  const whole = readFileSync(file)
  truncateSync(file, Math.floor(whole.length / 2))
  const banner = await readBanner('library-damaged')
  const [aside] = filesBesideLibrary('library.sqlite.damaged-')
  expect(banner).toContain(aside)
  expect(banner).toContain('.recover')
  expect(readFileSync(path.join(dataFolderOf(dataHome), aside!))).toEqual(
    whole.subarray(0, Math.floor(whole.length / 2)),
  )
  expect(await application!.ownLibrary.call.listRuns({ includeDeleted: true })).toEqual([])
})

test('a library of a newer version is refused and not touched', async () => {
  makeLibrary()
  const database = new Database(file)
  database.pragma('user_version = 999')
  database.close()
  const before = readFileSync(file)
  const banner = await readBanner('library-newer')
  expect(banner).toMatch(/newer/)
  expect(banner).toMatch(/Folio Lab/)
  await expect(application!.ownLibrary.call.listRuns({ includeDeleted: true })).rejects.toMatchObject({
    code: 'library-newer',
  })
  expect(readFileSync(file)).toEqual(before)
  expect(filesBesideLibrary('library.sqlite.')).toEqual([])
})

test('where nothing can be written the window opens all the same and says so', async () => {
  vi.stubEnv('TMPDIR', dataHome) // Chromium has its files there, which it writes until its end
  // The kernel lets nobody make a folder there, not even root.
  const banner = await readBanner('library-not-writable', '/sys')
  expect(banner).toContain('/sys/folio-lab')
  expect(existsSync('/sys/folio-lab')).toBe(false)
})

test('a settings file that cannot be read is kept under another name', async () => {
  writeFileSync(path.join(dataFolderOf(dataHome), 'settings.json'), '{"theme":"pink"}')
  const banner = await readBanner('bad-input')
  const [aside] = filesBesideLibrary('settings.json.unreadable-')
  expect(banner).toContain(aside)
  expect(await application!.main.call.getSettings()).toMatchObject({ theme: 'system', isWelcomed: false })
})

test('a library process that keeps ending is given up after some restarts, with a reason', async () => {
  application = await launch(dataHome)
  for (let kill = 1; kill <= 4; kill++) {
    const pid = await enginePid(application, 'library')
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => application!.enginePids('library')).not.toContain(pid)
    // What is asked before main has seen the end is answered by a failure of its own.
    if (kill <= 3) await expect.poll(listRuns).toEqual([])
  }
  await expect.poll(listRuns).toMatchObject({
    code: 'internal',
    message: expect.stringContaining('3 times') as string,
    advice: expect.stringContaining('start Folio Lab again') as string,
  })
  expect(application.enginePids('library')).toEqual([])
})

/** The stored runs, or why they cannot be listed. */
function listRuns(): Promise<unknown> {
  return application!.ownLibrary.call.listRuns({ includeDeleted: false }).catch((error: unknown) => error)
}
