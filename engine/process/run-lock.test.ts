import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unlessImpossible } from '../../test/fixtures/conditions.ts'
import { testLockPlaces } from '../../test/fixtures/lock-places.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { isLibraryLocked } from './library-lock.ts'
import { acquireRunLock, type RunLockPlaces } from './run-lock.ts'

const canMakeNamespaces = spawnSync('unshare', ['--net', 'true']).status === 0

function fileOf({ library }: ReturnType<typeof testLockPlaces>): string {
  return library
}

function freshLibrary(): string {
  const file = path.join(temporaryFolder('lock'), 'library.sqlite')
  writeFileSync(file, '')
  return file
}

/**
 * Takes the lock in a process of its own, which `wrapper` may put elsewhere;
 * resolves when it has it.
 */
async function holdElsewhere(places: RunLockPlaces, wrapper: readonly string[] = []): Promise<ChildProcess> {
  const module = new URL('run-lock.ts', import.meta.url).href
  const code = `const { acquireRunLock } = await import('${module}')
    await acquireRunLock(${JSON.stringify(places)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const [program, ...words] = [...wrapper, process.execPath, '--input-type=module', '--eval', code]
  const holder = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void holder.kill('SIGKILL'))
  await once(holder.stdout, 'data')
  return holder
}

test('the second taker is refused until the lock is released', async () => {
  const places = testLockPlaces(freshLibrary())
  const lock = await acquireRunLock(places)
  await expect(acquireRunLock(places)).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('Another run is under way'),
    advice: expect.stringContaining('cancel it'),
  })
  await lock.release()
  await (await acquireRunLock(places)).release()
})

test('a holder that is killed leaves the lock free', async () => {
  const places = testLockPlaces(freshLibrary())
  const holder = await holdElsewhere(places)
  expect(isLibraryLocked(fileOf(places), null)).toBe(true)
  await expect(acquireRunLock(places)).rejects.toMatchObject({ code: 'busy' })
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(isLibraryLocked(fileOf(places), null)).toBe(false)
  await (await acquireRunLock(places)).release()
})

test(
  'a library has one run, from whichever namespace it is measured',
  unlessImpossible(canMakeNamespaces ? undefined : 'this user may not make namespaces'),
  async () => {
    const places = testLockPlaces(freshLibrary())
    const elsewhere = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--ipc', '--uts', '--mount']
    await holdElsewhere(places, elsewhere)
    expect(isLibraryLocked(fileOf(places), null)).toBe(true)
    await expect(acquireRunLock(places)).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining(fileOf(places)),
    })
  },
)

test('one user has one run, whichever library it is recorded into', async () => {
  const own = freshLibrary()
  const [one, other] = [freshLibrary(), freshLibrary()].map(library => ({
    ...testLockPlaces(library),
    ownLibrary: own,
  }))
  await holdElsewhere(one!)
  await expect(acquireRunLock(other!)).rejects.toMatchObject({ code: 'busy' })
  expect(isLibraryLocked(own, null)).toBe(true)
})

test('another name of a library has the same lock', async () => {
  const library = freshLibrary()
  const link = `${freshLibrary()}-link`
  symlinkSync(library, link)
  const lock = await acquireRunLock(testLockPlaces(library))
  expect(isLibraryLocked(link, null)).toBe(true)
  await lock.release()
  expect(isLibraryLocked(link, null)).toBe(false)
})

test('a process that only looks leaves nothing behind and blocks nobody', async () => {
  const library = freshLibrary()
  expect(isLibraryLocked(library, null)).toBe(false)
  const places = testLockPlaces(library)
  const lock = await acquireRunLock(places)
  for (let look = 0; look < 20; look++) expect(isLibraryLocked(library, null)).toBe(true)
  await expect(acquireRunLock(places)).rejects.toMatchObject({ code: 'busy' })
  await lock.release()
})

test('where there can be no own library, only the named one is locked', async () => {
  const library = freshLibrary()
  const lock = await acquireRunLock({ ...testLockPlaces(library), ownLibrary: '/proc/none/library.sqlite' })
  expect(isLibraryLocked(library, null)).toBe(true)
  await lock.release()
})

test('a library that cannot be locked is refused', async () => {
  const library = freshLibrary()
  writeFileSync(`${library}-lock`, 'no database, but somebody’s notes')
  chmodSync(`${library}-lock`, 0o600)
  await expect(acquireRunLock(testLockPlaces(library))).rejects.toMatchObject({
    code: 'library-not-writable',
    message: expect.stringContaining('cannot be locked'),
  })
})

test.each(['silent', 'drip', 'flood'])(
  'a stranger who has the name and is %s gets a run refused, and no more',
  async mode => {
    const places = testLockPlaces(freshLibrary())
    const server = createServer(socket => {
      socket.on('error', () => undefined)
      if (mode === 'flood') feed(socket)
      if (mode === 'drip') setInterval(() => socket.write('x'), 10).unref()
    })
    await new Promise<void>(resolve => server.listen(abstractAddress(places.name), resolve))
    onTestFinished(() => void server.close())
    await expect(acquireRunLock(places)).rejects.toMatchObject({
      code: 'busy',
      advice: expect.stringContaining('FOLIO_LAB_RUN_LOCK'),
    })
    expect(isLibraryLocked(fileOf(places), null)).toBe(false) // nothing of the attempt is left
  },
)

test('a stranger who connects and never closes cannot keep a run from ending', async () => {
  const places = testLockPlaces(freshLibrary())
  const lock = await acquireRunLock(places)
  const stranger = connect({ path: abstractAddress(places.name), allowHalfOpen: true })
  stranger.on('error', () => undefined)
  onTestFinished(() => void stranger.destroy())
  await once(stranger, 'connect')
  await lock.release()
  await (await acquireRunLock(places)).release()
})

function feed(socket: Socket): void {
  const bytes = Buffer.alloc(1_000_000, 'x')
  more()

  function more(): void {
    socket.write(bytes, () => !socket.destroyed && more())
  }
}

function abstractAddress(name: string): string {
  return `\0${name}`.padEnd(108, '\0')
}
