import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import type { CaseSide } from '../../../engine/contract/case-details.ts'
import { exampleVariant } from '../../../test/fixtures/comparison.ts'
import SampleTable from './SampleTable.vue'

const mostInPage = 100 // rows; a screen shows fewer than 60

function sideOf(count: number): CaseSide {
  const samples = Array.from({ length: count }, (_, scheduleIndex) => ({
    scheduleIndex,
    round: scheduleIndex,
    block: 0,
    session: 0,
    startedAt: scheduleIndex,
    warmup: false,
    valid: true,
    reason: null,
    voidReason: null,
    value: 1_000_000 + scheduleIndex,
    outlier: null,
    figures: {},
  }))
  return { variant: exampleVariant(0, 'a'), quantity: 'time', samples, summary: null }
}

function mountTable(count: number) {
  const props = {
    sides: [{ side: sideOf(count), place: 0 as const, label: 'a' }],
    scale: { unit: 'ms', divisor: 1e6, decimals: 3 },
  }
  return mount(SampleTable, { props, attachTo: document.body })
}

test('of a hundred thousand samples only those in sight are in the page', () => {
  const table = mountTable(100_000)
  expect(table.find('[data-testid="sample-count"]').text()).toBe('100,000 samples')
  expect(table.find('[role="table"]').attributes('aria-rowcount')).toBe('100001')
  expect(table.findAll('[data-testid="sample-row"]').length).toBeLessThan(mostInPage)
  table.unmount()
})

test('a header sorts and says how', async () => {
  const table = mountTable(3)
  function header() {
    return table.find('[role="columnheader"].value')
  }
  await header().find('button').trigger('click')
  expect(header().attributes('aria-sort')).toBe('ascending')
  await header().find('button').trigger('click')
  expect(header().attributes('aria-sort')).toBe('descending')
  table.unmount()
})

test('the filter says how many of all are left', async () => {
  const table = mountTable(3)
  await table.find('[data-testid="sample-filter"]').setValue('no such words')
  expect(table.find('[data-testid="sample-count"]').text()).toBe('0 of 3 samples')
  expect(table.text()).toContain('No sample matches.')
  table.unmount()
})
