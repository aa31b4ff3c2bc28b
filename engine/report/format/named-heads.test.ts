import { expect, test } from 'vitest'
import { renderLatex } from './latex.ts'
import { renderMarkdown } from './markdown.ts'
import type { Table } from '../content/table.ts'
import { renderText } from './text.ts'

/** A matrix with a column for each of these benchmarks. */
function matrixOf(names: readonly string[]): Table {
  return {
    title: 'Percent change',
    columns: [
      { head: 'variant', align: 'left' },
      ...names.map((name, index) => ({ head: `(${index + 1})`, name, align: 'right' as const })),
    ],
    rows: [[{ text: 'all', value: 'all' }, ...names.map(() => ({ text: '-6.9', value: -6.9 }))]],
    notes: [],
    legend: names.map((name, index) => `(${index + 1}) ${name}`).join(' '),
  }
}

const few = matrixOf(['remap', 'munmap', 'cow'])
const many = matrixOf(Array.from({ length: 10 }, (_, index) => `benchmark-${index}`))

test.each([
  ['text', renderText],
  ['LaTeX', renderLatex],
])('a matrix as %s has the names of its columns where they fit, else numbers and a legend', (_, render) => {
  expect(render([few])).toMatch(/variant.*remap.*munmap.*cow/)
  expect(render([few])).not.toContain('(1)')
  expect(render([many])).toMatch(/variant.*\(1\).*\(2\)/)
  expect(render([many])).toContain('(10) benchmark-9')
})

test('a Markdown matrix has names, however many', () => {
  expect(renderMarkdown([many])).toContain('| variant | benchmark-0 | benchmark-1 |')
  expect(renderMarkdown([many])).not.toContain('(1)')
})

test('LaTeX sets minus signs, not hyphens, before numbers alone', () => {
  const text = renderLatex([{ ...few, title: 'anon-cow-2 from -1' }])
  expect(text).toContain('all & $-$6.9 & $-$6.9 & $-$6.9')
  expect(text).toContain('anon-cow-2')
})
