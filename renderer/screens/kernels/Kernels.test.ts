import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { Failure } from '../../../engine/contract/failure.ts'
import type { FetchedKernel } from '../../../engine/contract/kernels.ts'
import { mebibyte } from '../../../engine/contract/units.ts'
import { installWindowLab } from '../../../test/fakes/window-lab.ts'
import Kernels from './Kernels.vue'

const release = '7.0.1+deb14-cloud-amd64'
const kernel: FetchedKernel = { release, file: '/k/7.0.deb', bytes: 13 * mebibyte }
const offeredKernels = vi.fn()
const compareFunctions = vi.fn()
let fetched: FetchedKernel[]

beforeEach(() => {
  setActivePinia(createPinia())
  fetched = []
  offeredKernels.mockReset().mockReturnValue([{ release, version: '7.0.1-1', bytes: 13 * mebibyte }])
  compareFunctions.mockReset()
  installWindowLab(
    {},
    {
      compareFunctions,
      fetchedKernels: () => ({ folder: '/k', fetched }),
      offeredKernels,
      fetchKernel: () => {
        fetched = [kernel]
      },
      removeKernel: () => {
        fetched = []
      },
    },
  )
})

async function mountView() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:any(.*)*', component: { template: '<i />' } }],
  })
  const view = mount(Kernels, { global: { plugins: [router] } })
  await flushPromises()
  return { view, router }
}

type View = Awaited<ReturnType<typeof mountView>>['view']

async function press(view: View, label: string): Promise<void> {
  await view.get(`[aria-label="${label}"]`).trigger('click')
  await flushPromises()
}

async function ask(view: View, suites: string): Promise<void> {
  await view.get('[data-testid="field-suites"]').setValue(suites)
  await view.get('form').trigger('submit')
  await flushPromises()
}

test('a kernel is asked for, fetched, chosen for a run, and removed', async () => {
  const { view, router } = await mountView()
  expect(view.text()).toContain('No kernel fetched yet')
  await ask(view, 'trixie, trixie-backports')
  expect(offeredKernels).toHaveBeenCalledWith({
    suites: ['trixie', 'trixie-backports'],
    flavour: 'cloud-amd64',
  })
  await press(view, `Fetch ${release}`)
  expect(view.text()).toContain('1 fetched, 13 MiB')
  await press(view, `Measure ${release}`)
  expect(router.currentRoute.value.path).toBe('/new-run')
  await press(view, `Remove ${release}`)
  expect(view.find(`[aria-label="Fetch ${release}"]`).exists()).toBe(true)
})

test('kernels for arm64 with pages of 16 KiB are asked for', async () => {
  const { view } = await mountView()
  await view.get('[data-testid="field-flavour"]').setValue('arm64-16k')
  await ask(view, '')
  expect(offeredKernels).toHaveBeenCalledWith({ suites: [], flavour: 'arm64-16k' })
})

test('a suite that is none is told beside the field, and cannot be asked for', async () => {
  const { view } = await mountView()
  await view.get('[data-testid="field-suites"]').setValue('No Suite')
  expect(view.get('[data-testid="field-error"]').text()).toContain('“No” is not the name of a suite')
  expect(view.get('[data-testid="ask"]').attributes('disabled')).toBeDefined()
})

test('what apt says goes wrong is shown', async () => {
  offeredKernels.mockImplementation(() => {
    throw new Failure('unreachable', '“apt-get update” failed: E: no network.', 'Check the network.')
  })
  const { view } = await mountView()
  await ask(view, '')
  expect(view.text()).toContain('“apt-get update” failed: E: no network.')
})

const older: FetchedKernel = { release: '6.16', file: '/k/6.16.deb', bytes: mebibyte }
const newer: FetchedKernel = { release: '6.17', file: '/k/6.17.deb', bytes: mebibyte }

test('the functions in which the two newest kernels differ are asked for and shown', async () => {
  fetched = [kernel, older, newer]
  compareFunctions.mockReturnValue({
    before: { label: '6.16', instructions: 465.5 },
    after: { label: '6.17', instructions: 815.25 },
    functions: [
      { name: 'prot_commit_flush_ptes', before: 0, after: 339 },
      { name: 'vm_normal_page', before: 37, after: 66 },
    ],
  })
  const { view } = await mountView()
  await view.get('[data-testid="count-functions"]').trigger('submit')
  await flushPromises()
  expect(compareFunctions).toHaveBeenCalledWith({
    before: { label: '6.16', file: '/k/6.16.deb' },
    after: { label: '6.17', file: '/k/6.17.deb' },
    cell: { benchmark: 'mprotect', parameters: { sizeBytes: 409_600, folioBytes: 4096, tasks: 1 } },
  })
  expect(view.get('[data-testid="functions-sum"]').text()).toContain(
    '465.50 in 6.16, 815.25 in 6.17: +349.75.',
  )
  const rows = view.findAll('[data-testid="functions-table"] tbody tr').map(row => row.text())
  expect(rows[0]).toContain('prot_commit_flush_ptes')
  expect(rows.at(-1)).toContain('+368.00')
  expect(view.findAll('[role="img"]').map(bar => bar.attributes('aria-label'))).toEqual([
    '6.16: vm_normal_page 37.00',
    '6.17: prot_commit_flush_ptes 339.00, vm_normal_page 66.00',
  ])
})

test('why nothing could be counted is reported, and one kernel alone is not compared', async () => {
  fetched = [older, newer]
  compareFunctions.mockImplementation(() => {
    throw new Failure('qemu-missing', 'QEMU cannot be started here.', 'Install it.')
  })
  const { view } = await mountView()
  await view.get('[data-testid="count-functions"]').trigger('submit')
  await flushPromises()
  expect(view.text()).toContain('QEMU cannot be started here.')
  fetched = [older]
  const { view: single } = await mountView()
  expect(single.find('[data-testid="count-functions"]').exists()).toBe(false)
})
