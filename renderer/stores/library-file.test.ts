import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '../../engine/contract/failure.ts'
import { installWindowLab } from '../../test/fakes/window-lab.ts'
import { useLibraryFile } from './library-file.ts'
import { useNotices } from './notices.ts'

const listRuns = vi.fn(() => [])
const backUpLibrary = vi.fn<() => { path: string | null }>()
const restoreLibrary = vi.fn<() => { setAside: string | null }>()

beforeEach(() => {
  setActivePinia(createPinia())
  vi.clearAllMocks()
  installWindowLab({ listRuns }, { backUpLibrary, restoreLibrary })
})

function told(): readonly string[] {
  return useNotices().notices.map(({ text }) => text)
}

test('a copy is reported with its place; a dialog that was closed is not', async () => {
  backUpLibrary.mockReturnValueOnce({ path: '/media/copy.sqlite' }).mockReturnValueOnce({ path: null })
  await useLibraryFile().backUp()
  await useLibraryFile().backUp()
  expect(told()).toEqual(['Saved a copy as /media/copy.sqlite.'])
})

test('after a restore the list is read again, and the library before is named', async () => {
  restoreLibrary.mockReturnValue({ setAside: '/data/library.sqlite.before' })
  await useLibraryFile().restore()
  expect(listRuns).toHaveBeenCalledOnce()
  expect(told()).toEqual([expect.stringContaining('/data/library.sqlite.before')])
})

test('a restore that was not gone through with changes nothing', async () => {
  restoreLibrary.mockReturnValue({ setAside: null })
  await useLibraryFile().restore()
  expect(listRuns).not.toHaveBeenCalled()
  expect(told()).toEqual([])
})

test('a restore that failed is not reported as done', async () => {
  restoreLibrary.mockImplementation(() => {
    throw new Failure('bad-input', 'It is not a library.', 'Choose a copy.')
  })
  await expect(useLibraryFile().restore()).rejects.toMatchObject({ code: 'bad-input' })
  expect(told()).toEqual([])
})
