import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { makeFolder } from './make-folder.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

test('a folder is made with those above it; one that is there stays', () => {
  const folder = path.join(temporaryFolder('folder'), 'a', 'b', 'c')
  makeFolder(folder)
  makeFolder(folder)
  expect(existsSync(folder)).toBe(true)
})

test('a file in the way is an error', () => {
  const file = path.join(temporaryFolder('folder'), 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(path.join(file, 'below'))).toThrow(/EEXIST/)
  expect(() => makeFolder(file)).toThrow(/EEXIST/)
})

test('a mount whose source is gone is an error, not an endless search', () => {
  const base = temporaryFolder('stale')
  const module = new URL('make-folder.ts', import.meta.url).href
  const script = `const { makeFolder } = await import('${module}')
    try { makeFolder('${base}/mount/a/b') } catch (error) { console.log(error.message) }`
  const mounts = `mkdir ${base}/source ${base}/mount && mount --bind ${base}/source ${base}/mount && rmdir ${base}/source`
  const shell = `${mounts} && exec "$0" --input-type=module --eval "$1"`
  const words = ['--mount', '--map-root-user', 'sh', '-c', shell, process.execPath, script]
  expect(execFileSync('unshare', words, { encoding: 'utf8' })).toBe(
    `The folder ${base}/mount cannot be used: its file system is no longer mounted.\n`,
  )
})
