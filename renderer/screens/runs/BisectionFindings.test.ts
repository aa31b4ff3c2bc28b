import { flushPromises, mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import { Failure } from '../../../engine/contract/failure.ts'
import { installWindowLab } from '../../../test/fakes/window-lab.ts'
import { newRunId } from '../../../test/fixtures/run.ts'
import BisectionFindings from './BisectionFindings.vue'

const kernels = [
  { label: '6.1', release: '6.1.0', count: 100, changePercent: 0, note: '' },
  { label: '6.2', release: '', count: null, changePercent: null, note: 'not needed' },
  { label: '6.3', release: '6.3.0', count: 90, changePercent: -10, note: 'first that changed' },
]

test('every kernel is a row, and the sentence says which is the first that changed', async () => {
  const sentence = 'The first that differs by more than 5 % is 6.3.'
  const bisection = vi.fn().mockReturnValue({ sentence, changed: 2, unchanged: 0, kernels, booted: 2 })
  installWindowLab({ bisection }, {})
  const view = mount(BisectionFindings, { props: { id: newRunId(), status: 'running' } })
  await flushPromises()
  expect(view.get('[data-testid="bisection-sentence"]').text()).toBe(sentence)
  expect(view.findAll('tbody tr').map(row => row.text())).toHaveLength(3)
  expect(view.text()).toContain('-10'.replace('-', '\u2212'))
  expect(view.text()).toContain('2 of 3 kernels were booted.')
})

test('a search under way says so, and an error is shown', async () => {
  const unfinished = { sentence: null, changed: null, unchanged: null, kernels: [], booted: 1 }
  installWindowLab({ bisection: () => unfinished }, {})
  const view = mount(BisectionFindings, { props: { id: newRunId(), status: 'running' } })
  await flushPromises()
  expect(view.text()).toContain('The search has not finished.')
  installWindowLab(
    {
      bisection: () => {
        throw new Failure('not-found', 'There is no such run.', '')
      },
    },
    {},
  )
  const gone = mount(BisectionFindings, { props: { id: newRunId(), status: 'running' } })
  await flushPromises()
  expect(gone.text()).toContain('There is no such run.')
})
