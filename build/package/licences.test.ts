import { expect, test } from 'vitest'
import { bundledLicences, packageOf } from './licences.mjs'
import { inProject } from '../setup/paths.mjs'

test('a module names its package, also a scoped one and one inside another', () => {
  expect(packageOf('../../node_modules/vue/dist/vue.js')).toBe('vue')
  expect(packageOf('../../node_modules/@vueuse/core/index.mjs')).toBe('@vueuse/core')
  expect(packageOf('../node_modules/a/node_modules/@b/c/index.js')).toBe('a/node_modules/@b/c')
  expect(packageOf('../../renderer/main.ts')).toBeNull()
})

test('what every bundle contains is listed with the text of its licence', () => {
  const licences = bundledLicences(inProject('out'))
  const names = licences.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['@fontsource-variable/inter', 'better-sqlite3']))
  for (const { name, version, licence, text } of licences) {
    expect(version, name).toMatch(/^\d+\.\d+/)
    expect(licence, name).toMatch(
      /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|OFL-1\.1|0BSD|Unlicense|BlueOak-1\.0\.0|\(MIT.*)$/,
    )
    expect(text.length, name).toBeGreaterThan(40)
  }
})
