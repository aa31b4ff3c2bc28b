import {
  architectureNamed,
  hasLargePagesByName,
  processorFor,
  usualArmProcessor,
  type ArmProcessor,
} from '../../engine/contract/architecture.ts'
import type { MachineReport } from '../../engine/contract/api.ts'
import {
  benchmarkOf,
  isPublished,
  publishedBenchmarkNames,
  type BenchmarkName,
} from '../../engine/contract/benchmark.ts'
import { kernelLabel } from '../../engine/text/kernel-label.ts'
import { countedSeed, Plan } from '../../engine/contract/plan.ts'
import {
  guestMemoryBytes,
  kernelPreset,
  presetMachine,
  presetPlan,
  type PresetName,
} from '../../engine/plan/presets.ts'
import { schemeOfSwitches, type OwnVariant } from '../../engine/contract/own-variant.ts'
import { hostReturns, type Returns } from '../../engine/contract/returns.ts'
import { basePageBytes, hugePageBytesOf, kibibyte, type Bytes } from '../../engine/contract/units.ts'
import type { ClockName } from '../../engine/contract/clock-name.ts'
import { formatBytes, parseBytes } from '../../engine/text/size-text.ts'
import {
  labelWithBootParameters,
  schemeVariant,
  stageNames,
  withReturns,
  type Variant,
} from '../../engine/contract/variant.ts'
import { readCpuList, readNumber, readNumbers } from './number-list.ts'
import { fieldAt, readSizes, textFieldNames, textFields } from './text-fields.ts'

/**
 * What the form of a new run holds: texts as they were typed, so that nothing typed is ever lost.
 */
export type PlanForm = Readonly<{
  /** The preset the form still equals; null once something it decides was changed. */
  preset: PresetName | null
  label: string
  /** Whether the user named the run; until then its name follows what is chosen. */
  isLabelOwn: boolean
  /** The release of this kernel, short enough for a name. */
  release: string
  target: 'host' | 'model' | 'vm'
  /** The name of another machine to measure on; empty: this one. Kernels boot on this one. */
  machine: string
  benchmarks: readonly BenchmarkName[]
  /**
   * Names of the host's variants; two or more are the same kernel measured against itself (A/A).
   */
  hostLabels: readonly string[]
  schemes: readonly string[]
  /** Combinations of switches, measured after the schemes. */
  ownVariants: readonly OwnVariant[]
  work: 'full' | 'accounting'
  form: 'sound' | 'posted'
  readers: string
  /** Kinds of returns of the model: every scheme is measured with each of them. */
  returns: readonly Returns[]
  /** How functions return in the kernel of the machine that is measured. */
  kernelReturns: Returns
  kernels: readonly KernelRow[]
  clock: ClockName
  /** Whether to search the kernels for the first that changed, by so many percent at least. */
  isBisection: boolean
  change: string
  /** Of each virtual machine; empty: as much as the largest case needs. */
  memory: string
  guestCpus: string
  size: string
  folio: string
  tasks: string
  stopping: 'rounds' | 'resolution'
  rounds: string
  resolution: string
  minimumRounds: string
  maximumRounds: string
  /** Minutes; empty for no limit. */
  budget: string
  warmupRounds: string
  seed: string
  changeSettings: boolean
  cpus: string
}>

/**
 * A kernel to boot, as typed: a path of an image or a Debian package, or the release of one in
 * /boot; words for its command line; and the processor of its machine, if that is an arm64 one.
 */
export type KernelRow = Readonly<{
  label: string
  kernel: string
  bootParameters: string
  armProcessor?: ArmProcessor
}>

/**
 * The fields that can be wrong; each has its message beside it. `hostLabels.1` is the second label.
 */
export type PlanField = keyof PlanForm | `hostLabels.${number}` | `kernels.${number}.${keyof KernelRow}`
export type FieldErrors = Readonly<Partial<Record<PlanField, string>>>

export type ReadForm = Readonly<{ plan: Plan | null; errors: FieldErrors }>

/** The form a new run begins with: the Quick preset, this kernel measured against itself. */
export function newForm(report: MachineReport, seed: number): PlanForm {
  const release = shortRelease(report)
  const blank: PlanForm = {
    preset: null,
    label: '',
    isLabelOwn: false,
    release,
    target: 'host',
    machine: '',
    benchmarks: [],
    hostLabels: [release, `${release} again`],
    schemes: [],
    ownVariants: [],
    work: 'full',
    form: 'sound',
    readers: '0',
    returns: [kernelReturns(report)],
    kernelReturns: kernelReturns(report),
    kernels: [],
    clock: 'instructions',
    isBisection: false,
    change: '5',
    memory: '',
    guestCpus: '1',
    size: '',
    folio: '',
    tasks: '',
    stopping: 'rounds',
    rounds: '10',
    resolution: '1',
    minimumRounds: '10',
    maximumRounds: '60',
    budget: '',
    warmupRounds: '',
    seed: String(seed),
    changeSettings: false,
    cpus: '',
  }
  return withPreset(blank, 'quick', report)
}

/**
 * The form with all that the preset decides; variants, target, seed and a
 * name given by the user stay.
 */
export function withPreset(form: PlanForm, preset: PresetName, report: MachineReport): PlanForm {
  const onHost = presetPlan(
    preset,
    presetMachine(report.environment.facts, { ...form, pageBytes: pageBytesOf(form, report) }),
  )
  const { benchmarks, sizeBytes, folioSizes, tasks, stopping, warmupRounds } =
    form.target === 'vm' ? kernelPreset(onHost, form.clock) : onHost
  const rule =
    stopping.kind === 'rounds'
      ? { stopping: stopping.kind, rounds: String(stopping.rounds) }
      : {
          stopping: stopping.kind,
          resolution: String(stopping.resolutionPercent),
          minimumRounds: String(stopping.minimumRounds),
          maximumRounds: String(stopping.maximumRounds),
          budget: stopping.budgetSeconds === null ? '' : String(stopping.budgetSeconds / 60),
        }
  return withFollowingLabel({
    ...form,
    ...rule,
    preset,
    benchmarks,
    size: formatBytes(sizeBytes),
    folio: folioSizes.map(formatBytes).join(', '),
    tasks: tasks.join(', '),
    warmupRounds: String(warmupRounds),
  })
}

export const presetTitles: Readonly<Record<PresetName, string>> = {
  quick: 'Quick',
  standard: 'Standard',
  full: 'Full matrix',
  sizes: 'Folio sizes',
  series: 'As the series',
}

/** The form for another target or clock: what the preset decides follows it. */
export function withMachine(
  form: PlanForm,
  change: Partial<Pick<PlanForm, 'target' | 'clock'>>,
  report: MachineReport,
): PlanForm {
  const changed = { ...form, ...change }
  const next = isCounted(changed) && !isCounted(form) ? { ...changed, seed: String(countedSeed) } : changed
  return form.preset === null ? withFollowingLabel(fitted(next)) : withPreset(next, form.preset, report)
}

/** Whether such a run counts instructions. */
export function isCounted({ target, clock }: Pick<PlanForm, 'target' | 'clock'>): boolean {
  return target === 'vm' && clock === 'instructions'
}

/** Without what the target cannot measure: nobody has to look for why nothing starts. */
function fitted(form: PlanForm): PlanForm {
  const { target, benchmarks } = form
  if (target === 'model') return { ...form, benchmarks: benchmarks.filter(isPublished) }
  if (!isCounted(form)) return form
  const timed = benchmarks.filter(name => benchmarkOf(name).metric === 'time')
  return { ...form, benchmarks: timed, stopping: 'rounds', guestCpus: '1' }
}

/** The whole table of the published series: every stage, every benchmark that the agent offers. */
export function withPublishedTable(form: PlanForm, { hello }: MachineReport): PlanForm {
  const offered = new Set(hello.schemes.map(scheme => scheme.name))
  const benchmarks = hello.benchmarks.map(benchmark => benchmark.name)
  return withFollowingLabel({
    ...form,
    target: 'model',
    schemes: stageNames.filter(stage => offered.has(stage)),
    benchmarks: publishedBenchmarkNames.filter(name => benchmarks.includes(name)),
  })
}

/** Of what is measured, for the sizes of folios that a preset chooses. */
function pageBytesOf(form: PlanForm, { hello }: MachineReport): Bytes {
  switch (form.target) {
    case 'host':
      return hello.basePageBytes
    case 'vm':
      return pageBytesOfKernels(form)
    case 'model':
      return basePageBytes
  }
}

function pageBytesOfKernels({ kernels }: PlanForm): Bytes {
  const areLarge = kernels.length > 0 && kernels.every(({ kernel }) => hasLargePagesByName(kernel))
  return areLarge ? 16 * kibibyte : basePageBytes
}

/** The form with other kernels; the folio sizes of a preset follow the size of their pages. */
function withFollowingFolios(form: PlanForm, kernels: readonly KernelRow[]): PlanForm {
  const next = { ...form, kernels }
  const [before, after] = [pageBytesOfKernels(form), pageBytesOfKernels(next)]
  if (form.preset === null || form.target !== 'vm' || before === after) return next
  const following = new Map([
    [before, after],
    [hugePageBytesOf(before), hugePageBytesOf(after)],
  ])
  const sizes = readSizes(form.folio).map(bytes => following.get(bytes) ?? bytes)
  return { ...next, folio: sizes.map(formatBytes).join(', ') }
}

/** The form with kernels added, each labelled by its file. */
export function withKernels(form: PlanForm, kernels: readonly string[]): PlanForm {
  const rows = kernels.map(kernel => ({
    label: kernelLabel(kernel),
    kernel,
    bootParameters: '',
    ...processorFor(kernel),
  }))
  return withFollowingFolios(form, [...form.kernels, ...rows])
}

/**
 * The row with other words for the command line; a label that was not the user's own follows them.
 */
export function withBootParameters(row: KernelRow, bootParameters: string): KernelRow {
  return withFollowingName(row, { ...row, bootParameters })
}

/** The row in another machine: an arm64 one with the processor, without one an x86-64 one. */
export function withProcessor(row: KernelRow, armProcessor: ArmProcessor | null): KernelRow {
  const { armProcessor: _, ...rest } = row
  return withFollowingName(row, armProcessor === null ? rest : { ...rest, armProcessor })
}

/** The row with another kernel, in a machine of the kind that its name tells, if it does. */
export function withKernel(row: KernelRow, kernel: string): KernelRow {
  const next = { ...row, kernel }
  if (architectureNamed(kernel) === null) return next
  const { armProcessor = null } = processorFor(kernel)
  return withProcessor(next, armProcessor === null ? null : (row.armProcessor ?? armProcessor))
}

function withFollowingName(before: KernelRow, after: KernelRow): KernelRow {
  return before.label === ownLabel(before) ? { ...after, label: ownLabel(after) } : after
}

/** The same kernel once more, to be given other words. */
export function anotherVariant(row: KernelRow): KernelRow {
  const next = { ...row, bootParameters: '' }
  return { ...next, label: ownLabel(next) }
}

function ownLabel({ kernel, bootParameters, armProcessor = usualArmProcessor }: KernelRow): string {
  const name = kernelLabel(kernel)
  const label = armProcessor === usualArmProcessor ? name : `${name} (${armProcessor})`
  const words = bootParameters.trim()
  return words === '' ? label : labelWithBootParameters(label, words, 1)
}

/**
 * The form for another machine. Which kernel that runs is not known here: labels that name this
 * one's name the machine instead.
 */
export function withMeasuredOn(form: PlanForm, machine: string): PlanForm {
  const before = form.machine || form.release
  const after = machine || form.release
  const hostLabels = form.hostLabels.map(label =>
    label === before || label === `${before} again` ? label.replace(before, after) : label,
  )
  return withFollowingLabel({ ...form, machine, hostLabels })
}

/** The name says what is measured and on what, until the user has typed one. */
function withFollowingLabel(form: PlanForm): PlanForm {
  return form.isLabelOwn ? form : { ...form, label: `${whatIsMeasured(form)} ${measuredOn(form)}` }
}

/**
 * The form for what the machine that is measured has told of itself: what its size and kernel
 * decide, unless the user has chosen otherwise.
 */
export function withReport(form: PlanForm, report: MachineReport): PlanForm {
  const own = kernelReturns(report)
  const isDefault = form.returns.length === 1 && form.returns[0] === form.kernelReturns
  const next = { ...form, kernelReturns: own, returns: isDefault ? [own] : form.returns }
  return form.preset === null ? next : { ...withPreset(next, form.preset, report), label: form.label }
}

function kernelReturns({ environment }: MachineReport): Returns {
  return hostReturns({ kernel: environment.facts.cpu.kernelReturns })
}

function whatIsMeasured({ preset, benchmarks }: PlanForm): string {
  if (preset !== null) return presetTitles[preset]
  const [first, second] = benchmarks
  if (first === undefined) return 'Nothing'
  return second === undefined ? first : `${benchmarks.length} benchmarks`
}

function measuredOn({ target, machine, release }: PlanForm): string {
  if (target === 'model') return 'on the model'
  return target === 'vm' ? 'on kernels' : `on ${machine || release}`
}

/** Leaves room for some words around it: a label has at most 80 characters. */
function shortRelease({ environment }: MachineReport): string {
  return environment.facts.kernel.release.slice(0, 60)
}

/** What a preset decides, beside the typed fields that say so themselves. */
const decidedByPresets: readonly (keyof PlanForm)[] = [
  'preset',
  'benchmarks',
  'stopping',
  ...textFieldNames.filter(name => textFields[name].isPreset),
]

/** The form with one value changed; what a preset decides makes it a form without preset. */
export function withValue<K extends keyof PlanForm>(form: PlanForm, field: K, value: PlanForm[K]): PlanForm {
  const followed = field === 'kernels' ? withFollowingFolios(form, value as PlanForm['kernels']) : form
  return withFollowingLabel({
    ...followed,
    preset: decidedByPresets.includes(field) ? null : form.preset,
    isLabelOwn: form.isLabelOwn || field === 'label',
    [field]: value,
  })
}

/** The plan that the form describes, or what is wrong with it, field by field. */
export function readForm(form: PlanForm): ReadForm {
  const unread = unreadable(form)
  const parsed = Plan.safeParse(candidate(form))
  if (parsed.success && Object.keys(unread).length === 0) return { plan: parsed.data, errors: {} }
  const errors: Partial<Record<PlanField, string>> = {}
  for (const issue of parsed.error?.issues ?? []) {
    const field = fieldOf(issue.path, form)
    errors[field] ??= sentence(issue.message)
  }
  return { plan: null, errors: { ...errors, ...unread } }
}

function candidate(form: PlanForm): unknown {
  return {
    label: form.label,
    target: form.target,
    benchmarks: form.benchmarks,
    variants: variantsOf(form),
    sizeBytes: parseBytes(form.size) ?? NaN,
    folioSizes: readSizes(form.folio),
    tasks: readNumbers(form.tasks),
    stopping:
      form.stopping === 'rounds'
        ? { kind: 'rounds', rounds: readNumber(form.rounds) }
        : {
            kind: 'resolution',
            resolutionPercent: readNumber(form.resolution),
            minimumRounds: readNumber(form.minimumRounds),
            maximumRounds: readNumber(form.maximumRounds),
            budgetSeconds: form.budget.trim() === '' ? null : readNumber(form.budget) * 60,
          },
    warmupRounds: readNumber(form.warmupRounds),
    order: 'williams',
    seed: readNumber(form.seed),
    changeSettings: form.changeSettings,
    cpus: readCpuList(form.cpus),
    ...(isSearch(form) ? { bisection: { changePercent: readNumber(form.change) } } : {}),
  }
}

/** Whether the first changed kernel is searched for. */
function isSearch({ target, isBisection }: PlanForm): boolean {
  return target === 'vm' && isBisection
}

function variantsOf(form: PlanForm): Variant[] {
  if (form.target === 'host') return form.hostLabels.map(label => ({ target: 'host', label }))
  if (form.target === 'vm') return kernelsOf(form)
  const { work, form: soundness } = form
  const readers = readNumber(form.readers)
  const how = { work, form: soundness, readers }
  const schemes = form.schemes.map(scheme => schemeVariant(scheme, how))
  const own = form.ownVariants.map(({ name, switches, returns }) => ({
    variant: schemeVariant(schemeOfSwitches(switches), { label: name, ...how }),
    returns,
  }))
  const following = own.flatMap(({ variant, returns }) => (returns === undefined ? [variant] : []))
  const fixed = own.flatMap(({ variant, returns }) =>
    returns === undefined ? [] : [{ ...variant, returns }],
  )
  return [...withReturns([...schemes, ...following], form.returns), ...fixed]
}

/** Whether there is more to measure than own variants that say themselves how they return. */
function asksForReturns({ schemes, ownVariants }: PlanForm): boolean {
  const areAllFixed = ownVariants.length > 0 && ownVariants.every(({ returns }) => returns !== undefined)
  return schemes.length > 0 || !areAllFixed
}

function kernelsOf(form: PlanForm): Variant[] {
  const { benchmarks, clock } = form
  const memoryBytes =
    form.memory.trim() === ''
      ? guestMemoryBytes(benchmarks, readNumbers(form.tasks), parseBytes(form.size) ?? NaN)
      : (parseBytes(form.memory) ?? NaN)
  const cpus = readNumber(form.guestCpus)
  return form.kernels.map(row => ({ target: 'vm', ...row, memoryBytes, cpus, clock }))
}

/**
 * Texts that are not values at all, with how they should look. They outrank
 * what a schema says of NaN.
 */
function unreadable(form: PlanForm): FieldErrors {
  const errors: Partial<Record<PlanField, string>> = {}
  for (const name of textFieldNames) {
    const { isAsked, isReadable, advice } = textFields[name]
    if (isAsked(form) && !isReadable(form[name])) errors[name] = advice
  }
  if (form.target === 'model' && form.returns.length === 0 && asksForReturns(form))
    errors.returns = 'Choose at least one kind of returns.'
  if (form.target === 'model' && form.form === 'posted' && form.ownVariants.length > 0)
    errors.ownVariants = 'Own variants have no posted form: choose “Corrected”, or remove them.'
  if (isSearch(form) && !(readNumber(form.change) > 0)) errors.change = 'Enter a number of percent above 0.'
  return errors
}

/** The field that a message of the plan's schema is about. */
function fieldOf(path: readonly PropertyKey[], form: PlanForm): PlanField {
  const [first, second, third] = path
  if (first === 'variants')
    return fieldAt(`variants.${String(third)}`) ?? variantField(form, second, String(third))
  if (first === 'bisection') return 'change'
  const place = first === 'stopping' ? `stopping.${String(second)}` : String(first)
  return fieldAt(place) ?? chosen.find(field => field === place) ?? 'label'
}

const chosen = ['target', 'benchmarks', 'changeSettings'] as const

function variantField(form: PlanForm, index: PropertyKey | undefined, part: string): PlanField {
  const isOne = typeof index === 'number'
  switch (form.target) {
    case 'host':
      return isOne ? `hostLabels.${index}` : 'hostLabels'
    case 'vm':
      if (!isOne) return 'kernels'
      return `kernels.${index}.${part === 'label' || part === 'bootParameters' ? part : 'kernel'}`
    case 'model':
      // Without a kind of returns there are no variants, however many schemes are chosen.
      return form.returns.length === 0 && form.schemes.length + form.ownVariants.length > 0
        ? 'returns'
        : 'schemes'
  }
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
