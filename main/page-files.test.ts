import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageAddress, resolveFile } from './page-files.ts'

const folder = '/srv/page'

test('a page of the application is a file of the folder', () => {
  expect(resolveFile(pageAddress, folder)).toBe('/srv/page/index.html')
  expect(resolveFile('folio-lab://app/assets/main-1a.js?v=1#top', folder)).toBe('/srv/page/assets/main-1a.js')
  expect(resolveFile('folio-lab://app/two%20words.js', folder)).toBe('/srv/page/two words.js')
})

test.each([
  'folio-lab://app/',
  'folio-lab://app/..%2f..%2fetc/passwd',
  'folio-lab://app/%2e%2e/%2e%2e/etc/passwd%00',
  'folio-lab://app/a/..%2f..%2f..%2fpage-of-another/x',
  'folio-lab://app/%5c..%5cx',
  'folio-lab://app/%ff',
  'folio-lab://other/index.html',
  'folio-lab:index.html',
  'file:///etc/passwd',
  'https://app/index.html',
  'not an address',
])('refused: %s', address => {
  expect(resolveFile(address, folder)).toBeNull()
})

test('whatever the address, the file is inside the folder', () => {
  const piece = fc.oneof(
    fc.constantFrom('..', '.', '%2e%2e', '%2f', '..%2f', '%252e', '/', '\\', '%00', 'page-of-another'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece), pieces => {
      const file = resolveFile(`folio-lab://app/${pieces.join('/')}`, folder)
      expect(file === null || path.resolve(file).startsWith(`${folder}/`)).toBe(true)
    }),
  )
})
