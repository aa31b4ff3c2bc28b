import { expect, test, vi } from 'vitest'
import { libraryApi } from '../engine/contract/api.ts'
import { connect } from '../engine/contract/ipc/connect.ts'
import { fakeEngine, type FakeEngine } from '../test/fakes/engine-process.ts'
import { LibraryProcess } from './library-process.ts'

type Engine = FakeEngine<typeof libraryApi>

/**
 * A library whose processes tell their number as the path of the file; a process
 * of `silent` never answers.
 */
function supervise(silent: readonly number[] = []) {
  const engines: Engine[] = []
  const clock = { ms: 0 }
  const told = { restarted: vi.fn<(reason: string) => void>(), givenUp: vi.fn() }
  const library = new LibraryProcess(
    () => {
      const number = engines.length + 1
      const engine = fakeEngine(libraryApi, {
        location: () =>
          silent.includes(number)
            ? new Promise(() => undefined)
            : { path: `process ${number}`, recovered: null, isReadOnly: false },
      })
      engines.push(engine)
      return engine
    },
    told,
    () => clock.ms,
  )
  return { library, engines, told, clock, die, answer: () => answer(library.connection) }

  /** Kills the newest process and waits until the library has taken notice. */
  async function die(): Promise<void> {
    const notices = told.restarted.mock.calls.length + told.givenUp.mock.calls.length
    engines.at(-1)!.exit(9)
    await vi.waitFor(() =>
      expect(told.restarted.mock.calls.length + told.givenUp.mock.calls.length).toBe(notices + 1),
    )
  }
}

async function answer({ call }: Pick<LibraryProcess['connection'], 'call'>): Promise<string> {
  return (await call.location()).path
}

test('nothing is started before the first use, and then one process for all', async () => {
  const { library, engines, answer: ask } = supervise()
  expect(engines).toEqual([])
  expect(await ask()).toBe('process 1')
  const page = connect(libraryApi, library.openLine().port)
  expect(await answer(page)).toBe('process 1')
  expect(engines.map(engine => engine.connected)).toEqual([['library', 'library']])
})

test('a process that dies is restarted: what waits fails at once, what comes next is answered', async () => {
  const { library, told, die } = supervise([1])
  const waiting = answer(library.connection)
  const page = connect(libraryApi, library.openLine().port)
  const refused = expect(waiting).rejects.toMatchObject({ code: 'port-closed' })
  await die()
  await refused
  expect(told.restarted).toHaveBeenCalledExactlyOnceWith('The library process ended unexpectedly (code 9).')
  expect(await answer(library.connection)).toBe('process 2')
  expect(await answer(page)).toBe('process 2')
})

test('a line that was closed is not joined to the next process', async () => {
  const { library, engines, die } = supervise()
  const line = library.openLine()
  library.openLine()
  line.close()
  await die()
  expect(engines.map(engine => engine.connected.length)).toEqual([2, 1])
})

test('after the fourth death within a minute it stays down, and says so to whoever asks', async () => {
  const { library, engines, told, die, answer: ask } = supervise()
  await ask()
  for (let death = 1; death <= 4; death++) await die()
  expect([engines.length, told.restarted.mock.calls.length]).toEqual([4, 3])
  expect(told.givenUp).toHaveBeenCalledOnce()
  const failure = { code: 'internal', message: expect.stringContaining('code 9') as string }
  await expect(ask()).rejects.toMatchObject(failure)
  await expect(answer(connect(libraryApi, library.openLine().port))).rejects.toMatchObject(failure)
  expect(() => library.openRecording()).toThrow(expect.objectContaining(failure))
  expect(() => library.openFiles()).toThrow(expect.objectContaining(failure))
  expect(engines).toHaveLength(4)
})

test('deaths that lie more than a minute back do not count', async () => {
  const { engines, told, clock, die, answer: ask } = supervise()
  await ask()
  for (let death = 1; death <= 6; death++) {
    await die()
    clock.ms += 20_001
  }
  expect([engines.length, told.givenUp.mock.calls.length]).toEqual([7, 0])
  expect(await ask()).toBe('process 7')
})

test('recordings and chosen files have lines of their own, to the process that is there', async () => {
  const { library, engines } = supervise()
  library.openRecording()
  library.openFiles()
  expect(engines.map(engine => engine.connected)).toEqual([['recording', 'library-files']])
})

test('while it is stopped nothing runs; what is asked in the meantime is answered by the next process', async () => {
  const { library, engines, told, answer: ask } = supervise()
  await ask()
  let asked: Promise<string> = Promise.resolve('')
  const result = await library.whileStopped(async () => {
    expect(engines[0]!.stops()).toBe(1)
    asked = ask()
    return 'done'
  })
  expect([result, await asked]).toEqual(['done', 'process 2'])
  expect(told.restarted).not.toHaveBeenCalled()

  const failed = library.whileStopped(() => Promise.reject(new Error('the disk is full')))
  await expect(failed).rejects.toThrow('the disk is full')
  expect(await ask()).toBe('process 3')
})

test('a library that was stopped is not restarted', async () => {
  const { library, engines, answer: ask } = supervise()
  await ask()
  await library.stop()
  expect([engines.length, engines[0]!.stops()]).toEqual([1, 1])
})
