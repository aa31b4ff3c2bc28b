import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { beforeEach, expect, test, vi } from 'vitest'
import { h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { Failure } from '../../../engine/contract/failure.ts'
import type { Estimate, MachineReport } from '../../../engine/contract/api.ts'
import type { Facts } from '../../../engine/contract/environment.ts'
import type { Plan } from '../../../engine/contract/plan.ts'
import { installWindowLab, type FakeLab } from '../../../test/fakes/window-lab.ts'
import { exampleReport } from '../../../test/fixtures/machine-report.ts'
import { useNotices } from '../../stores/notices.ts'
import { useSession } from '../../stores/session.ts'
import NewRun from './NewRun.vue'

const inspectOther = vi.fn<(name: string) => MachineReport>()
const startRun = vi.fn<(plan: Plan) => string>()
const startRunOn = vi.fn<(wish: { plan: Plan; machine: string }) => string>()
const estimate = vi.fn<(question: { plan: Plan; facts: Facts }) => Estimate>()
const [startRunWhenQuiet, machineLoad, cancelRun] = [vi.fn(), vi.fn(), vi.fn()]
let emitMain: FakeLab['emitMain']

beforeEach(() => {
  setActivePinia(createPinia())
  startRun.mockReset()
  startRunOn.mockReset().mockReturnValue('id')
  estimate
    .mockReset()
    .mockReturnValue({ samples: 1, seconds: 1, memoryBytes: 1, basis: 'default-pace', detectable: [] })
  inspectOther.mockReset()
  cancelRun.mockReset()
  machineLoad.mockReset().mockReturnValue(null)
  const lab = installWindowLab(
    { noiseFloors: () => [], estimate },
    {
      inspectMachine: () => exampleReport,
      lastMachineReport: () => null,
      startRun,
      startRunOn,
      startRunWhenQuiet,
      machineLoad,
      cancelRun,
      listMachines: () => [{ name: 'epyc', address: 'epyc', user: null, port: null, key: null, labels: [] }],
      inspectOther,
    },
  )
  emitMain = lab.emitMain
})

async function mountView() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:any(.*)*', component: { template: '<i />' } }],
  })
  const view = mount(TooltipProvider, {
    slots: { default: () => h(NewRun) },
    global: { plugins: [router] },
    attachTo: document.body,
  })
  await vi.waitFor(() => view.get('[data-testid="field-size"]'))
  return view
}

test('a wrong field is explained, gets the focus on start, and nothing is started', async () => {
  const view = await mountView()
  await view.get('[data-testid="field-size"]').setValue('-1')
  expect(view.get('[data-testid="field-error"]').text()).toBe('Enter a size such as 64 MiB, 1G or 4096.')
  await view.get('form').trigger('submit')
  await flushPromises()
  expect(document.activeElement?.getAttribute('data-testid')).toBe('field-size')
  expect(startRun).not.toHaveBeenCalled()
  view.unmount()
})

test('what a benchmark run is started with is what the form shows', async () => {
  startRun.mockImplementation(() => {
    throw new Failure('busy', 'Another run is under way.', 'Wait for its end.')
  })
  const view = await mountView()
  await view.get('[data-testid="preset-standard"]').trigger('click')
  await view.get('[data-testid="field-size"]').setValue('64M')
  await view.get('[data-testid="field-label"]').setValue('mine')
  await view.get('[data-testid="benchmark-cow"]').setValue(false)
  await view.get('form').trigger('submit')
  await vi.waitFor(() => expect(startRun).toHaveBeenCalledOnce())
  expect(startRun.mock.calls[0]?.[0]).toMatchObject({
    label: 'mine',
    sizeBytes: 64 * 2 ** 20,
    stopping: { kind: 'resolution', resolutionPercent: 1 },
  })
  expect(startRun.mock.calls[0]?.[0].benchmarks).not.toContain('cow')
  await vi.waitFor(() => expect(useNotices().failures).toHaveLength(1))
  expect(view.get<HTMLInputElement>('[data-testid="field-size"]').element.value).toBe('64M')
  view.unmount()
})

test('all stages of the series that the agent knows are chosen with one click', async () => {
  const view = await mountView()
  await view
    .findAll('button[role="radio"]')
    .find(button => button.text() === 'Model')
    ?.trigger('click')
  await view.get('[data-testid="all-stages"]').trigger('click')
  const chosen = view
    .findAll<HTMLInputElement>('[data-testid^="scheme-"]')
    .filter(box => box.element.checked)
    .map(box => box.attributes('data-testid'))
  expect(chosen).toEqual(['scheme-baseline', 'scheme-all'])
  view.unmount()
})

test('a run of the model returns as the kernel does until other kinds are chosen, one or several', async () => {
  startRun.mockReturnValue('id')
  const view = await mountView()
  await view
    .findAll('button[role="radio"]')
    .find(button => button.text() === 'Model')
    ?.trigger('click')
  await view.get('[data-testid="all-stages"]').trigger('click')
  const plain = view.get<HTMLInputElement>('[data-testid="returns-plain"]')
  const safe = view.get<HTMLInputElement>('[data-testid="returns-safe-ret"]')
  expect([plain.element.checked, safe.element.checked]).toEqual([true, false])
  expect(plain.element.closest('label')?.textContent).toContain('plain returns, as this kernel')
  expect(view.text()).not.toContain('Every return in the kernel is mispredicted on purpose')
  await plain.setValue(false)
  await view.get('form').trigger('submit')
  expect(view.text()).toContain('Choose at least one kind of returns.')
  expect(startRun).not.toHaveBeenCalled()
  await safe.setValue(true)
  await plain.setValue(true)
  expect(view.text()).toContain('Every return in the kernel is mispredicted on purpose')
  await view.get('form').trigger('submit')
  await vi.waitFor(() => expect(startRun).toHaveBeenCalledOnce())
  expect(startRun.mock.calls[0]?.[0].variants).toMatchObject([
    { label: 'baseline', returns: 'plain' },
    { label: 'all', returns: 'plain' },
    { label: 'baseline (safe-ret)', returns: 'safe-ret' },
    { label: 'all (safe-ret)', returns: 'safe-ret' },
  ])
  view.unmount()
})

const busy = { otherPrograms: 0.45, stolen: 0, causes: ['other programs used 45 % of a CPU'] }

test('on a machine that is not quiet it warns with the figure and offers to wait, which can be cancelled', async () => {
  machineLoad.mockReturnValue(busy)
  let refuse: ((error: Failure) => void) | undefined
  startRunWhenQuiet.mockImplementation(() => new Promise((_, reject) => (refuse = reject)))
  const stopListening = useSession().listen()
  const view = await mountView()
  await vi.waitFor(() =>
    expect(view.get('[data-testid="not-quiet"]').text()).toContain(
      'This machine is not quiet: other programs used 45 % of a CPU.',
    ),
  )
  await view.get('[data-testid="start-when-quiet"]').trigger('click')
  await vi.waitFor(() => expect(startRunWhenQuiet).toHaveBeenCalledOnce())
  expect(startRunWhenQuiet.mock.calls[0]?.[0]).toMatchObject({ target: 'host' })
  emitMain('quietAwaited', { elapsedSeconds: 12, limitSeconds: 600, load: busy })
  await vi.waitFor(() =>
    expect(view.get('[data-testid="quiet-wait"]').text()).toContain(
      'Waiting until this machine is quiet (12 of at most 600 s): other programs used 45 % of a CPU.',
    ),
  )
  await view.get('[data-testid="cancel-start"]').trigger('click')
  await vi.waitFor(() => expect(cancelRun).toHaveBeenCalledOnce())
  refuse?.(new Failure('cancelled', 'Cancelled before anything was measured.'))
  await vi.waitFor(() => expect(useNotices().notices).toHaveLength(1))
  expect(useNotices().failures).toEqual([])
  await vi.waitFor(() => expect(view.find('[data-testid="quiet-wait"]').exists()).toBe(false))
  expect(startRun).not.toHaveBeenCalled()
  stopListening()
  view.unmount()
})

test('on a quiet machine there is neither warning nor offer', async () => {
  machineLoad.mockReturnValue({ otherPrograms: 0, stolen: 0, causes: [] })
  const view = await mountView()
  await vi.waitFor(() => expect(machineLoad).toHaveBeenCalled())
  await flushPromises()
  expect(view.find('[data-testid="not-quiet"]').exists()).toBe(false)
  expect(view.find('[data-testid="start-when-quiet"]').exists()).toBe(false)
  view.unmount()
})

test('another machine that is chosen is asked, and nothing that is offered speaks of this one then', async () => {
  const { environment, hello } = exampleReport
  const cpu = { ...environment.facts.cpu, kernelReturns: { kind: 'safe-ret' as const, source: 'example' } }
  inspectOther.mockReturnValue({
    environment: { ...environment, facts: { ...environment.facts, cpu } },
    hello: { ...hello, returns: ['plain', 'safe-ret'] },
    preflight: [
      {
        name: 'thp',
        title: 'Huge pages are off there',
        status: 'block',
        finding: 'never',
        consequence: 'No sample would be valid.',
        remedy: '',
      },
    ],
  })
  const view = await mountView()
  await vi.waitFor(() => view.get('[data-testid="run-on"]'))
  await view.get('[data-testid="run-on"]').setValue('epyc')
  await vi.waitFor(() => expect(view.text()).toContain('Huge pages are off there'))
  expect(inspectOther.mock.calls).toEqual([['epyc']])
  expect(view.text()).toContain('The kernel of epyc, under one or more labels')
  expect(view.text()).not.toMatch(/this kernel/i)
  await view
    .findAll('[role="radio"]')
    .find(choice => choice.text() === 'Model')!
    .trigger('click')
  await vi.waitFor(() => expect(view.text()).toContain('as the kernel of epyc'))
  const chosen = view
    .findAll<HTMLInputElement>('[data-testid^="returns-"]')
    .filter(({ element }) => element.checked)
  expect(chosen.map(({ element }) => element.dataset.testid)).toEqual(['returns-safe-ret'])
  await view.get('[data-testid="all-stages"]').trigger('click')
  await vi.waitFor(() => expect(estimate.mock.lastCall?.[0].facts.cpu.kernelReturns.kind).toBe('safe-ret'))
  await view.get('form').trigger('submit')
  await vi.waitFor(() => expect(startRunOn).toHaveBeenCalledOnce())
  expect(startRunOn.mock.calls[0]?.[0]).toMatchObject({
    machine: 'epyc',
    plan: { variants: [{ returns: 'safe-ret' }, { returns: 'safe-ret' }] },
  })
  await view.get('[data-testid="run-on"]').setValue('')
  await vi.waitFor(() =>
    expect(view.get<HTMLInputElement>('[data-testid="returns-plain"]').element.checked).toBe(true),
  )
  expect(view.text()).not.toContain('Huge pages are off there')
  view.unmount()
})

test('a machine that cannot be asked is named with the reason, and the form stays as it was', async () => {
  inspectOther.mockImplementation(() => {
    throw new Failure('unreachable', 'epyc did not answer within 10 seconds.', 'Wake it.')
  })
  const view = await mountView()
  await vi.waitFor(() => view.get('[data-testid="run-on"]'))
  await view.get('[data-testid="run-on"]').setValue('epyc')
  await vi.waitFor(() => expect(view.text()).toContain('epyc did not answer within 10 seconds.'))
  expect(view.text()).toContain('Wake it. What is offered here is what this machine has.')
  await view.get('form').trigger('submit')
  await vi.waitFor(() => expect(inspectOther).toHaveBeenCalledTimes(2))
  await flushPromises()
  expect(startRunOn).not.toHaveBeenCalled()
  view.unmount()
})
