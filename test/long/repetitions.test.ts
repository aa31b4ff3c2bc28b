import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inProject } from '../../build/setup/paths.mjs'
import { repetitions, runOnce } from './repetitions.ts'

test('every repeated file or folder is there, and each has a key of its own', () => {
  for (const { name } of repetitions) {
    const [, files = ''] = /`(.*)`/.exec(name) ?? []
    expect(globSync(files, { cwd: inProject() }), files).not.toEqual([])
  }
  expect(new Set(repetitions.map(({ key }) => key)).size).toBe(repetitions.length)
})

test('a repetition in which nothing passes is a fault, and its seed is reported', async () => {
  expect(await runOnce('test/long/figures.test.ts', ['node'], 7, process.env)).toBeUndefined()
  expect(await runOnce('no-such-file', ['node'], 7, process.env)).toMatch(/^seed 7: .*No test files found/s)
})
