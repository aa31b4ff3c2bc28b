/** Copies of a library: one file each, whole or not there. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { copyLibrary, takeInCopy } from './copies.ts'
import type { Database } from './database.ts'
import { openLibraryFile } from './open-library-file.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

// Every row is synchronised to the disk, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

function freshFolder(): string {
  return temporaryFolder('copies')
}

function open(file: string): Database {
  const { database } = openLibraryFile({ path: file, isOwn: false, binding: null }, 0)
  onTestFinished(() => void database.close())
  return database
}

/** A library that is open, so that what was stored lies in its log. */
function openWithMachines(file: string, count = 3): Database {
  const database = open(file)
  const insert = database.prepare('INSERT INTO machine (fingerprint, name) VALUES (?, ?)')
  database.transaction(() => {
    for (let index = 0; index < count; index++) insert.run(`machine ${index}`, 'x'.repeat(500))
  })()
  return database
}

function machineCount(database: Database): unknown {
  return database.prepare('SELECT count(*) FROM machine').pluck().get()
}

test('a copy of an open library is one file with all that is stored', () => {
  const folder = freshFolder()
  copyLibrary(openWithMachines(path.join(folder, 'library.sqlite')), path.join(folder, 'copy.sqlite'))
  expect(readdirSync(folder).filter(name => name.startsWith('copy'))).toEqual(['copy.sqlite'])
  expect(machineCount(open(path.join(folder, 'copy.sqlite')))).toBe(3)
})

test('a copy over something that is there is refused', () => {
  const folder = freshFolder()
  const database = openWithMachines(path.join(folder, 'library.sqlite'))
  writeFileSync(path.join(folder, 'other'), 'dear to somebody')
  expect(() => copyLibrary(database, path.join(folder, 'other'))).toThrow()
})

test('what is taken in is one file, also from a library that is open, which stays as it is', () => {
  const folder = freshFolder()
  const original = path.join(folder, 'library.sqlite')
  const database = openWithMachines(original)
  takeInCopy(original, path.join(folder, 'taken'), null)
  expect(readdirSync(folder).filter(name => name.startsWith('taken'))).toEqual(['taken'])
  expect(machineCount(open(path.join(folder, 'taken')))).toBe(3)
  expect(machineCount(database)).toBe(3)
})

test.each([
  ['text', 'my shopping list'],
  ['nothing', ''],
])('%s is not taken in, and nothing is left of it', (_what, content) => {
  const folder = freshFolder()
  const original = path.join(folder, 'original')
  writeFileSync(original, content)
  expect(() => takeInCopy(original, path.join(folder, 'taken'), null)).toThrow(
    expect.objectContaining({ code: 'library-damaged', message: expect.stringContaining(original) }),
  )
  expect(readdirSync(folder)).toEqual(['original'])
  expect(readFileSync(original, 'utf8')).toBe(content)
})

test('on a full disk neither a copy nor what is taken in leaves anything, and the disk is named', () => {
  const folder = freshFolder()
  const original = path.join(folder, 'library.sqlite')
  openWithMachines(original, 2000).close()
  const [copies, opening] = ['copies.ts', 'open-library-file.ts'].map(
    name => new URL(name, import.meta.url).href,
  )
  const script = `const { copyLibrary, takeInCopy } = await import('${copies}')
    const { openLibraryFile } = await import('${opening}')
    const { database } = openLibraryFile({ path: '${original}', isOwn: false, binding: null }, 0)
    for (const write of [() => copyLibrary(database, '${folder}/full/a'), () => takeInCopy('${original}', '${folder}/full/b', null)])
      try { write() } catch (error) { console.log(error.code) }
    const { readdirSync } = await import('node:fs')
    console.log(readdirSync('${folder}/full').length)`
  const shell = `mkdir ${folder}/full && mount -t tmpfs -o size=256k none ${folder}/full && exec "$0" --input-type=module --eval "$1"`
  const words = ['--mount', '--map-root-user', 'sh', '-c', shell, process.execPath, script]
  expect(execFileSync('unshare', words, { encoding: 'utf8' })).toBe('disk-full\ndisk-full\n0\n')
  expect(existsSync(original)).toBe(true)
})
