/** From the words of the command line to a plan. */
import { randomInt } from 'node:crypto'
import type { MachineReport } from '../contract/api.ts'
import { benchmarkNames, type BenchmarkName } from '../contract/benchmark.ts'
import { describeInputError, Failure } from '../contract/failure.ts'
import { Plan, type StoppingRule } from '../contract/plan.ts'
import { presetMachine, presetNames, presetPlan, type PresetName } from '../contract/presets.ts'
import { parseBytes } from '../contract/size-text.ts'
import { stageNames, TargetName, type Variant } from '../contract/variant.ts'
import { defaultHalfWidthPercent, defaultMinimumRounds } from '../statistics/stopping-rule.ts'
import { parseChoice, parseDuration, parseList, parsePercent, parseWholeNumber } from './parse.ts'

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
}>

const mostRounds = 100_000 // as many as a plan may have: only width and time end the run

/** The plan that the options ask for on this machine: the preset's, with what was given in its place. */
export function planFrom(options: RunOptions, { environment, hello }: MachineReport): Plan {
  const { facts } = environment
  const target = parseChoice('--target', options.target, TargetName.options)
  const presetName: PresetName = parseChoice('--preset', options.preset, presetNames)
  const preset = presetPlan(presetName, presetMachine(facts))
  const plan = Plan.safeParse({
    ...preset,
    label:
      options.label ?? `${presetName}${target === 'host' ? '' : ` ${target}`} on ${facts.kernel.release}`,
    target,
    variants: variantsFrom(
      options,
      target,
      facts.kernel.release,
      hello.schemes.map(({ name }) => name),
    ),
    seed: options.seed === undefined ? randomInt(2 ** 32) : parseWholeNumber('--seed', options.seed),
    changeSettings: options.changeSettings ?? false,
    cpus: numbers('--cpus', options.cpus) ?? [],
    stopping: stoppingFrom(options) ?? preset.stopping,
    benchmarks: benchmarksFrom(options.bench) ?? preset.benchmarks,
    sizeBytes: bytes('--size', options.size) ?? preset.sizeBytes,
    folioBytes: bytes('--folio', options.folio) ?? preset.folioBytes,
    tasks: numbers('--tasks', options.tasks) ?? preset.tasks,
    warmupRounds:
      options.warmup === undefined ? preset.warmupRounds : parseWholeNumber('--warmup', options.warmup),
  })
  if (plan.success) return plan.data
  throw new Failure(
    'bad-input',
    `The options make no plan: ${describeInputError(plan.error)}.`,
    'Correct what is named; “folio-lab run --help” lists the options.',
  )
}

function variantsFrom(
  options: RunOptions,
  target: TargetName,
  kernelRelease: string,
  schemes: readonly string[],
): Variant[] {
  switch (target) {
    case 'host':
      return parseList(options.variant ?? kernelRelease).map(label => ({ target, label }))
    case 'model':
      return splitSchemes(options.variant ?? 'all-stages')
        .flatMap(name => (name === 'all-stages' ? stageNames : name === 'all-schemes' ? schemes : name))
        .map(name => modelVariant(name, options))
    case 'vm':
    case 'ssh':
      throw new Failure(
        'unsupported',
        `The target “${target}” cannot be run yet.`,
        'Choose --target host or --target model.',
      )
  }
}

/** Schemes between commas; those inside a free configuration, `free:exclusive=off,scope=all,…`, do not part it. */
function splitSchemes(text: string): string[] {
  return text
    .split(/,(?!(?:exclusive|scope|batch|values|pagecounts)=)/)
    .map(word => word.trim())
    .filter(word => word !== '')
}

/** A scheme, or `LABEL=SCHEME` so that one scheme can be entered twice. */
function modelVariant(text: string, options: RunOptions): Variant {
  const [, label = text, scheme = text] = /^([^:=]+)=(.+)$/.exec(text) ?? []
  return {
    target: 'model',
    label,
    scheme,
    work: parseChoice('--work', options.work, ['full', 'accounting']),
    form: parseChoice('--form', options.form, ['sound', 'posted']),
    readers: parseWholeNumber('--readers', options.readers),
  }
}

function stoppingFrom({ samples, budget, resolution }: RunOptions): StoppingRule | null {
  if (samples !== undefined) {
    if (budget !== undefined || resolution !== undefined)
      throw new Failure(
        'bad-input',
        '--samples was given together with --budget or --resolution.',
        'Give either a number of samples, or when to stop.',
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

function benchmarksFrom(text: string | undefined): BenchmarkName[] | undefined {
  if (text === undefined) return undefined
  if (text === 'all') return [...benchmarkNames]
  return parseList(text).map(name => parseChoice('--bench', name, benchmarkNames))
}

function bytes(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const size = parseBytes(text)
  if (size !== null) return size
  throw new Failure(
    'bad-input',
    `${option} “${text}” is no size.`,
    'Write a whole number of bytes, or a number with K, M or G: 64M, 1G.',
  )
}

function numbers(option: string, text: string | undefined): number[] | undefined {
  return text === undefined ? undefined : parseList(text).map(word => parseWholeNumber(option, word))
}
