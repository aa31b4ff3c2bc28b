import { Linter } from 'eslint'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import { expect, test } from 'vitest'
import { commentRulesPlugin } from './eslint-comment-rules.mjs'

/** The parser of components. */
const vueBase = vue.configs['flat/base'].map(({ rules: _, ...rest }) => rest)

/** The lines with which a rule finds fault. */
function faults(rule: 'width' | 'exports', code: string, file = 'x.ts'): number[] {
  const config: Linter.Config = {
    files: ['**/*.{ts,vue}'],
    plugins: { comments: commentRulesPlugin },
    rules: { [`comments/${rule}`]: 'error' },
    languageOptions: file.endsWith('.vue')
      ? { parserOptions: { parser: tseslint.parser } }
      : { parser: tseslint.parser },
  }
  const messages = new Linter().verify(code, [...vueBase, config], { filename: file })
  return messages.filter(({ ruleId }) => ruleId === `comments/${rule}`).map(({ line }) => line)
}

/** Text that ends in the given column of a line whose beginning it is told. */
function upTo(column: number, beginning: string): string {
  return beginning.padEnd(column, 'x')
}

test('a comment that is wider than 100 columns is a fault, code is none', () => {
  const code = [
    upTo(100, '// '),
    upTo(101, '// '),
    '/**',
    upTo(101, ' * '),
    ' */',
    upTo(101, 'const short = 1 // '),
    `const wide = '${upTo(120, '// ')}'`,
    `/* short */ const wider = '${upTo(120, '')}'`,
    upTo(120, '// eslint-disable-next-line no-console -- '),
  ].join('\n')
  expect(faults('width', code)).toEqual([2, 4, 6])
})

test('in a component the comments of markup and styles are read as well', () => {
  const code = [
    '<script setup lang="ts">',
    upTo(101, '// '),
    '</script>',
    `<template><!-- ${'x'.repeat(100)} --><p /></template>`,
    `<style>/* ${'x'.repeat(100)}`,
    'x */ p { color: red }</style>',
  ].join('\n')
  expect(faults('width', code, 'X.vue')).toEqual([2, 4, 5])
})

test('a function that others may call has its comment right above it', () => {
  const code = [
    '/** What it is for. */',
    'export function documented() {}',
    'export function undocumented() {}',
    '// no documentation',
    'export async function remarked() {}',
    'function ofItsOwn() {}',
    'export const value = ofItsOwn()',
  ].join('\n')
  expect(faults('exports', code)).toEqual([3, 5])
})
