import * as z from 'zod'
import { ArmProcessor, type Architecture } from './architecture.ts'
import { BootParameters, bootParameterProblem } from './boot-parameters.ts'
import { lineCharacters, shortened, textUpTo } from './bounds.ts'
import { ClockName } from './clock-name.ts'
import { StoredReturns, type Returns } from './returns.ts'
import { gibibyte, mebibyte } from './units.ts'

/** Where operations run. */
export const targetNames = ['host', 'model', 'vm'] as const
export const TargetName = z.enum(targetNames)
export type TargetName = z.infer<typeof TargetName>

/** The stages of the published series, in their order; each is a scheme of the model. */
export const stageNames = [
  'baseline',
  'mapcount',
  'rmap-id',
  '123',
  'batch',
  'exclusive',
  'nocmpxchg',
  'all',
] as const

export const labelCharacters = 80

export const Label = z
  .string()
  .trim()
  .min(1, 'a label needs at least one character')
  .max(labelCharacters, `a label has at most ${labelCharacters} characters`)

const mostGuestBytes = 16 * 1024 * gibibyte
// A distribution's kernel, the agent, and the smallest region.
const leastGuestBytes = 256 * mebibyte

/** A kernel booted in a virtual machine of its own. */
export const KernelVariant = z
  .object({
    target: z.literal('vm'),
    label: Label,
    /** Path of a kernel image or Debian package, or the release of a kernel installed in /boot. */
    kernel: z.string().trim().min(1, 'name a kernel image').max(4096, 'a path has at most 4096 characters'),
    /** Words for the kernel beside those that the lab says to each; empty for none. */
    bootParameters: BootParameters,
    memoryBytes: z
      .int('memory is a whole number of bytes')
      .min(leastGuestBytes, 'a virtual machine needs at least 256 MiB')
      .max(mostGuestBytes, 'a virtual machine has at most 16 TiB')
      .multipleOf(mebibyte, 'memory is a whole number of MiB'),
    cpus: z.int('CPUs are a whole number').min(1, 'at least one CPU').max(64, 'at most 64 CPUs'),
    clock: ClockName,
    /** Of an arm64 machine; without one the machine is an x86-64 one. */
    armProcessor: ArmProcessor.optional(),
  })
  .superRefine((variant, context) => {
    const message = bootParameterProblem(variant.bootParameters, variant.clock, architectureOf(variant))
    if (message !== null) context.addIssue({ code: 'custom', path: ['bootParameters'], message })
  })
export type KernelVariant = z.infer<typeof KernelVariant>

/** What kind of kernel boots in the machine of a variant. */
export function architectureOf({
  armProcessor,
}: Readonly<{ armProcessor?: ArmProcessor | undefined }>): Architecture {
  return armProcessor === undefined ? 'x86-64' : 'arm64'
}

/**
 * The arm64 kernels on each of the processors, whose name stands in the label where there are
 * several: `6.12 (cortex-a72)`; others as they are.
 */
export function withArmProcessors(
  kernels: readonly KernelVariant[],
  processors: readonly ArmProcessor[],
): KernelVariant[] {
  return kernels.flatMap(kernel =>
    architectureOf(kernel) === 'x86-64'
      ? [kernel]
      : processors.map(armProcessor => ({
          ...kernel,
          armProcessor,
          label: processors.length === 1 ? kernel.label : `${kernel.label} (${armProcessor})`,
        })),
  )
}

/**
 * Each kernel as it is, followed by one variant of it for each of the texts, whose label
 * names them: `6.12`, `6.12 (spec_rstack_overflow=off)`. An empty text and one that was
 * given before add nothing.
 */
export function withBootParameters(
  kernels: readonly KernelVariant[],
  texts: readonly string[],
): KernelVariant[] {
  const words = [...new Set(texts.map(text => text.trim()))].filter(text => text !== '')
  return kernels.flatMap(kernel => [
    kernel,
    ...words.map((bootParameters, index) => ({
      ...kernel,
      bootParameters,
      label: labelWithBootParameters(kernel.label, bootParameters, index + 1),
    })),
  ])
}

/**
 * The label of a kernel that is booted with these words; those that are too long for a label
 * are named by their number.
 */
export function labelWithBootParameters(label: string, bootParameters: string, number: number): string {
  const whole = `${label} (${bootParameters})`
  if (whole.length <= labelCharacters) return whole
  const ending = ` (boot parameters ${number})`
  return `${shortened(label, labelCharacters - ending.length)}${ending}`
}

/** A scheme or free configuration of the model, and how it is run. */
export const ModelVariant = z.object({
  target: z.literal('model'),
  label: Label,
  scheme: textUpTo(lineCharacters).min(1),
  work: z.enum(['full', 'accounting']),
  form: z.enum(['sound', 'posted']),
  readers: z.int().min(0).max(1024),
  /** How its functions return. */
  returns: StoredReturns,
})
export type ModelVariant = z.infer<typeof ModelVariant>

/**
 * A scheme under its own name; unless `change` says otherwise whole operations, in its sound form,
 * without readers, with plain returns.
 */
export function schemeVariant(
  scheme: string,
  change: Partial<Omit<ModelVariant, 'target' | 'scheme'>> = {},
): ModelVariant {
  const rest = { work: 'full', form: 'sound', readers: 0, returns: 'plain' } as const
  return { target: 'model', label: scheme, scheme, ...rest, ...change }
}

/**
 * Each variant with each kind of returns, the variants of one kind after one another. Where there
 * are several kinds, labels name those that are not plain: `batch`, `batch (safe-ret)`.
 */
export function withReturns(variants: readonly ModelVariant[], kinds: readonly Returns[]): ModelVariant[] {
  return kinds.flatMap(returns =>
    variants.map(variant => ({
      ...variant,
      returns,
      label: kinds.length === 1 || returns === 'plain' ? variant.label : `${variant.label} (${returns})`,
    })),
  )
}

/**
 * What is compared with what: a kernel on `host` and `vm`; a scheme or free
 * configuration on `model`.
 */
export const Variant = z.discriminatedUnion('target', [
  z.object({ target: z.literal('host'), label: Label }),
  ModelVariant,
  KernelVariant,
])
export type Variant = z.infer<typeof Variant>

/** What the samples of a variant are measured by. */
export function clockOf(variant: Variant): ClockName {
  return variant.target === 'vm' ? variant.clock : 'wall'
}
