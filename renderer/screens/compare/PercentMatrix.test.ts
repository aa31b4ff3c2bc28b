import { enableAutoUnmount, mount } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { afterEach, expect, test } from 'vitest'
import { h } from 'vue'
import {
  exampleCell,
  exampleComparison,
  exampleRow,
  exampleVariant,
} from '../../../test/fixtures/comparison.ts'
import { matrixOf } from './matrix.ts'
import PercentMatrix from './PercentMatrix.vue'

function mountMatrix(isTransposed = false) {
  const rows = [exampleCell('remap'), exampleCell('fork'), exampleCell('anon-cow-seq')].map(cell =>
    exampleRow(cell),
  )
  const props = { matrix: matrixOf(exampleComparison(rows)), baseline: exampleVariant(0, 'a'), isTransposed }
  const slots = { default: () => h(PercentMatrix, props) }
  return mount(TooltipProvider, { slots, attachTo: document.body }).getComponent(PercentMatrix)
}

enableAutoUnmount(afterEach)

test('one cell is reached by Tab; arrows go from there to the headers and stop at the edges', async () => {
  const matrix = mountMatrix()
  const cells = matrix.findAll('[data-testid="compare-cell"]')
  expect(cells.map(cell => cell.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
  matrix.find<HTMLElement>('[tabindex="0"].cell').element.focus()
  for (const [key, place] of [
    ['ArrowRight', '0/1'],
    ['End', '0/2'],
    ['ArrowRight', '0/2'],
    ['ArrowDown', '0/2'],
    ['ArrowUp', '-1/2'],
    ['ArrowUp', '-1/2'],
    ['ArrowDown', '0/2'],
    ['Home', '0/0'],
    ['ArrowLeft', '0/-1'],
    ['ArrowUp', '0/-1'],
    ['ArrowRight', '0/0'],
  ] as const) {
    const focused = document.activeElement
    focused?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    await matrix.vm.$nextTick()
    expect([key, document.activeElement?.getAttribute('data-place')]).toEqual([key, place])
  }
  const looked = matrix.emitted('look')?.map(([cell]) => (cell as { key: string }).key)
  expect(looked?.at(-1)).toContain('remap')
})

test('transposed, the benchmarks are rows, and the same cells hold the same numbers', () => {
  const [plain, transposed] = [mountMatrix(), mountMatrix(true)]
  function read(matrix: typeof plain) {
    return matrix
      .findAll('[data-testid="compare-cell"]')
      .map(cell => [cell.attributes('data-benchmark'), cell.text()])
  }
  expect(read(transposed)).toEqual(read(plain))
  expect(transposed.findAll('[data-place$="/0"].cell').map(cell => cell.attributes('data-place'))).toEqual([
    '0/0',
    '1/0',
    '2/0',
  ])
})

test('Enter, Space and a click open a cell', async () => {
  const matrix = mountMatrix()
  const cell = matrix.find('[data-testid="compare-cell"]')
  await cell.trigger('keydown', { key: 'Enter' })
  await cell.trigger('keydown', { key: ' ' })
  await cell.trigger('click')
  expect(matrix.emitted('open')).toHaveLength(3)
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
  expect(cell.text()).toBe('+10.0%[+9.0, +11.0]○ not calibrated')
})

test('any variant becomes the baseline by click', async () => {
  const matrix = mountMatrix()
  await matrix.find('[data-testid="make-baseline"]').trigger('click')
  expect(matrix.emitted('baseline')).toEqual([[exampleVariant(1, 'b').reference]])
})
