import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readText } from './read-text.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

function freshFile(content: string | Uint8Array): string {
  const file = path.join(temporaryFolder('text'), 'file')
  writeFileSync(file, content)
  return file
}

test('a text comes whole, also where a character lies across two pieces', () => {
  const text = `a${'€'.repeat(500_000)}😀` // 1.5 MB in pieces of 1 MiB
  expect([...readText(freshFile(text), 1e7)].join('')).toBe(text)
})

test('what is larger than the limit is refused before it is read', () => {
  const file = freshFile('')
  truncateSync(file, 2 ** 40) // sparse
  expect(() => [...readText(file, 2 ** 30)]).toThrow(/is larger than 1 GiB/)
})

test('a file that opens and cannot be read is named, as one on a bad disk', () => {
  const opensOnly = '/proc/self/mem' // nothing is mapped at its beginning
  expect(() => [...readText(opensOnly, 1e6)]).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: expect.stringContaining(`${opensOnly} cannot be read`),
    }),
  )
})

test('a device, a pipe, a folder and what is not text are named', () => {
  const folder = temporaryFolder('text')
  const pipe = path.join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const file of ['/dev/zero', pipe])
    expect(() => [...readText(file, 1e6)]).toThrow(/is a pipe or a device, not a file/)
  expect(() => [...readText(folder, 1e6)]).toThrow(/is a folder/)
  expect(() => [...readText(freshFile(Buffer.from([0xff, 0xfe])), 1e6)]).toThrow(/is not text in UTF-8/)
})
