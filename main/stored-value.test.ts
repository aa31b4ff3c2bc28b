import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { readStored, writeStored } from './stored-value.ts'
import { temporaryFolder } from '../test/fixtures/temporary-folder.ts'

const Schema = z.object({ theme: z.enum(['light', 'dark']) })
const initial: z.infer<typeof Schema> = { theme: 'light' }

let folder: string
beforeEach(() => (folder = temporaryFolder('stored-value')))

test('a value is read as it was written, and nothing else is left in the folder', () => {
  const file = path.join(folder, 'deeper', 'settings.json')
  writeStored(file, { theme: 'dark' })
  expect(readStored(file, Schema, initial)).toEqual({ value: { theme: 'dark' }, setAside: null })
  expect(readdirSync(path.dirname(file))).toEqual(['settings.json'])
})

test('a missing file gives the initial value', () => {
  expect(readStored(path.join(folder, 'none.json'), Schema, initial)).toEqual({
    value: initial,
    setAside: null,
  })
})

test.each(['', '{"theme":', '"dark"', '{"theme":"blue"}', 'null', '\0\0\0'])(
  'a file that holds no such value is kept under another name: %j',
  text => {
    const file = path.join(folder, 'settings.json')
    writeFileSync(file, text)
    const setAside = `${file}.unreadable-1234`
    expect(readStored(file, Schema, initial, () => 1234)).toEqual({ value: initial, setAside })
    expect(readFileSync(setAside, 'utf8')).toBe(text)
    expect(readdirSync(folder)).toEqual([path.basename(setAside)])
  },
)

test.each([
  ['a folder', (file: string) => mkdirSync(path.join(file, 'inner'), { recursive: true })],
  ['a pipe', (file: string) => execFileSync('mkfifo', [file])],
  [
    'a link to a device',
    (file: string) => {
      symlinkSync('/dev/zero', file)
    },
  ],
])('%s in the place of the file is kept under another name, and nothing waits for it', (_what, make) => {
  const file = path.join(folder, 'settings.json')
  make(file)
  expect(readStored(file, Schema, initial, () => 1234)).toEqual({
    value: initial,
    setAside: `${file}.unreadable-1234`,
  })
  writeStored(file, { theme: 'dark' })
  expect(readStored(file, Schema, initial).value).toEqual({ theme: 'dark' })
})

test('a value that cannot be written leaves nothing behind', () => {
  const file = path.join(folder, 'settings.json')
  mkdirSync(file)
  expect(() => writeStored(file, { theme: 'dark' })).toThrow()
  expect(readdirSync(folder)).toEqual(['settings.json'])
})

test('a value that a crash left unfinished does not hide the former one', () => {
  const file = path.join(folder, 'settings.json')
  writeStored(file, { theme: 'dark' })
  writeFileSync(`${file}.unfinished`, '{"the')
  expect(readStored(file, Schema, initial).value).toEqual({ theme: 'dark' })
  writeStored(file, { theme: 'light' })
  expect(readStored(file, Schema, initial).value).toEqual({ theme: 'light' })
})
