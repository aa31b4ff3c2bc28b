import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { single } from './outcome.mjs'
import { inTemporaryFolder } from './temporary-folder.mjs'

const passed = single(true, 'a check')

test('a part has a folder of its own, which is gone afterwards', async () => {
  const folder = path.join(temporaryFolder('part'), 'unit')
  const outcome = await inTemporaryFolder(folder, async own => {
    writeFileSync(path.join(own, 'left by the system'), '')
    return passed
  })
  expect(outcome).toEqual(passed)
  expect(existsSync(folder)).toBe(false)
})

test('what a part leaves of ours is a failure, and named', async () => {
  const folder = path.join(temporaryFolder('part'), 'unit')
  const outcome = await inTemporaryFolder(folder, async own => {
    for (const name of ['folio-agent-test-b', 'folio-lab-cli-a']) mkdirSync(path.join(own, name))
    return passed
  })
  expect(outcome).toMatchObject({
    passed: 1,
    failed: 1,
    failures: ['unit left in the temporary folder: folio-agent-test-b, folio-lab-cli-a'],
  })
  expect(existsSync(folder)).toBe(false)
})

test('a part that ends badly leaves nothing either', async () => {
  const folder = path.join(temporaryFolder('part'), 'unit')
  const outcome = inTemporaryFolder(folder, () => Promise.reject(new Error('no display')))
  await expect(outcome).rejects.toThrow('no display')
  expect(existsSync(folder)).toBe(false)
})
