import { expect, test } from 'vitest'
import { schemeOfKernel } from './kernel-scheme.ts'

test.each([
  ['6.18.44-fc-v782', {}, 'mm-id'],
  ['7.0.0-rc1', {}, 'mm-id'],
  ['6.18.0', { CONFIG_NO_PAGE_MAPCOUNT: 'y' }, 'mm-id-nopagemapcount'],
  ['6.18.0', { CONFIG_NO_PAGE_MAPCOUNT: 'n' }, 'mm-id'],
  ['6.14.3', { CONFIG_NO_PAGE_MAPCOUNT: 'y' }, 'upstream-6.12'],
  ['6.11.0', {}, 'upstream-6.10'],
  ['6.9.1', {}, 'upstream-6.9'],
  ['6.8.0-45-generic', {}, 'upstream-6.8'],
  ['6.1.0-37-amd64', {}, 'baseline'],
])('Linux %s %o accounts like %s', (release, config, scheme) => {
  expect(schemeOfKernel({ release, config })).toBe(scheme)
})
