import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { openLog } from './logging.ts'
import { temporaryFolder } from '../test/fixtures/temporary-folder.ts'

function now(): Date {
  return new Date(0)
}

let folder: string
beforeEach(() => (folder = temporaryFolder('logging')))

test('lines are appended across starts, with time and level', () => {
  const file = path.join(folder, 'logs', 'main.log')
  openLog(file, now).info('one')
  openLog(file, now).warn('two')
  expect(readFileSync(file, 'utf8')).toBe(
    '1970-01-01T00:00:00.000Z info  one\n1970-01-01T00:00:00.000Z warn  two\n',
  )
})

test('an error is written with its cause', () => {
  const file = path.join(folder, 'main.log')
  openLog(file, now).error('library', new Error('no space'))
  expect(readFileSync(file, 'utf8')).toMatch(/^\S+ error library: Error: no space\n {4}at /)
})

test('a large file makes room for a new one', () => {
  const file = path.join(folder, 'main.log')
  writeFileSync(file, 'x'.repeat(2 * 1024 * 1024 + 1))
  openLog(file, now).info('fresh')
  expect(readFileSync(file, 'utf8')).toBe('1970-01-01T00:00:00.000Z info  fresh\n')
  expect(readFileSync(`${file}.old`, 'utf8')).toHaveLength(2 * 1024 * 1024 + 1)
})

test('no control characters reach the terminal', () => {
  const file = path.join(folder, 'main.log')
  openLog(file, now).info('\u001b[2Jlabel\u202e')
  expect(readFileSync(file, 'utf8')).toBe('1970-01-01T00:00:00.000Z info  \\u001b[2Jlabel\\u202e\n')
})

test('a pipe in the place of the file is moved away, and nothing waits for its reader', () => {
  const file = path.join(folder, 'main.log')
  execFileSync('mkfifo', [file])
  openLog(file, now).info('one')
  expect(readFileSync(file, 'utf8')).toBe('1970-01-01T00:00:00.000Z info  one\n')
})

test('where the file cannot be written the line is on standard error', () => {
  writeFileSync(path.join(folder, 'logs'), 'a file where the folder should be')
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  openLog(path.join(folder, 'logs', 'main.log'), now).info('one')
  expect(write.mock.calls).toEqual([['1970-01-01T00:00:00.000Z info  one\n']])
  write.mockRestore()
})
