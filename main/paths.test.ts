import { expect, test } from 'vitest'
import { resolvePaths } from './paths.ts'

const checkout = { bundles: '/checkout/out', isPackaged: false, resources: '/electron/resources' }
const installed = {
  bundles: '/opt/lab/resources/app.asar/out',
  isPackaged: true,
  resources: '/opt/lab/resources',
}

test('data lie in the XDG data folder, as for the command line', () => {
  expect(resolvePaths(checkout, { XDG_DATA_HOME: '/data' }, '/home/a').database).toBe(
    '/data/folio-lab/library.sqlite',
  )
  for (const environment of [{}, { XDG_DATA_HOME: '' }, { XDG_DATA_HOME: 'relative' }])
    expect(resolvePaths(checkout, environment, '/home/a').dataFolder).toBe('/home/a/.local/share/folio-lab')
})

test.each(['', 'home/a'])(
  'a home “%s” is no place for data, and the failure says which variable to set',
  home => {
    expect(() => resolvePaths(checkout, {}, home)).toThrow(/^HOME is /)
    expect(resolvePaths(checkout, { XDG_DATA_HOME: '/data' }, home).dataFolder).toBe('/data/folio-lab')
  },
)

test('the agent is beside the archive of a package, since nothing can be started from inside one', () => {
  expect(resolvePaths(installed, {}, '/home/a').agent).toBe('/opt/lab/resources/folio-agent')
  expect(resolvePaths(checkout, {}, '/home/a').agent).toBe('/checkout/out/native/release/folio-agent')
})

test('a package uses no addon but its own', () => {
  const environment = { FOLIO_LAB_SQLITE_BINDING: '/cache/better_sqlite3.node' }
  expect(resolvePaths(checkout, environment, '/home/a').sqliteBinding).toBe('/cache/better_sqlite3.node')
  expect(resolvePaths(installed, environment, '/home/a').sqliteBinding).toBe(
    '/opt/lab/resources/better_sqlite3.node',
  )
  expect(resolvePaths(checkout, {}, '/home/a').sqliteBinding).toBeNull()
})
