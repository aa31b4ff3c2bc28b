/** From a plan back to the command that measures the same again, anywhere. Pure. */
import { hasTasks, publishedBenchmarkNames } from '../../contract/benchmark.ts'
import type { Environment } from '../../contract/environment.ts'
import type { Plan } from '../../contract/plan.ts'
import { gibibyte, kibibyte, mebibyte, type Bytes } from '../../contract/units.ts'
import {
  stageNames,
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

/** Work, form and readers are options of the whole command, returns are multiplied with schemes. */
function modelWords(variants: readonly ModelVariant[]): Words | null {
  const [first] = variants
  if (first === undefined) return null
  const kinds = [...new Set(variants.map(({ returns }) => returns))]
  const schemes = variants
    .filter(({ returns }) => returns === first.returns)
    .map(variant => ({
      ...variant,
      label: withoutEnding(variant.label, ` (${first.returns})`, kinds.length),
    }))
  const { work, form, readers } = first
  const isOneCommand =
    isSame(withReturns(schemes, kinds), variants) &&
    variants.every(other => other.work === work && other.form === form && other.readers === readers) &&
    schemes.every(({ label, scheme }) => label === scheme || !/[,:=]/.test(label))
  if (!isOneCommand) return null
  const names = schemes.map(({ label, scheme }) => (label === scheme ? scheme : `${label}=${scheme}`))
  const isEveryStage = isSame(names, stageNames)
  return [
    ['--target', 'model'],
    ['--variant', isEveryStage ? 'all-stages' : names.join(',')],
    ['--returns', kinds.join(',')],
    ...(work === 'full' ? [] : [['--work', work]]),
    ...(form === 'sound' ? [] : [['--form', form]]),
    ...(readers === 0 ? [] : [['--readers', String(readers)]]),
  ]
}

function withoutEnding(label: string, ending: string, kinds: number): string {
  return kinds > 1 && label.endsWith(ending) ? label.slice(0, -ending.length) : label
}

function kernelWords(variants: readonly KernelVariant[]): Words | null {
  const [first] = variants
  if (first === undefined) return null
  const kernels = variants.filter(({ bootParameters }) => bootParameters === '')
  const texts = [...new Set(variants.map(({ bootParameters }) => bootParameters))].filter(text => text !== '')
  const isOneCommand =
    isSame(withBootParameters(kernels, texts), variants) &&
    kernels.every(({ label, kernel }) => !/^[./]|[,=]/.test(label) && !kernel.includes(','))
  if (!isOneCommand) return null
  return [
    ['--target', 'vm'],
    ['--kernel', kernels.map(({ label, kernel }) => `${label}=${kernel}`).join(',')],
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
