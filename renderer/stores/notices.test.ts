import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { Failure, toFailureRecord } from '../../engine/contract/failure.ts'
import { installWindowLab, type FakeLab } from '../../test/fakes/window-lab.ts'
import { useNotices } from './notices.ts'

const damaged = new Failure('library-damaged', 'The library is damaged.', 'Restore a copy.')
let lab: FakeLab

beforeEach(() => {
  setActivePinia(createPinia())
  lab = installWindowLab({}, { takeNotices: () => [toFailureRecord(damaged)] })
})

test('the same failure told twice is one banner, the newest last', () => {
  const notices = useNotices()
  notices.report(damaged)
  notices.report(new Failure('busy', 'A run is under way.', 'Wait.'))
  notices.report(damaged)
  expect(notices.failures.map(({ record }) => record.code)).toEqual(['busy', 'library-damaged'])
})

test('an action of the user that fails becomes a banner with its remedy, and is answered by false', async () => {
  const notices = useNotices()
  expect(await notices.attempt(() => Promise.reject(damaged))).toBe(false)
  expect(notices.failures[0]?.record).toEqual(toFailureRecord(damaged))
  expect(await notices.attempt(() => Promise.resolve())).toBe(true)
  expect(notices.failures).toHaveLength(1)
})

test('a failure of a cause replaces the one before, and goes when the same succeeds', async () => {
  const notices = useNotices()
  notices.report(damaged)
  await notices.attempt(() => Promise.reject(new Failure('busy', 'One is under way.', '')), 'start')
  await notices.attempt(() => Promise.reject(new Failure('bad-input', 'CPU 9 is not there.', '')), 'start')
  expect(notices.failures.map(({ record }) => record.message)).toEqual([
    'The library is damaged.',
    'CPU 9 is not there.',
  ])
  await notices.attempt(() => Promise.resolve(), 'save')
  expect(notices.failures).toHaveLength(2)
  await notices.attempt(() => Promise.resolve(), 'start')
  expect(notices.failures.map(({ record }) => record.message)).toEqual(['The library is damaged.'])
})

test('what is dismissed goes alone', () => {
  const notices = useNotices()
  notices.tell('one')
  notices.tell('two')
  notices.report(damaged)
  const [first] = notices.notices
  notices.dismissNotice(first?.id ?? -1)
  expect(notices.notices.map(({ text }) => text)).toEqual(['two'])
  notices.dismissFailure(notices.failures[0]?.id ?? -1)
  expect(notices.failures).toEqual([])
  expect(notices.notices).toHaveLength(1)
})

test('what went wrong before there was a window is shown', async () => {
  const notices = useNotices()
  await notices.load()
  expect(notices.failures.map(({ record }) => record.message)).toEqual(['The library is damaged.'])
})

test('a library that was restarted is reported until it is dismissed, or nobody listens', async () => {
  const notices = useNotices()
  const stop = notices.listen()
  lab.emitMain('libraryRestarted', { reason: 'It died.' })
  await vi.waitFor(() => expect(notices.restart).toBe('It died.'))
  notices.dismissRestart()
  expect(notices.restart).toBeNull()
  stop()
  lab.emitMain('libraryRestarted', { reason: 'Again.' })
  await Promise.resolve()
  await Promise.resolve()
  expect(notices.restart).toBeNull()
})
