import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inProject } from '../setup/paths.mjs'
import { newestRelease, sourceDateEpoch } from './release-date.mjs'

function fileOf(...names: string[]): string {
  return readFileSync(inProject(...names), 'utf8')
}

test('there is one version: of the package, its lock, the agent and the newest entry of the changelog', () => {
  const { version } = JSON.parse(fileOf('package.json')) as { version: string }
  const lock = JSON.parse(fileOf('package-lock.json')) as { version: string }
  const [, agent] = /project\(folio_agent VERSION (\S+)/.exec(fileOf('native-bench', 'CMakeLists.txt')) ?? []
  expect([lock.version, agent, newestRelease().version]).toEqual([version, version, version])
})

test('the newest entry is the first one, and a file without one is refused', () => {
  const { version, date } = newestRelease('# Changes\n\n## 1.2.3 (2026-02-03)\n\n## 1.2.2 (2026-01-01)\n')
  expect([version, sourceDateEpoch(date)]).toEqual(['1.2.3', '1770076800'])
  expect(() => newestRelease('# Changes\n')).toThrow('no entry')
})
