import { expect, test } from 'vitest'
import {
  compareReleases,
  kernelsNamed,
  newestOfEach,
  parseSeriesRange,
  rangeNamed,
  seriesOf,
} from './kernel-release.ts'

const releases = [
  '7.0-cloud-amd64',
  '6.12.9-cloud-amd64',
  '6.1.0-37-cloud-amd64',
  '6.12.38+deb13-cloud-amd64',
]
const kernels = releases.map(release => ({ release }))

function named(word: string): string[] {
  return kernelsNamed(word, kernels).map(({ release }) => release)
}

test('releases are in order by their numbers, and what comes before a release is older', () => {
  expect([...releases].sort(compareReleases)).toEqual([
    '6.1.0-37-cloud-amd64',
    '6.12.9-cloud-amd64',
    '6.12.38+deb13-cloud-amd64',
    '7.0-cloud-amd64',
  ])
  expect(compareReleases('7.0~rc1', '7.0')).toBeLessThan(0)
  expect(compareReleases('7.0', '7.0')).toBe(0)
})

test('a series is the first two numbers', () => {
  expect(['6.12.38+deb13-cloud-amd64', '7.0-cloud-amd64', '6.1', '6.1x', 'x'].map(seriesOf)).toEqual([
    '6.12',
    '7.0',
    '6.1',
    '6.1',
    null,
  ])
})

test('a release, a series and a range name kernels; the newest stands for its series', () => {
  expect(named('6.12.9-cloud-amd64')).toEqual(['6.12.9-cloud-amd64'])
  expect(named('6.12')).toEqual(['6.12.38+deb13-cloud-amd64'])
  expect(named('6.1..6.12')).toEqual(['6.1.0-37-cloud-amd64', '6.12.38+deb13-cloud-amd64'])
  expect(named('6.2..7.3')).toEqual(['6.12.38+deb13-cloud-amd64', '7.0-cloud-amd64'])
  expect(named('6.2')).toEqual([])
  expect(named('6')).toEqual([])
  expect(newestOfEach(kernels)).toHaveLength(3)
})

test('6.9 lies before 6.12, and a range the wrong way round is refused with the right one', () => {
  expect(parseSeriesRange('6.9..6.12')).toEqual({ from: '6.9', to: '6.12' })
  expect(() => parseSeriesRange('6.12..6.9')).toThrow(
    expect.objectContaining({ code: 'bad-input', advice: 'Write the older one first: 6.9..6.12.' }),
  )
  for (const text of ['6.1', '6..7', '../6.1..7.0', '6.1...6.2']) expect(parseSeriesRange(text)).toBeNull()
})

test('a kernel with pages of 16 KiB stands for its series only where it is named, or alone', () => {
  const arm = ['6.12.9-cloud-arm64', '6.12.10-arm64-16k', '7.0.1-arm64-16k'].map(release => ({ release }))
  function armNamed(word: string): string[] {
    return kernelsNamed(word, arm).map(({ release }) => release)
  }
  expect(armNamed('6.12')).toEqual(['6.12.9-cloud-arm64'])
  expect(armNamed('6.12-arm64-16k')).toEqual(['6.12.10-arm64-16k'])
  expect(armNamed('6.12..7.0')).toEqual(['6.12.9-cloud-arm64', '7.0.1-arm64-16k'])
  expect(armNamed('6.12..7.0-arm64-16k')).toEqual(['6.12.10-arm64-16k', '7.0.1-arm64-16k'])
  expect(armNamed('6.12-riscv64')).toEqual([])
  expect(rangeNamed('6.12..7.0-arm64-16k')).toEqual({ from: '6.12', to: '7.0' })
  expect(rangeNamed('6.12-arm64-16k')).toBeNull()
})
