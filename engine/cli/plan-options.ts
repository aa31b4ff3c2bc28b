/** From the words of the command line to a plan. */
import { randomInt } from 'node:crypto'
import type { MachineReport } from '../contract/api.ts'
import { benchmarkNames, type BenchmarkName } from '../contract/benchmark.ts'
import { resolveReturns, type ReturnsOffer } from '../contract/returns.ts'
import { Failure } from '../contract/failure.ts'
import { countedSeed, Plan, type StoppingRule } from '../contract/plan.ts'
import { kernelPreset, presetMachine, presetNames, presetPlan, type PresetName } from '../plan/presets.ts'
import { basePageBytes, kibibyte, type Bytes } from '../contract/units.ts'
import { schemeVariant, TargetName, withReturns, type Variant } from '../contract/variant.ts'
import { defaultHalfWidthPercent, defaultMinimumRounds } from '../statistics/stopping-rule.ts'
import { readModelVariants, type NamedScheme } from './model-variants.ts'
import { clockFrom, haveLargePages, kernelsFrom, type KernelOptions } from './kernel-options.ts'
import {
  parseChoice,
  parseDuration,
  parseList,
  parsePercent,
  parseReturns,
  parseSize,
  parseSizes,
  parseWholeNumber,
  parseWholeNumbers,
} from './parse.ts'
import { planFailure } from './plan-failure.ts'

/** Options of `run` as the user typed them. */
export type RunOptions = Readonly<{
  preset: string
  target: string
  bench?: string
  variant?: string
  size?: string
  folio?: string
  tasks?: string
  samples?: string
  budget?: string
  resolution?: string
  warmup?: string
  seed?: string
  label?: string
  cpus?: string
  changeSettings?: boolean
  work: string
  form: string
  readers: string
  returns: string
}> &
  KernelOptions

const mostRounds = 100_000 // as many as a plan may have: only width and time end the run

/**
 * The plan that the options ask for on this machine: the preset's, with
 * what was given in its place.
 */
export function planFrom(options: RunOptions, { environment, hello }: MachineReport): Plan {
  const { facts } = environment
  const target = parseChoice('--target', options.target, TargetName.options)
  if (target !== 'vm') refuseBootParameters(options)
  const presetName: PresetName = parseChoice('--preset', options.preset, presetNames)
  const changeSettings = options.changeSettings ?? false
  const pageBytes = pageBytesOf(target, options, hello.basePageBytes)
  const general = presetPlan(presetName, presetMachine(facts, { target, changeSettings, pageBytes }))
  const preset = target === 'vm' ? kernelPreset(general, clockFrom(options)) : general
  const choices = {
    benchmarks: benchmarksFrom(options.bench, preset.benchmarks) ?? preset.benchmarks,
    sizeBytes: options.size === undefined ? preset.sizeBytes : parseSize('--size', options.size),
    tasks: parseWholeNumbers('--tasks', options.tasks) ?? preset.tasks,
  }
  const plan = Plan.safeParse({
    ...preset,
    ...choices,
    label:
      options.label ?? `${presetName}${target === 'host' ? '' : ` ${target}`} on ${facts.kernel.release}`,
    target,
    variants:
      target === 'vm'
        ? kernelsFrom(options, choices)
        : variantsFrom(
            options,
            target,
            facts.kernel.release,
            hello.schemes.map(({ name }) => name),
            { kernel: facts.cpu.kernelReturns, held: hello.returns },
          ),
    seed: seedFrom(options),
    changeSettings,
    cpus: parseWholeNumbers('--cpus', options.cpus) ?? [],
    stopping: stoppingFrom(options) ?? preset.stopping,
    folioSizes: parseSizes('--folio', options.folio) ?? preset.folioSizes,
    warmupRounds:
      options.warmup === undefined ? preset.warmupRounds : parseWholeNumber('--warmup', options.warmup),
  })
  if (plan.success) return plan.data
  throw planFailure(plan.error, 'run')
}

/** Of `--seed`; else any, or the one of runs that count instructions. */
export function seedFrom(options: Pick<RunOptions, 'seed' | 'target' | 'clock'>): number {
  if (options.seed !== undefined) return parseWholeNumber('--seed', options.seed)
  const isCounted = options.target === 'vm' && clockFrom(options) === 'instructions'
  return isCounted ? countedSeed : randomInt(2 ** 32)
}

/** Of what is measured, for the sizes of folios that a preset chooses. */
function pageBytesOf(target: TargetName, options: RunOptions, ownPageBytes: Bytes): Bytes {
  switch (target) {
    case 'host':
      return ownPageBytes
    case 'vm':
      return haveLargePages(options) ? 16 * kibibyte : basePageBytes
    case 'model':
      return basePageBytes
  }
}

/** The running kernel has been booted already, on the processor that there is. */
function refuseBootParameters({ append, arch, cpu }: RunOptions): void {
  if (arch !== undefined || cpu !== undefined)
    throw new Failure(
      'bad-input',
      `${arch === undefined ? '--cpu' : '--arch'} is for kernels in virtual machines.`,
      'Give it with --target vm and --kernel. To measure another machine, name it with --on.',
    )
  if (append === undefined) return
  throw new Failure(
    'bad-input',
    '--append is only for kernels in virtual machines.',
    'Use it with --target vm. To measure this machine with other parameters, boot it with them and compare two runs.',
  )
}

function variantsFrom(
  options: RunOptions,
  target: Exclude<TargetName, 'vm'>,
  kernelRelease: string,
  schemes: readonly string[],
  offer: ReturnsOffer,
): Variant[] {
  switch (target) {
    case 'host':
      return parseList(options.variant ?? kernelRelease).map(label => ({ target, label }))
    case 'model':
      return modelVariants(options, readModelVariants(options.variant ?? 'all-stages', schemes), offer)
  }
}

/** Variants that name their own returns come last, and are measured with these alone. */
function modelVariants(
  { work, form, readers, returns: all }: RunOptions,
  named: readonly NamedScheme[],
  offer: ReturnsOffer,
): Variant[] {
  const how = {
    work: parseChoice('--work', work, ['full', 'accounting']),
    form: parseChoice('--form', form, ['sound', 'posted']),
    readers: parseWholeNumber('--readers', readers),
  }
  const others = named.filter(({ returns }) => returns === undefined)
  const fixed = named.flatMap(({ label, scheme, returns }) =>
    returns === undefined
      ? []
      : resolveReturns([returns], offer).map(kind => schemeVariant(scheme, { label, ...how, returns: kind })),
  )
  return [
    ...withReturns(
      others.map(({ label, scheme }) => schemeVariant(scheme, { label, ...how })),
      parseReturns(all, offer),
    ),
    ...fixed,
  ]
}

function stoppingFrom({ samples, budget, resolution }: RunOptions): StoppingRule | null {
  if (samples !== undefined) {
    if (budget !== undefined || resolution !== undefined)
      throw new Failure(
        'bad-input',
        '--samples was given together with --budget or --resolution.',
        'Use one of them: a number of samples, or a stopping rule.',
      )
    return { kind: 'rounds', rounds: parseWholeNumber('--samples', samples) }
  }
  if (budget === undefined && resolution === undefined) return null
  return {
    kind: 'resolution',
    resolutionPercent:
      resolution === undefined ? defaultHalfWidthPercent : parsePercent('--resolution', resolution),
    minimumRounds: defaultMinimumRounds,
    maximumRounds: mostRounds,
    budgetSeconds: budget === undefined ? null : parseDuration('--budget', budget),
  }
}

/**
 * `all` are those that a preset for the target has: by counted instructions not
 * every one means something.
 */
function benchmarksFrom(
  text: string | undefined,
  all: readonly BenchmarkName[],
): BenchmarkName[] | undefined {
  if (text === undefined) return undefined
  if (text === 'all') return [...all]
  return parseList(text).map(name => parseChoice('--bench', name, benchmarkNames))
}
