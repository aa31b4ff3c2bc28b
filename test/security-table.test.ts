/**
 * docs/security.md names the test that holds each promise: here the names
 * are compared with the tests.
 */
import { globSync, readFileSync } from 'node:fs'
import { FuseV1Options } from '@electron/fuses'
import { expect, test } from 'vitest'
import { fuses } from '../build/package/finish-folder.mjs'
import { inProject } from '../build/setup/paths.mjs'

const text = readFileSync(inProject('docs/security.md'), 'utf8')

/** Cells of the rows of the table that begins with these words. */
function rowsOf(firstHeading: string): string[][] {
  const lines = text.split('\n')
  const head = lines.findIndex(line => line.startsWith(`| ${firstHeading}`))
  const rest = lines.slice(head + 2)
  const rows = rest.slice(
    0,
    rest.findIndex(line => !line.startsWith('|')),
  )
  return rows.map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

/** Each test that is named: a file, and the titles in quotes after it. */
function namedTests(): [file: string, title: string][] {
  return [...text.matchAll(/`([\w/.-]+\.(?:test|e2e|vm)\.ts)`((?:,? “[^”]+”)*)/g)].flatMap(
    ([, file = '', titles = '']) =>
      [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']): [string, string] => [
        file,
        title.replace(/\s+/g, ' '),
      ]),
  )
}

test('every test that is named exists', () => {
  const named = namedTests()
  expect(named.length).toBeGreaterThan(25)
  for (const [file, title] of named)
    expect(readFileSync(inProject(file), 'utf8'), `${file}: ${title}`).toContain(`'${title}'`)
})

test('each row of the threat model has a test', () => {
  const rows = rowsOf('what a stranger hands over')
  expect(rows.length).toBeGreaterThan(6)
  for (const row of rows) expect(row.at(-1), row[0]).toMatch(/`[\w/.-]+\.(test|e2e|vm)\.ts` “.+”/)
})

test('each of the twenty points of Electron has a test', () => {
  const rows = rowsOf('#')
  expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  for (const row of rows) expect(row.at(-1)).toMatch(/^`[\w/.-]+\.ts` “.+”$/)
})

test('the table of fuses is what a package gets', () => {
  const told = rowsOf('fuse').map(([name = '', state]) => [name.replaceAll('`', ''), state === 'on'])
  expect(told).toEqual(Object.entries(fuses).map(([fuse, isOn]) => [FuseV1Options[Number(fuse)], isOn]))
})

test('the main process asks Electron for nothing that weakens a page', () => {
  const files = globSync('main/**/*.ts', { cwd: inProject('.') }).filter(file => !file.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(20)
  for (const file of files)
    expect(readFileSync(inProject(file), 'utf8'), file).not.toMatch(
      /allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|allowpopups|webSecurity|openExternal|file:\/\//i,
    )
})
