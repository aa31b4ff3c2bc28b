import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { exampleCell, exampleComparison, exampleRow, exampleVariant } from '../../test/fixtures/comparison.ts'
import { matrixOf } from '../view-models/matrix.ts'
import PercentMatrix from './PercentMatrix.vue'

function mountMatrix() {
  const rows = [exampleCell('remap'), exampleCell('fork'), exampleCell('anon-cow-seq')].map(cell =>
    exampleRow(cell),
  )
  const props = { matrix: matrixOf(exampleComparison(rows)), baseline: exampleVariant(0, 'a') }
  return mount(PercentMatrix, { props, attachTo: document.body })
}

test('one cell is reached by Tab, arrows go from there and stop at the edges', async () => {
  const matrix = mountMatrix()
  const cells = matrix.findAll('[data-testid="compare-cell"]')
  expect(cells.map(cell => cell.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
  cells[0]?.element.dispatchEvent(new FocusEvent('focus'))
  for (const [key, column] of [
    ['ArrowRight', 1],
    ['End', 2],
    ['ArrowRight', 2],
    ['ArrowDown', 2],
    ['Home', 0],
    ['ArrowLeft', 0],
  ] as const) {
    await matrix.find('[tabindex="0"].cell').trigger('keydown', { key })
    expect(document.activeElement?.getAttribute('data-place')).toBe(`0/${column}`)
  }
  const looked = matrix.emitted('look')?.map(([cell]) => (cell as { key: string }).key)
  expect(looked?.at(-1)).toContain('remap')
  matrix.unmount()
})

test('a cell carries its whole sentence and its numbers', () => {
  const matrix = mountMatrix()
  const cell = matrix.find('[data-testid="compare-cell"]')
  expect(cell.attributes()).toMatchObject({
    'data-benchmark': 'remap',
    'data-variant': 'b',
    'data-percent': '10',
    'data-low': '9',
    'data-high': '11',
    'data-n': '10',
    'aria-label': expect.stringContaining('remap, b: +10.0') as string,
  })
  expect(cell.text()).toBe('+10.0%[+9.0, +11.0]')
  matrix.unmount()
})

test('any variant becomes the baseline by click', async () => {
  const matrix = mountMatrix()
  await matrix.find('[data-testid="make-baseline"]').trigger('click')
  expect(matrix.emitted('baseline')).toEqual([[exampleVariant(1, 'b').reference]])
  matrix.unmount()
})
