import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { copyTogether } from './copy-together.ts'

function library(): Readonly<{ file: string; copy: string }> {
  const folder = temporaryFolder('together')
  const file = path.join(folder, 'library.sqlite')
  for (const ending of ['', '-wal']) writeFileSync(file + ending, `first${ending};`)
  return { file, copy: path.join(folder, 'copy.sqlite') }
}

test('a log that is written into its database between the two copies is copied with it', () => {
  const { file, copy } = library()
  let writes = 1
  copyTogether(file, copy, (from, to) => {
    copyFileSync(from, to)
    if (writes-- > 0) for (const ending of ['', '-wal']) appendFileSync(file + ending, `second${ending};`)
  })
  expect(['', '-wal'].map(ending => readFileSync(copy + ending, 'utf8'))).toEqual([
    'first;second;',
    'first-wal;second-wal;',
  ])
})

test('what is written all the time is reported', () => {
  const { file, copy } = library()
  expect(() =>
    copyTogether(file, copy, (from, to) => {
      copyFileSync(from, to)
      appendFileSync(file, 'more')
    }),
  ).toThrow('is being written elsewhere all the time')
})
