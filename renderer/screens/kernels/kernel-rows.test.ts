import { expect, test } from 'vitest'
import { mebibyte } from '../../../engine/contract/units.ts'
import { fetchedText, listKernels, readSuites, twoToCompare } from './kernel-rows.ts'

const fetched = [
  { release: '6.1.0-50', file: '/k/6.1.deb', bytes: 25.3 * mebibyte },
  { release: '7.0.4', file: '/k/7.0.deb', bytes: 13 * mebibyte },
]
const offered = [
  { release: '6.12.9', version: '6.12.9-1', bytes: 30 * mebibyte },
  { release: '7.0.4', version: '7.0.4-1', bytes: 13 * mebibyte },
]

test('each kernel stands once, newest first, also what is not on offer any more', () => {
  expect(listKernels(fetched, offered)).toEqual([
    { release: '7.0.4', version: '7.0.4-1', download: '13 MiB', fetched: '13 MiB', file: '/k/7.0.deb' },
    { release: '6.12.9', version: '6.12.9-1', download: '30 MiB', fetched: null, file: null },
    { release: '6.1.0-50', version: '', download: '', fetched: '25 MiB', file: '/k/6.1.deb' },
  ])
  expect(fetchedText(fetched)).toBe('2 fetched, 38 MiB')
})

test('suites stand between blanks or commas, and a wrong name is reported', () => {
  expect(readSuites('trixie, bookworm-backports')).toEqual({ suites: ['trixie', 'bookworm-backports'] })
  expect(readSuites(' ')).toEqual({ suites: [] })
  expect(readSuites('trixie Main!').error).toBe(
    '“Main!” is not the name of a suite, such as trixie or bookworm-backports.',
  )
})

test('the two newest kernels for the same machines are compared, else the two newest', () => {
  function compared(...names: readonly string[]) {
    const kernels = names.map(name => ({ release: name, file: `/k/${name}.deb`, bytes: 1 }))
    return twoToCompare(kernels).map(kernel => kernel?.release)
  }
  expect(compared('6.12-cloud-arm64', '7.3-arm64-16k', '7.3-cloud-amd64', '7.3-cloud-arm64')).toEqual([
    '6.12-cloud-arm64',
    '7.3-cloud-arm64',
  ])
  expect(compared('6.12-cloud-amd64', '7.3-arm64-16k')).toEqual(['6.12-cloud-amd64', '7.3-arm64-16k'])
})
