/** From a plan back to the command that measures the same again, anywhere. Pure. */
import { architectureNamed } from '../../contract/architecture.ts'
import { hasTasks, publishedBenchmarkNames } from '../../contract/benchmark.ts'
import type { Environment } from '../../contract/environment.ts'
import { freePrefix } from '../../contract/own-variant.ts'
import type { Plan } from '../../contract/plan.ts'
import type { Returns } from '../../contract/returns.ts'
import { gibibyte, kibibyte, mebibyte, type Bytes } from '../../contract/units.ts'
import {
  architectureOf,
  stageNames,
  withArmProcessors,
  withBootParameters,
  withReturns,
  type KernelVariant,
  type ModelVariant,
} from '../../contract/variant.ts'
import { shellWord } from '../../text/shell-word.ts'

type Planned = Readonly<{ plan: Plan; environment: Environment }>

/**
 * `folio-lab run …` with the cases, order and seed of the plan; the least and largest number of
 * rounds have no options. Null when no single command measures these variants.
 */
export function repeatCommand({ plan, environment }: Planned): string | null {
  if (plan.bisection !== undefined || plan.advice !== undefined) return null
  if (plan.isCalibration === true) return labCommand('calibrate', calibrationWords(plan))
  const variants = variantWords(plan, environment.facts.kernel.release)
  if (variants === null) return null
  return labCommand('run', [
    ...variants,
    ...caseWords(plan),
    ...stoppingWords(plan),
    ['--warmup', String(plan.warmupRounds)],
    ['--seed', String(plan.seed)],
    ...(plan.cpus.length > 0 ? [['--cpus', plan.cpus.join(',')]] : []),
    ...(plan.changeSettings ? [['--change-settings']] : []),
  ])
}

type Words = (readonly string[])[]

function labCommand(command: string, words: Words): string {
  return ['folio-lab', command, ...words.flat().map(shellWord)].join(' ')
}

function caseWords(plan: Plan): Words {
  return [
    ['--bench', isEveryBenchmark(plan) ? 'all' : plan.benchmarks.join(',')],
    ['--size', sizeWord(plan.sizeBytes)],
    ['--folio', plan.folioSizes.map(sizeWord).join(',')],
    ...(plan.benchmarks.some(hasTasks) ? [['--tasks', plan.tasks.join(',')]] : []),
  ]
}

/** One variant under two labels: the command knows how often. */
function calibrationWords(plan: Plan): Words {
  const [variant] = plan.variants
  return [
    ['--target', plan.target],
    ...(variant?.target === 'model'
      ? [
          ['--variant', variant.scheme],
          ['--work', variant.work],
        ]
      : []),
    ...caseWords(plan),
    ['--seed', String(plan.seed)],
  ]
}

function variantWords({ target, variants }: Plan, kernelRelease: string): Words | null {
  switch (target) {
    case 'host': {
      const labels = variants.map(({ label }) => label)
      if (labels.some(label => label.includes(','))) return null
      return labels.length === 1 && labels[0] === kernelRelease ? [] : [['--variant', labels.join(',')]]
    }
    case 'model':
      return modelWords(variants.filter(variant => variant.target === 'model'))
    case 'vm':
      return kernelWords(variants.filter(variant => variant.target === 'vm'))
  }
}

/**
 * Work, form and readers are options of the whole command, returns are multiplied with schemes;
 * own variants that say themselves how they return come last.
 */
function modelWords(variants: readonly ModelVariant[]): Words | null {
  const [first] = variants
  if (first === undefined) return null
  const { work, form, readers } = first
  const parts = multipliedAndFixed(variants)
  const isOneCommand =
    parts !== null &&
    variants.every(other => other.work === work && other.form === form && other.readers === readers) &&
    [...parts.schemes, ...parts.fixed].every(({ label, scheme }) => label === scheme || !/[,:=]/.test(label))
  if (!isOneCommand) return null
  const { schemes, kinds, fixed } = parts
  const names = [
    ...schemes.map(({ label, scheme }) => (label === scheme ? scheme : `${label}=${scheme}`)),
    ...fixed.map(
      ({ label, scheme, returns }) => `${label === scheme ? '' : `${label}=`}${scheme},returns=${returns}`,
    ),
  ]
  const isEveryStage = isSame(names, stageNames)
  return [
    ['--target', 'model'],
    ['--variant', isEveryStage ? 'all-stages' : names.join(',')],
    ...(kinds.length === 0 ? [] : [['--returns', kinds.join(',')]]),
    ...(work === 'full' ? [] : [['--work', work]]),
    ...(form === 'sound' ? [] : [['--form', form]]),
    ...(readers === 0 ? [] : [['--readers', String(readers)]]),
  ]
}

type ModelParts = Readonly<{
  /** Each measured with every kind. */
  schemes: readonly ModelVariant[]
  kinds: readonly Returns[]
  /** Own variants with one kind each. */
  fixed: readonly ModelVariant[]
}>

/** As few of the last variants fixed as leave a table of schemes by kinds; null where none does. */
function multipliedAndFixed(variants: readonly ModelVariant[]): ModelParts | null {
  for (let count = variants.length; count >= 0; count--) {
    const [table, fixed] = [variants.slice(0, count), variants.slice(count)]
    if (fixed.some(({ scheme }) => !scheme.startsWith(freePrefix))) return null
    const kinds = [...new Set(table.map(({ returns }) => returns))]
    const schemes = table
      .filter(({ returns }) => returns === table[0]?.returns)
      .map(variant => ({
        ...variant,
        label: withoutEnding(variant.label, ` (${variant.returns})`, kinds.length),
      }))
    if (isSame(withReturns(schemes, kinds), table)) return { schemes, kinds, fixed }
  }
  return null
}

function withoutEnding(label: string, ending: string, kinds: number): string {
  return kinds > 1 && label.endsWith(ending) ? label.slice(0, -ending.length) : label
}

function kernelWords(variants: readonly KernelVariant[]): Words | null {
  const [first] = variants
  if (first === undefined) return null
  const machines = variants.filter(({ bootParameters }) => bootParameters === '')
  const texts = [...new Set(variants.map(({ bootParameters }) => bootParameters))].filter(text => text !== '')
  const architectures = [...new Set(variants.map(architectureOf))]
  const processors = [...new Set(variants.flatMap(({ armProcessor }) => armProcessor ?? []))]
  const kernels = machines
    .filter(({ armProcessor }) => armProcessor === undefined || armProcessor === processors[0])
    .map(kernel => ({
      ...kernel,
      label: withoutEnding(kernel.label, ` (${kernel.armProcessor ?? ''})`, processors.length),
    }))
  const isOneCommand =
    isSame(withBootParameters(withArmProcessors(kernels, processors), texts), variants) &&
    kernels.every(({ label, kernel }) => !/^[./]|[,=]/.test(label) && !kernel.includes(',')) &&
    (architectures.length === 1 ||
      variants.every(variant => architectureNamed(variant.kernel) === architectureOf(variant)))
  if (!isOneCommand) return null
  return [
    ['--target', 'vm'],
    ['--kernel', kernels.map(({ label, kernel }) => `${label}=${kernel}`).join(',')],
    ...(architectures.join() === 'arm64' ? [['--arch', 'arm64']] : []),
    ...(processors.length === 0 ? [] : [['--cpu', processors.join(',')]]),
    ...texts.map(text => ['--append', text]),
    ['--clock', first.clock],
    ['--memory', sizeWord(first.memoryBytes)],
    ...(first.cpus === 1 ? [] : [['--vm-cpus', String(first.cpus)]]),
  ]
}

function stoppingWords({ stopping }: Plan): Words {
  if (stopping.kind === 'rounds') return [['--samples', String(stopping.rounds)]]
  const { resolutionPercent, budgetSeconds } = stopping
  return [
    ['--resolution', `${resolutionPercent}%`],
    ...(budgetSeconds === null ? [] : [['--budget', `${budgetSeconds}s`]]),
  ]
}

/** As the command line takes “all”: those of the published tables, in their order. */
function isEveryBenchmark({ benchmarks, target }: Plan): boolean {
  return target !== 'vm' && isSame(benchmarks, publishedBenchmarkNames)
}

/** `64M`, `1G`; a size that is no multiple of 1 KiB in bytes. */
function sizeWord(bytes: Bytes): string {
  const units = [
    ['G', gibibyte],
    ['M', mebibyte],
    ['K', kibibyte],
  ] as const
  const unit = units.find(([, size]) => bytes % size === 0)
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0]}`
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
