import { expect, test } from 'vitest'
import { pinnedVersion } from '../setup/pinned-electron.mjs'
import { fallbackVersion } from '../setup/fallback-folder.mjs'
import { refuseRuntime, runtimeFloors } from './runtime-floor.mjs'

const floors = {
  checkedOn: '2026-01-02',
  minimumVersions: [
    { major: 44, version: '44.2.10', why: 'CVE-1', source: 'https://example.org/1' },
    { major: 45, version: '45.1.0', why: 'CVE-2', source: 'https://example.org/2' },
  ],
}

test('a release may carry a version without known holes, and newer majors than the list', () => {
  for (const version of ['44.2.10', '44.10.0', '45.1.0', '46.0.0'])
    expect(refuseRuntime(version, floors)).toBeUndefined()
})

test('an older one is refused with the reason, its source and the day', () => {
  expect(refuseRuntime('44.2.9', floors)).toBe(
    'Electron 44.2.9 is older than 44.2.10: CVE-1 (https://example.org/1, 2026-01-02).',
  )
})

test('majors that get no more fixes and versions that are not stable are refused', () => {
  expect(refuseRuntime('43.9.9', floors)).toContain('gets no more fixes')
  expect(refuseRuntime('46.0.0-beta.1', floors)).toContain('not a stable version')
  expect(refuseRuntime(fallbackVersion)).toContain('gets no more fixes')
})

test('the list knows the pinned version, and says when it was looked at', () => {
  expect(refuseRuntime(pinnedVersion())).toBeUndefined()
  const majors = runtimeFloors.minimumVersions.map(({ major }) => major)
  expect(majors).toContain(Number(pinnedVersion().split('.')[0]))
  expect(runtimeFloors.checkedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/)
})
