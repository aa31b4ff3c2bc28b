/**
 * Who imports whom: the table of build/import-rules.mjs against every import
 * statement of the sources.
 */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { importRules, includeRules, isInside, refuseImport, ruleFor } from '../build/import-rules.mjs'

const root = path.resolve(import.meta.dirname, '..')
const sources = globSync('{engine,main,renderer,build,test}/**/*.{ts,mjs,vue}', { cwd: root })

/** The specifiers that a source imports, in any form the compiler knows. */
function importsOf(file: string, text: string): string[] {
  const code = file.endsWith('.vue')
    ? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, script]) => script).join('\n')
    : text
  return ts.preProcessFile(code).importedFiles.map(({ fileName }) => fileName)
}

function judge(file: string, specifier: string): string | undefined {
  const isRelative = specifier.startsWith('.')
  return refuseImport(file, isRelative ? path.join(path.dirname(file), specifier) : specifier, isRelative)
}

test('every import of every source is one that the table allows', () => {
  const offences = sources.flatMap(file =>
    importsOf(file, readFileSync(path.join(root, file), 'utf8'))
      .map(specifier => judge(file, specifier))
      .filter(reason => reason !== undefined)
      .map(reason => `${file}: ${reason}`),
  )
  expect(sources.length).toBeGreaterThan(0)
  expect(offences).toEqual([])
})

const nativeSources = globSync('native-bench/**/*.{cpp,hpp}', { cwd: root })

/** The folders of native-bench that a source includes something of. */
function includesOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return [...text.matchAll(/^#include "([^"]+)\/[^"/]+"$/gm)].map(([, folder]) => `native-bench/${folder}`)
}

test('every include of every source of native-bench is one that its table allows', () => {
  const offences = nativeSources
    .filter(file => !isInside(file, 'native-bench/test'))
    .flatMap(file => {
      const folder = path.dirname(file)
      const allowed = [folder, ...(includeRules[folder] ?? [])]
      return includesOf(file)
        .filter(included => !allowed.includes(included))
        .map(included => `${file} may not include ${included}`)
    })
  expect(nativeSources.length).toBeGreaterThan(0)
  expect(offences).toEqual([])
  const folders = nativeSources.map(file => path.dirname(file))
  const rooms = folders.filter(folder => !isInside(folder, 'native-bench/test'))
  expect([...new Set(rooms)].sort()).toEqual(Object.keys(includeRules).sort())
})

test('no two folders of native-bench include each other, not even by way of others', () => {
  const includes = new Map(Object.entries(includeRules).map(([folder, others]) => [folder, new Set(others)]))
  expect([...includes.keys()].filter(folder => reachedFrom(folder, includes).has(folder))).toEqual([])
})

const architecture = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8')

/** The rows of the table under a heading, cell by cell; the head is none. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = architecture.split(`\n## ${heading}\n`)
  const rows = [...section.split('\n## ')[0]!.matchAll(/^\| (.*) \|$/gm)].slice(2)
  return rows.map(([, row = '']) => row.split(' | ').map(cell => cell.trim()))
}

/** The names that stand as code in a text. */
function codeIn(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}

test('the architecture describes every folder, and none that is not there', () => {
  const described = tableUnder('Folders').flatMap(([names]) => codeIn(names))
  const ruled = importRules.map(({ folder }) => folder).filter(folder => !folder.endsWith('.ts'))
  const there = [...ruled, ...Object.keys(includeRules)]
  expect(described.sort()).toEqual(there.sort())
})

test('the architecture says who may import whom, as lint holds it', () => {
  const told = new Map(
    tableUnder('Who imports whom').map(([folder, others]) => [codeIn(folder)[0], codeIn(others)]),
  )
  const rules = [
    ...importRules.map(({ folder, folders }) => [folder, folders] as const),
    ...Object.entries(includeRules),
  ]
  expect([...told.keys()].sort()).toEqual(rules.map(([folder]) => folder).sort())
  for (const [folder, folders] of rules) expect(told.get(folder)?.sort(), folder).toEqual([...folders].sort())
})

test('the architecture says why each package is there, and names none that is not', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>
  const used = Object.keys({ ...dependencies, ...devDependencies })
  const told = tableUnder('Dependencies').flatMap(([names = '']) => names.split(', '))
  expect(told.sort()).toEqual(used.filter(name => !name.startsWith('@types/')).sort())
})

test('each step of the way of a sample is where the architecture says', () => {
  const steps = [...architecture.matchAll(/^\d+\. `(\w+)` in `([^`]+)`/gm)]
  expect(steps.length).toBeGreaterThan(5)
  const missing = steps.filter(
    ([, name = '', file = '']) =>
      !new RegExp(`\\b${name}\\b`).test(readFileSync(path.join(root, file), 'utf8')),
  )
  expect(missing.map(([step]) => step)).toEqual([])
})

/** What is cited by a letter: `A.3`, `D.5.2`, `section M`; as ranges, `D.1-D.6` are their ends. */
const citation = /(?<![\w.])([A-P](?:\.\d+){1,2})(?![\w])|\b[Ss]ections? ([A-P])\b/g

test('every section of docs/schemes.md that is cited somewhere is there', () => {
  const specification = readFileSync(path.join(root, 'docs/schemes.md'), 'utf8')
  const sections = new Set([...specification.matchAll(/^#+ ([A-P](?:\.\d+)*)\.? /gm)].map(([, name]) => name))
  // Its own text cites; so do C++, which calls it the specification, and the other documents.
  const files = [...nativeSources, ...globSync('docs/*.md', { cwd: root })]
  const cited = files.flatMap(file =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(citation)].map(([, part, whole]) => ({
      file,
      name: part ?? whole ?? '',
    })),
  )
  expect(cited.length).toBeGreaterThan(200)
  expect(cited.filter(({ name }) => !sections.has(name))).toEqual([])
})

test('every folder of the engine has a row, and every row a folder', () => {
  const folders = new Set(sources.filter(file => isInside(file, 'engine')).map(file => path.dirname(file)))
  expect([...folders].filter(folder => !ruleFor(folder))).toEqual([])
  expect(importRules.filter(({ folder }) => !sources.some(file => isInside(file, folder)))).toEqual([])
})

/** What each source imports of the others. */
const imported = new Map(
  sources.map(file => [
    file,
    importsOf(file, readFileSync(path.join(root, file), 'utf8'))
      .filter(specifier => specifier.startsWith('.'))
      .map(specifier => path.join(path.dirname(file), specifier)),
  ]),
)

/** Which places import which others, where `placeOf` says what of a file counts as its place. */
function importsBetween(placeOf: (file: string) => string | undefined): Map<string, Set<string>> {
  const between = new Map<string, Set<string>>()
  for (const [file, others] of imported)
    for (const other of file.endsWith('.test.ts') ? [] : others) {
      const [from, to] = [placeOf(file), placeOf(other)]
      if (from && to && from !== to) between.set(from, (between.get(from) ?? new Set()).add(to))
    }
  return between
}

function circlesIn(imports: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...imports.keys()].filter(place => reachedFrom(place, imports).has(place))
}

test('no two folders of the table import each other, not even by way of others', () => {
  const folderOf = new Map(
    importRules.map(({ folder }) => [folder, folder.endsWith('.ts') ? path.dirname(folder) : folder]),
  )
  const imports = importsBetween(file => folderOf.get(ruleFor(file)?.folder ?? ''))
  expect(imports.size).toBeGreaterThan(0)
  expect(circlesIn(imports)).toEqual([])
})

test('no two folders beside each other import each other; one within another is a part of it', () => {
  const folders = new Set(sources.map(file => path.dirname(file)))
  const parents = [...new Set([...folders].map(folder => path.dirname(folder)))].sort()
  expect(parents).toContain('engine/report')
  const circles = parents.flatMap(parent =>
    circlesIn(
      importsBetween(file => {
        const [child, below] = path.relative(parent, file).split('/')
        return child === '..' || below === undefined ? undefined : path.join(parent, child ?? '')
      }),
    ),
  )
  expect(circles).toEqual([])
})

test('no file imports itself by way of others', () => {
  expect(circlesIn(importsBetween(file => file))).toEqual([])
})

function reachedFrom(folder: string, imports: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>()
  const waiting = [...(imports.get(folder) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue
    reached.add(next)
    waiting.push(...(imports.get(next) ?? []))
  }
  return reached
}

test.each([
  ['renderer/App.vue', '../engine/library/runs.ts'],
  ['renderer/App.vue', '../main/window.ts'],
  ['renderer/page/lab.ts', 'electron'],
  ['renderer/page/lab.ts', 'node:fs'],
  ['renderer/screens/runs/Runs.vue', '../compare/matrix.ts'],
  ['renderer/stores/session.ts', '../screens/live/progress.ts'],
  ['renderer/ui/ChartPanel.vue', '../stores/documents.ts'],
  ['renderer/charts/forest.ts', '../ui/ChartPanel.vue'],
  ['renderer/view-models/tally.ts', 'vue'],
  ['main/main.ts', '../engine/session/session.ts'],
  ['main/main.ts', '../renderer/page/lab.ts'],
  ['engine/contract/sample.ts', 'node:fs'],
  ['engine/contract/sample.ts', '../plan/random.ts'],
  ['engine/statistics/quantile.ts', 'node:fs'],
  ['engine/session/session.ts', '../library/samples.ts'],
  ['engine/session/session.ts', 'electron'],
  ['engine/library/runs.ts', 'better-sqlite3'],
  ['engine/cli/main.ts', '../../main/main.ts'],
  ['engine/plan/plan.test.ts', '../../main/main.ts'],
])('%s may not import %s', (file, specifier) => {
  expect(judge(file, specifier)).toBeTypeOf('string')
})

test.each([
  ['renderer/page/lab.ts', '../../engine/contract/api.ts'],
  ['renderer/screens/runs/Runs.vue', './run-columns.ts'],
  ['renderer/screens/runs/Runs.vue', '../../stores/runs.ts'],
  ['renderer/charts/pictures.test.ts', '../screens/compare/matrix.ts'],
  ['main/main.ts', 'electron'],
  ['engine/session/session.ts', '../plan/schedule.ts'],
  ['engine/library/database.ts', 'better-sqlite3'],
  ['engine/plan/plan.test.ts', 'fast-check'],
])('%s may import %s', (file, specifier) => {
  expect(judge(file, specifier)).toBeUndefined()
})

test('the reader of import statements sees every form of them, also in components', () => {
  const code = `import a from 'a'
import {
  type B,
} from "b"
import 'c'
export * from 'd'
export { e } from 'e'
const f = await import('f')
const notOne = "import 'g'"`
  const all = ['a', 'b', 'c', 'd', 'e', 'f']
  expect(importsOf('x.ts', code)).toEqual(all)
  expect(
    importsOf('X.vue', `<script setup lang="ts">\n${code}\n</script>\n<template>import 'h'</template>`),
  ).toEqual(all)
})
