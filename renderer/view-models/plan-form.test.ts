import { describe, expect, test } from 'vitest'
import { defaultSwitches } from '../../engine/contract/own-variant.ts'
import { presetNames } from '../../engine/plan/presets.ts'
import { gibibyte, mebibyte } from '../../engine/contract/units.ts'
import { schemeVariant } from '../../engine/contract/variant.ts'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import {
  anotherVariant,
  newForm,
  withMeasuredOn,
  readForm,
  type PlanForm,
  withBootParameters,
  withKernels,
  withMachine,
  withPreset,
  withPublishedTable,
  withReport,
  withValue,
} from './plan-form.ts'

const form = newForm(exampleReport, 42)

function change(values: Partial<PlanForm>): PlanForm {
  return { ...form, ...values }
}

test('a new form is a valid Quick plan that measures this kernel against itself', () => {
  const { plan, errors } = readForm(form)
  expect(errors).toEqual({})
  expect(plan).toMatchObject({
    label: 'Quick on 6.15.0',
    target: 'host',
    variants: [
      { target: 'host', label: '6.15.0' },
      { target: 'host', label: '6.15.0 again' },
    ],
    stopping: { kind: 'rounds', rounds: 13 },
    seed: 42,
  })
})

test.each(presetNames)('preset %s makes a valid plan', preset => {
  expect(readForm(withPreset(form, preset, exampleReport)).errors).toEqual({})
})

test.each<[Partial<PlanForm>, Record<string, string>]>([
  [{ size: '64MB' }, { size: 'Enter a size such as 64 MiB, 1G or 4096.' }],
  [{ size: '0' }, { size: 'A size must be larger than 0.' }],
  [{ size: '2T' }, { size: 'A size is at most 1 TiB.' }],
  [{ size: '3M' }, { size: 'The size must be a multiple of the folio size (2048 KiB).' }],
  [{ folio: '3M', size: '3M' }, { folio: 'A folio size is a power of two.' }],
  [{ folio: '2K' }, { folio: 'A folio is at least one page of 4 KiB.' }],
  [{ folio: '64K, 8K' }, { folio: 'Anonymous memory has no folios of 8 KiB (order 1).' }],
  [{ folio: '64K, 64K' }, { folio: 'A folio size is listed twice.' }],
  [{ folio: '64K, many' }, { folio: 'Enter sizes such as 2 MiB or 4K, 64K, 2M.' }],
  [{ folio: '' }, { folio: 'At least one folio size.' }],
  [{ tasks: '1, two' }, { tasks: 'Enter numbers such as 1, 2, 4.' }],
  [{ tasks: '' }, { tasks: 'At least one task count.' }],
  [{ tasks: '0' }, { tasks: 'At least one task.' }],
  [{ rounds: '-1' }, { rounds: 'At least 1 round.' }],
  [{ rounds: '1.5' }, { rounds: 'Rounds are a whole number.' }],
  [{ rounds: 'ten' }, { rounds: 'Enter a number.' }],
  [{ warmupRounds: '101' }, { warmupRounds: 'At most 100 warm-up rounds.' }],
  [{ seed: '4294967296' }, { seed: 'A seed is at most 4294967295.' }],
  [{ cpus: '0-x' }, { cpus: 'Enter a CPU list such as 0-3,8, or leave it empty.' }],
  [{ label: '  ' }, { label: 'A label needs at least one character.' }],
  [{ benchmarks: [] }, { benchmarks: 'Choose at least one benchmark.' }],
  [{ hostLabels: ['a', ''] }, { 'hostLabels.1': 'A label needs at least one character.' }],
  [{ hostLabels: ['a', 'a'] }, { hostLabels: 'Each variant needs a label of its own.' }],
  [{ target: 'model', schemes: [] }, { schemes: 'Choose at least one variant.' }],
  [{ target: 'model', schemes: ['all'], readers: 'x' }, { readers: 'Enter a number.' }],
  [{ stopping: 'resolution', resolution: '0' }, { resolution: 'A resolution must be above 0 %.' }],
  [{ stopping: 'resolution', minimumRounds: '5' }, { minimumRounds: 'At least 6 rounds.' }],
  [
    { stopping: 'resolution', minimumRounds: '20', maximumRounds: '10' },
    { maximumRounds: 'The largest number of rounds must not be below the smallest.' },
  ],
  [
    { stopping: 'resolution', budget: 'soon' },
    { budget: 'Enter a number of minutes, or leave it empty for no limit.' },
  ],
  [{ stopping: 'resolution', budget: '0' }, { budget: 'A time limit must be above 0.' }],
])('%j is explained beside its field', (values, errors) => {
  expect(readForm(change(values))).toEqual({ plan: null, errors })
})

test('several wrong fields are all explained at once', () => {
  const { errors } = readForm(change({ size: 'x', rounds: '0', cpus: '?', label: '' }))
  expect(Object.keys(errors).sort()).toEqual(['cpus', 'label', 'rounds', 'size'])
})

test('a field that the chosen stopping rule does not use cannot be wrong', () => {
  expect(readForm(change({ resolution: 'x', minimumRounds: '' })).errors).toEqual({})
  expect(readForm(change({ stopping: 'resolution', rounds: 'x' })).errors).toEqual({})
})

test('schemes become variants of the model, named after themselves', () => {
  const { plan } = readForm(
    change({ target: 'model', schemes: ['baseline', 'all'], work: 'accounting', readers: '2' }),
  )
  expect(plan?.variants).toEqual([
    schemeVariant('baseline', { work: 'accounting', readers: 2 }),
    schemeVariant('all', { work: 'accounting', readers: 2 }),
  ])
})

test('returns follow the running kernel until other kinds are chosen; a preset keeps the choice', () => {
  const { environment } = exampleReport
  const cpu = { ...environment.facts.cpu, kernelReturns: { kind: 'safe-ret' as const, source: 'example' } }
  const report = { ...exampleReport, environment: { ...environment, facts: { ...environment.facts, cpu } } }
  const here = { ...newForm(report, 42), target: 'model' as const, schemes: ['all'] }
  expect(readForm(here).plan?.variants).toMatchObject([{ label: 'all', returns: 'safe-ret' }])
  const both = withPreset(withValue(here, 'returns', ['plain', 'safe-ret']), 'standard', report)
  expect(both.preset).toBe('standard')
  expect(readForm(both).plan?.variants).toMatchObject([
    { label: 'all', returns: 'plain' },
    { label: 'all (safe-ret)', returns: 'safe-ret' },
  ])
})

test('an own variant with returns of its own has these alone, after all that follow the run', () => {
  const own = { name: 'mine', switches: defaultSwitches }
  const model = change({ target: 'model', schemes: ['all'], returns: ['plain', 'safe-ret'] })
  const ownVariants = [
    { ...own, returns: 'safe-ret' as const },
    { ...own, name: 'other' },
  ]
  expect(readForm({ ...model, ownVariants }).plan?.variants).toMatchObject([
    { label: 'all', returns: 'plain' },
    { label: 'other', returns: 'plain' },
    { label: 'all (safe-ret)', returns: 'safe-ret' },
    { label: 'other (safe-ret)', returns: 'safe-ret' },
    { label: 'mine', returns: 'safe-ret' },
  ])
  const fixedAlone = { ...model, schemes: [], returns: [], ownVariants: ownVariants.slice(0, 1) }
  expect(readForm(fixedAlone).errors).toEqual({})
  expect(readForm({ ...fixedAlone, ownVariants }).errors).toHaveProperty('returns')
})

test('kernels are searched for the first that changed when that is asked for', () => {
  const kernels = ['a', 'b', 'c'].map(name => ({ label: name, kernel: `/k/${name}`, bootParameters: '' }))
  const search = change({
    ...{ target: 'vm', kernels, isBisection: true, benchmarks: ['munmap'], folio: '2 MiB', tasks: '1' },
  })
  expect(readForm(search)).toMatchObject({ plan: { bisection: { changePercent: 5 } }, errors: {} })
  expect(readForm({ ...search, isBisection: false }).plan?.bisection).toBeUndefined()
  expect(readForm({ ...search, target: 'host' }).plan?.bisection).toBeUndefined()
  expect(readForm({ ...search, change: 'much' }).errors).toEqual({
    change: 'Enter a number of percent above 0.',
  })
  expect(readForm({ ...search, benchmarks: ['munmap', 'fork'] }).errors).toHaveProperty('kernels')
})

test('what is missing is named at its field: kinds of returns, schemes, or both', () => {
  const model = change({ target: 'model', schemes: ['all'] })
  const noReturns = { returns: 'Choose at least one kind of returns.' }
  const noSchemes = { schemes: 'Choose at least one variant.' }
  expect(readForm({ ...model, returns: [] }).errors).toEqual(noReturns)
  expect(readForm({ ...model, schemes: [] }).errors).toEqual(noSchemes)
  expect(readForm({ ...model, schemes: [], returns: [] }).errors).toEqual({ ...noReturns, ...noSchemes })
  expect(readForm(change({ returns: [] })).errors).toEqual({}) // this kernel returns as it does
})

test('an empty time limit is none, another is in minutes', () => {
  const stopping = 'resolution'
  expect(readForm(change({ stopping, budget: '' })).plan?.stopping).toMatchObject({ budgetSeconds: null })
  expect(readForm(change({ stopping, budget: '1.5' })).plan?.stopping).toMatchObject({ budgetSeconds: 90 })
})

test('changing what a preset decides leaves the preset, changing anything else does not', () => {
  expect(withValue(form, 'size', '64M').preset).toBeNull()
  expect(withValue(form, 'seed', '1').preset).toBe('quick')
  expect(withValue(form, 'hostLabels', ['a']).preset).toBe('quick')
})

test('a name follows the preset until the user gives one', () => {
  expect(withPreset(form, 'full', exampleReport).label).toBe('Full matrix on 6.15.0')
  const named = withValue(form, 'label', 'mine')
  expect(withPreset(named, 'full', exampleReport).label).toBe('mine')
})

test('the name follows target, preset and benchmarks until the user has typed one', () => {
  const form = newForm(exampleReport, 7)
  const onModel = withMachine(form, { target: 'model' }, exampleReport)
  expect(onModel.label).toBe('Quick on the model')
  const changed = withValue(onModel, 'rounds', '11')
  expect(changed.label).toBe('10 benchmarks on the model')
  expect(withMachine(changed, { target: 'vm' }, exampleReport).label).toBe('8 benchmarks on kernels')
  expect(withValue(changed, 'benchmarks', ['fork']).label).toBe('fork on the model')
  expect(withValue(changed, 'benchmarks', []).label).toBe('Nothing on the model')
  expect(withPublishedTable(form, exampleReport).label).toBe('Quick on the model')
  const named = withValue(changed, 'label', 'mine')
  expect(withMachine(withPreset(named, 'full', exampleReport), { target: 'host' }, exampleReport).label).toBe(
    'mine',
  )
})

test('a form of its own leaves out what another target cannot measure', () => {
  const own = change({ preset: null, stopping: 'resolution', guestCpus: '4' })
  const counted = withMachine(own, { target: 'vm', clock: 'instructions' }, exampleReport)
  expect(counted.benchmarks).not.toContain('anon-cow-seq')
  expect(counted).toMatchObject({ stopping: 'rounds', guestCpus: '1', seed: '0' })
  const timed = withMachine(own, { target: 'vm', clock: 'wall' }, exampleReport)
  expect(timed).toMatchObject({ benchmarks: own.benchmarks, stopping: 'resolution', guestCpus: '4' })
  const ofKernel = change({ preset: null, benchmarks: ['fork', 'mremap'] })
  expect(withMachine(ofKernel, { target: 'model' }, exampleReport).benchmarks).toEqual(['fork'])
})

test('a kernel with a very long release still gets labels that are short enough', () => {
  const { environment } = exampleReport
  const kernel = { ...environment.facts.kernel, release: '6.15.0-'.padEnd(200, 'x') }
  const report = {
    ...exampleReport,
    environment: { ...environment, facts: { ...environment.facts, kernel } },
  }
  for (const preset of presetNames)
    expect(readForm(withPreset(newForm(report, 1), preset, report)).errors).toEqual({})
})

test('presets see the memory that the control group leaves', () => {
  const { environment } = exampleReport
  const cgroup = { ...environment.facts.cgroup, memoryMaxBytes: gibibyte, memoryCurrentBytes: 768 * mebibyte }
  const report = {
    ...exampleReport,
    environment: { ...environment, facts: { ...environment.facts, cgroup } },
  }
  expect([newForm(exampleReport, 1).size, newForm(report, 1).size]).toEqual(['128 MiB', '64 MiB'])
})

describe('kernels in virtual machines', () => {
  const machines = withMachine(newForm(exampleReport, 1), { target: 'vm' }, exampleReport)
  const two = withKernels(machines, ['/k/vmlinuz-6.1.0', '/k/vmlinuz-6.12.0'])

  test('the preset keeps to what can be counted, and follows the clock', () => {
    expect(machines.benchmarks).not.toContain('anon-cow-seq')
    const wall = withMachine(machines, { clock: 'wall' }, exampleReport)
    expect(wall.benchmarks).toContain('anon-cow-seq')
    expect(wall.preset).toBe('quick')
  })

  test('images are labelled by their files, and get a machine that the largest case fits into', () => {
    const { plan } = readForm(two)
    expect(plan?.variants).toMatchObject([
      { target: 'vm', label: '6.1.0', kernel: '/k/vmlinuz-6.1.0', clock: 'instructions', cpus: 1 },
      { target: 'vm', label: '6.12.0', kernel: '/k/vmlinuz-6.12.0' },
    ])
    const [first] = plan?.variants ?? []
    expect(first?.target === 'vm' && first.memoryBytes).toBeGreaterThan(plan?.sizeBytes ?? Infinity)
  })

  test('kernels with pages of 16 KiB make the folios of a preset larger, and those without smaller again', () => {
    const [large, small] = ['/k/6.12-arm64-16k', '/k/6.12-cloud-arm64']
    const alone = withKernels(machines, [large])
    expect([machines.folio, alone.folio]).toEqual(['2 MiB', '32 MiB'])
    expect(readForm(alone).plan?.variants).toMatchObject([{ armProcessor: 'neoverse-n1' }])
    const both = withKernels(alone, [small])
    expect([both.folio, withValue(both, 'kernels', alone.kernels).folio]).toEqual(['2 MiB', '32 MiB'])
    expect(withPreset(alone, 'sizes', exampleReport).folio).toBe('16 KiB, 32 MiB')
    expect(withKernels(withValue(machines, 'folio', '64 KiB'), [large]).folio).toBe('64 KiB')
  })

  test('a second variant of a kernel is named by its boot parameters, unless the user names it', () => {
    const [row] = two.kernels
    const other = withBootParameters(anotherVariant(row!), 'mitigations=off')
    const { plan } = readForm({ ...two, kernels: [row!, other] })
    expect(plan?.variants).toMatchObject([
      { label: '6.1.0', bootParameters: '' },
      { label: '6.1.0 (mitigations=off)', kernel: row?.kernel, bootParameters: 'mitigations=off' },
    ])
    expect(withBootParameters(other, '').label).toBe('6.1.0')
    expect(withBootParameters({ ...row!, label: 'mine' }, 'mitigations=off').label).toBe('mine')
  })

  test.each([
    ['no kernel', { kernels: [] }, 'kernels'],
    ['no label', { kernels: [{ label: ' ', kernel: '/k', bootParameters: '' }] }, 'kernels.0.label'],
    ['no image', { kernels: [{ label: 'a', kernel: '', bootParameters: '' }] }, 'kernels.0.kernel'],
    [
      'a word of the lab itself',
      { kernels: [{ label: 'a', kernel: '/k', bootParameters: 'panic=1' }] },
      'kernels.0.bootParameters',
    ],
    [
      'an open quote',
      { kernels: [{ label: 'a', kernel: '/k', bootParameters: 'a="b' }] },
      'kernels.0.bootParameters',
    ],
    ['a word for memory', { memory: 'lots' }, 'memory'],
    ['too little memory', { memory: '64 MiB' }, 'memory'],
    ['a word for CPUs', { guestCpus: 'two' }, 'guestCpus'],
    ['no CPU', { guestCpus: '0' }, 'guestCpus'],
    ['several CPUs where instructions are counted', { guestCpus: '2' }, 'kernels'],
  ])('%s is told beside its field, and nothing can be started', (_, change, field) => {
    const { plan, errors } = readForm({ ...two, ...change })
    expect(plan).toBeNull()
    expect(Object.keys(errors)).toContain(field)
  })
})

test('the published table is every stage and every benchmark that the agent has, with one click', () => {
  const { plan } = readForm(withPublishedTable(newForm(exampleReport, 1), exampleReport))
  expect(plan?.variants.map(({ label }) => label)).toEqual(['baseline', 'all'])
  expect(plan?.benchmarks).toHaveLength(10)
})

test('on another machine labels name it and no kernel of this one, unless they are the user’s own', () => {
  const named = { ...form, hostLabels: ['6.15.0', '6.15.0 again', 'mine'] }
  const elsewhere = withMeasuredOn(named, 'epyc')
  expect(elsewhere).toMatchObject({
    machine: 'epyc',
    hostLabels: ['epyc', 'epyc again', 'mine'],
    label: 'Quick on epyc',
  })
  expect(withPreset(elsewhere, 'full', exampleReport).label).toBe('Full matrix on epyc')
  expect(withMeasuredOn(elsewhere, '')).toEqual({ ...named, machine: '' })
  const own = { ...named, label: 'Quick on 6.15.0', isLabelOwn: true }
  expect(withMeasuredOn(own, 'epyc').label).toBe('Quick on 6.15.0')
})

test('size and returns follow the machine that is measured, unless the user has chosen others', () => {
  const { environment } = exampleReport
  const { cpu, memory } = environment.facts
  const facts = {
    ...environment.facts,
    cpu: { ...cpu, kernelReturns: { kind: 'safe-ret' as const, source: 'example' } },
    memory: { ...memory, availableBytes: 160 * 2 ** 20 },
  }
  const there = { ...exampleReport, environment: { ...environment, facts } }
  const model = { ...form, target: 'model' as const, machine: 'epyc' }
  const followed = withReport(model, there)
  expect(followed).toMatchObject({ returns: ['safe-ret'], label: model.label })
  expect(followed.size).toBe(newForm(there, 1).size)
  expect(followed.size).not.toBe(model.size)
  expect(withReport(followed, exampleReport)).toEqual(model)
  const own = withValue(withValue(model, 'returns', ['safe-ret', 'plain']), 'size', '32 MiB')
  expect(withReport(own, there)).toMatchObject({ returns: ['safe-ret', 'plain'], size: '32 MiB' })
})
