import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { initialSettings } from '../engine/contract/settings.ts'
import { SettingsStore } from './settings.ts'
import { temporaryFolder } from '../test/fixtures/temporary-folder.ts'

function newFile(): string {
  return path.join(temporaryFolder('settings'), 'settings.json')
}

test('settings are at their defaults until they are set, and then outlive the program', () => {
  const file = newFile()
  const store = new SettingsStore(file)
  expect([store.get(), store.setAside]).toEqual([initialSettings, null])
  store.set({ ...initialSettings, theme: 'dark' })
  expect(new SettingsStore(file).get()).toEqual({ ...initialSettings, theme: 'dark' })
})

test('a file that cannot be understood is set aside, and nothing of it is lost', () => {
  const file = newFile()
  writeFileSync(file, '{"theme": "dar')
  const store = new SettingsStore(file)
  expect(store.get()).toEqual(initialSettings)
  expect(readFileSync(store.setAside!, 'utf8')).toBe('{"theme": "dar')
})

test('what cannot be written is refused with a remedy, and is not in force', () => {
  const file = newFile()
  const store = new SettingsStore(file)
  rmSync(path.dirname(file), { recursive: true })
  writeFileSync(path.dirname(file), 'a file where the folder was')
  expect(() => store.set({ ...initialSettings, theme: 'dark' })).toThrow(
    expect.objectContaining({ code: 'not-permitted', advice: expect.stringMatching(/writable/) as string }),
  )
  expect(store.get()).toEqual(initialSettings)
})
