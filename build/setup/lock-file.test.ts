import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inProject } from './paths.mjs'

type LockFile = Readonly<{
  packages: Readonly<Record<string, Readonly<{ optionalDependencies?: Readonly<Record<string, string>> }>>>
}>

// npm leaves optional packages of other systems out of the lock file when a registry mirror does
// not have them, and then refuses to install from that file anywhere.
test('the lock file names the optional packages of every system', () => {
  const { packages } = JSON.parse(readFileSync(inProject('package-lock.json'), 'utf8')) as LockFile
  const named = new Set(Object.keys(packages).map(place => place.slice(place.lastIndexOf('node_modules/'))))
  const wanted = Object.values(packages).flatMap(entry => Object.keys(entry.optionalDependencies ?? {}))
  expect(wanted.length).toBeGreaterThan(0)
  expect(wanted.filter(name => !named.has(`node_modules/${name}`))).toEqual([])
})
