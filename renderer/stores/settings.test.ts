import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { Failure } from '../../engine/contract/failure.ts'
import { initialSettings, type Settings } from '../../engine/contract/settings.ts'
import { installWindowLab, type FakeLab } from '../../test/fakes/window-lab.ts'
import { useSettings } from './settings.ts'

const kept: Settings = { ...initialSettings, theme: 'dark', confidencePercent: 99 }
const setSettings = vi.fn<(settings: Settings) => void>()
let lab: FakeLab

beforeEach(() => {
  setActivePinia(createPinia())
  setSettings.mockReset()
  lab = installWindowLab(
    {},
    { getSettings: () => kept, versions: () => ({ Electron: '45' }), setSettings: s => setSettings(s) },
  )
})

test('the page takes the theme that is kept, and none of its own with the system’s', async () => {
  const settings = useSettings()
  await settings.load()
  await nextTick()
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(settings.confidence).toBe(0.99)
  await settings.change({ theme: 'system' })
  await nextTick()
  expect(document.documentElement.dataset.theme).toBeUndefined()
})

test('a change is written with all that is not changed', async () => {
  const settings = useSettings()
  await settings.load()
  await settings.change({ notifies: false })
  expect(setSettings).toHaveBeenCalledExactlyOnceWith({ ...kept, notifies: false })
})

test('what could not be written is taken back, and the failure handed on', async () => {
  const settings = useSettings()
  await settings.load()
  setSettings.mockImplementation(() => {
    throw new Failure('disk-full', 'The disk is full.', 'Make room.')
  })
  await expect(settings.change({ theme: 'light' })).rejects.toMatchObject({ code: 'disk-full' })
  expect(settings.values).toEqual(kept)
})

test('what another window changes is followed as long as it listens', async () => {
  const settings = useSettings()
  const stop = settings.listen()
  lab.emitMain('settingsChanged', { ...kept, theme: 'light' })
  await vi.waitFor(() => expect(settings.theme).toBe('light'))
  stop()
  lab.emitMain('settingsChanged', kept)
  await Promise.resolve()
  await Promise.resolve()
  expect(settings.theme).toBe('light')
})
