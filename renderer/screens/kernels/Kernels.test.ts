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
let fetched: FetchedKernel[]

beforeEach(() => {
  setActivePinia(createPinia())
  fetched = []
  offeredKernels.mockReset().mockReturnValue([{ release, version: '7.0.1-1', bytes: 13 * mebibyte }])
  installWindowLab(
    {},
    {
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
  expect(offeredKernels).toHaveBeenCalledWith(['trixie', 'trixie-backports'])
  await press(view, `Fetch ${release}`)
  expect(view.text()).toContain('1 fetched, 13 MiB')
  await press(view, `Measure ${release}`)
  expect(router.currentRoute.value.path).toBe('/new-run')
  await press(view, `Remove ${release}`)
  expect(view.find(`[aria-label="Fetch ${release}"]`).exists()).toBe(true)
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
