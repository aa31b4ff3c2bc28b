import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { replaceLibrary } from './library-files.ts'
import { temporaryFolder } from '../test/fixtures/temporary-folder.ts'

function freshLibrary(): string {
  const file = path.join(temporaryFolder('replace'), 'library.sqlite')
  for (const ending of ['', '-wal', '-shm']) writeFileSync(file + ending, `before${ending}`)
  return file
}

test('a copy takes the place of the library, which is kept with its log under the name that is reported', async () => {
  const file = freshLibrary()
  writeFileSync(`${file}.taken`, 'after')
  const setAside = await replaceLibrary(file, `${file}.taken`, 7)
  expect(setAside).toBe(`${file}.before-restore-7`)
  expect(readFileSync(file, 'utf8')).toBe('after')
  for (const ending of ['', '-wal', '-shm']) {
    expect(readFileSync(setAside + ending, 'utf8')).toBe(`before${ending}`)
    expect(ending === '' || !existsSync(file + ending)).toBe(true)
  }
})

test('a copy that cannot take the place leaves the library as it was, and says so', async () => {
  const file = freshLibrary()
  await expect(replaceLibrary(file, `${file}.missing`, 7)).rejects.toMatchObject({
    message: expect.stringContaining('The library is unchanged.') as string,
  })
  expect(readFileSync(file, 'utf8')).toBe('before')
  expect(readdirSync(path.dirname(file)).filter(name => name.includes('before-restore'))).toEqual([])
})
