import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '../../../engine/contract/failure.ts'
import { kibibyte } from '../../../engine/contract/units.ts'
import { installWindowLab } from '../../../test/fakes/window-lab.ts'
import { exampleReport } from '../../../test/fixtures/machine-report.ts'
import CounterexamplePanel from './CounterexamplePanel.vue'
import MetadataPanel from './MetadataPanel.vue'
import PhonePanel from './PhonePanel.vue'

const phone = vi.fn()
const counterexample = vi.fn()

beforeEach(() => {
  setActivePinia(createPinia())
  phone.mockReset().mockReturnValue([])
  counterexample.mockReset().mockReturnValue({ reproduced: true, text: '1. An order-9 folio\n   answers\n' })
  installWindowLab({}, { phone, counterexample })
})

test('the scenario is asked for the usual schemes, and of this kernel only where it can be', async () => {
  const panel = mount(PhonePanel, { props: { report: exampleReport } })
  await panel.get('[data-testid="run-phone"]').trigger('click')
  await flushPromises()
  expect(phone).toHaveBeenCalledWith(
    expect.objectContaining({
      schemes: ['baseline', 'upstream-6.10', 'mthp-reuse'],
      withKernel: false,
      folioBytes: 64 * kibibyte,
    }),
  )
  await panel.get('[data-testid="phone-kernel"]').setValue(true)
  await panel.get('[data-testid="phone-folio"]').setValue(String(16 * kibibyte))
  expect(panel.get('[data-testid="phone-obstacle"]').text()).toContain('16 KiB')
  expect(panel.get('[data-testid="run-phone"]').attributes('disabled')).toBeDefined()
})

test('an error is shown in the panel', async () => {
  phone.mockImplementation(() => {
    throw new Failure('unsupported', 'This kernel does not count them.', 'Take a newer one.')
  })
  const panel = mount(PhonePanel, { props: { report: exampleReport } })
  await panel.get('[data-testid="run-phone"]').trigger('click')
  await flushPromises()
  expect(panel.text()).toContain('This kernel does not count them.')
})

test('the counterexample is replayed when it is asked for', async () => {
  const panel = mount(CounterexamplePanel)
  expect(panel.find('[data-testid="counterexample"]').exists()).toBe(false)
  await panel.get('[data-testid="replay-counterexample"]').trigger('click')
  await flushPromises()
  expect(panel.get('[data-testid="counterexample"]').text()).toContain('An order-9 folio')
})

test('metadata is a row a scheme and a column a folio size', () => {
  const schemes = [
    { name: 'one', summary: '', section: 'A', metadata: [{ folioBytes: 64 * kibibyte, bytes: 72 }] },
    { name: 'of before', summary: '', section: 'A' },
  ]
  const panel = mount(MetadataPanel, { props: { schemes } })
  expect(panel.findAll('tbody tr').map(row => row.text())).toEqual(['one72'])
  expect(panel.text()).toContain('64 KiB')
})
