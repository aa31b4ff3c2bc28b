import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isPartOfLibrary } from './library-parts.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

/** A folder with a library and the log that SQLite keeps beside it while it is open. */
function openFolder(): Readonly<{ folder: string; database: string }> {
  const folder = temporaryFolder('parts')
  const database = path.join(folder, 'library.sqlite')
  for (const ending of ['', '-wal']) writeFileSync(database + ending, 'something')
  return { folder, database }
}

test.each(['', '-wal', '-shm', '-journal', '-reserve', '-lock'])(
  'library.sqlite%s belongs to the library, there or not yet',
  ending => {
    const { database } = openFolder()
    expect(isPartOfLibrary(database + ending, database)).toBe(true)
  },
)

test('another file beside the library does not belong to it, there or not yet', () => {
  const { folder, database } = openFolder()
  writeFileSync(path.join(folder, 'report.html'), '')
  for (const name of ['report.html', 'new.html', 'library.sqlite.form-1', 'library.sqlite-walk', 'no/such'])
    expect(isPartOfLibrary(path.join(folder, name), database)).toBe(false)
})

test('a symbolic link, a hard link, a linked folder and a path with dots do not deceive', () => {
  const { folder, database } = openFolder()
  symlinkSync(database, path.join(folder, 'symbolic'))
  linkSync(`${database}-wal`, path.join(folder, 'hard'))
  symlinkSync(folder, path.join(folder, 'again'))
  mkdirSync(path.join(folder, 'sub'))
  for (const name of [
    'symbolic',
    'hard',
    'again/library.sqlite',
    'again/library.sqlite-shm',
    'sub/../library.sqlite-wal',
  ])
    expect(isPartOfLibrary(`${folder}/${name}`, database)).toBe(true)
})

test('a link to a companion that is not there yet belongs to the library', () => {
  const { folder, database } = openFolder()
  symlinkSync('library.sqlite-shm', path.join(folder, 'dangling'))
  expect(isPartOfLibrary(path.join(folder, 'dangling'), database)).toBe(true)
})

test('links in a circle end', () => {
  const { folder, database } = openFolder()
  symlinkSync('two', path.join(folder, 'one'))
  symlinkSync('one', path.join(folder, 'two'))
  expect(isPartOfLibrary(path.join(folder, 'one'), database)).toBe(false)
})

test('a library that is itself a link has its log beside the file it leads to', () => {
  const { folder, database } = openFolder()
  const link = path.join(folder, 'elsewhere')
  symlinkSync(database, link)
  expect(isPartOfLibrary(database, link)).toBe(true)
  expect(isPartOfLibrary(`${database}-wal`, link)).toBe(true)
  expect(isPartOfLibrary(link, database)).toBe(true)
})

test('a library that is not there yet is known by its name', () => {
  const { folder } = openFolder()
  const database = path.join(folder, 'sub', 'library.sqlite')
  expect(isPartOfLibrary(`${folder}/./sub/library.sqlite-wal`, database)).toBe(true)
  expect(isPartOfLibrary(`${folder}/sub/other`, database)).toBe(false)
})
