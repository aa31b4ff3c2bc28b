import { expect, test, vi } from 'vitest'
import { libraryApi } from '../engine/contract/api.ts'
import { Failure } from '../engine/contract/failure.ts'
import { connect } from '../engine/contract/ipc/connect.ts'
import { fakeEngine } from '../test/fakes/engine-process.ts'
import { portOf } from './message-port.ts'
import { StartNotices } from './start-notices.ts'

const sound = { path: '/data/library.sqlite', recovered: null, isReadOnly: false }

/** What is reported when the library answers so. */
function noticesOf(
  location: () => typeof sound | Record<string, unknown>,
  settingsSetAside: string | null = null,
) {
  const answer = vi.fn(location)
  const engine = fakeEngine(libraryApi, { location: answer as () => typeof sound })
  const connection = connect(libraryApi, portOf(engine.connect('library')))
  return { notices: new StartNotices({ connection }, settingsSetAside), answer }
}

test('nothing is reported when all is well, and the library is asked once', async () => {
  const { notices, answer } = noticesOf(() => sound)
  expect([await notices.take(), await notices.take()]).toEqual([[], []])
  expect(answer).toHaveBeenCalledOnce()
})

test('settings and a library that were set aside are reported with where they are, to the first window alone', async () => {
  const { notices } = noticesOf(
    () => ({ ...sound, recovered: '/data/library.damaged' }),
    '/data/settings.old',
  )
  expect(await notices.take()).toMatchObject([
    { code: 'bad-input', advice: expect.stringContaining('/data/settings.old') as string },
    { code: 'library-damaged', message: expect.stringContaining('/data/library.damaged') as string },
  ])
  expect(await notices.take()).toEqual([])
})

test('a library that cannot be written, or not be opened at all, is reported with what to do', async () => {
  const { notices } = noticesOf(() => ({ ...sound, isReadOnly: true }))
  expect(await notices.take()).toMatchObject([
    { code: 'library-not-writable', message: expect.stringContaining(sound.path) as string },
  ])
  const closed = noticesOf(() => {
    throw new Failure('library-newer', 'The library is of a newer version.', 'Update Folio Lab.')
  })
  expect(await closed.notices.take()).toMatchObject([{ code: 'library-newer', advice: 'Update Folio Lab.' }])
})
