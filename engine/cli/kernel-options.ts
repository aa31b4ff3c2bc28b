/** From the words of the command line to kernels in virtual machines. */
import { existsSync } from 'node:fs'
import {
  architectureNamed,
  architectureNames,
  armProcessorNames,
  hasLargePagesByName,
  usualArmProcessor,
  type Architecture,
  type ArmProcessor,
} from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'
import type { Plan } from '../contract/plan.ts'
import { guestMemoryBytes } from '../plan/presets.ts'
import { clockNames, type ClockName } from '../contract/clock-name.ts'
import { withArmProcessors, withBootParameters, type KernelVariant } from '../contract/variant.ts'
import { kernelFolder, listCachedKernels } from '../kernels/kernel-cache.ts'
import { kernelsNamed, rangeNamed, seriesOf } from '../kernels/kernel-release.ts'
import { ownArchitecture } from '../kernels/offered-kernels.ts'
import { kernelLabel } from '../text/kernel-label.ts'
import { readKernelNames, type NamedKernel } from './kernel-names.ts'
import { parseChoice, parseList, parseSize, parseWholeNumber } from './parse.ts'

/** Options for kernels in virtual machines, as the user typed them. */
export type KernelOptions = Readonly<{
  kernel?: string
  /** One text for each time that the option was given. */
  append?: readonly string[]
  clock: string
  memory?: string
  vmCpus?: string
  arch?: string
  /** Processors of arm64 machines, as a list. */
  cpu?: string
}>

export const archOption = [
  '--arch <NAME>',
  `vm: architecture of the kernels: ${architectureNames.join(', ')}; without it that of their names`,
] as const

export const armProcessorOption = [
  '--cpu <LIST>',
  `vm: processors of arm64 machines, each kernel on each: ${armProcessorNames.join(', ')}`,
] as const

/**
 * The kernels of `--kernel`, each a `NAME` or `LABEL=NAME`, in machines that the choices fit into;
 * for each `--append` one variant of each more.
 */
export function kernelsFrom(
  options: KernelOptions,
  choices: Pick<Plan, 'benchmarks' | 'tasks' | 'sizeBytes'>,
): KernelVariant[] {
  const { benchmarks, tasks, sizeBytes } = choices
  const named = namedKernels(options)
  if (named.length === 0)
    throw new Failure(
      'bad-input',
      'The target “vm” needs at least one kernel to boot.',
      'Name them: --kernel A,B with paths of bzImages or packages (.deb, .rpm), releases of kernels in /boot, ' +
        'or what was fetched: --kernel 6.12, --kernel 6.1..7.3 (folio-lab kernels list).',
    )
  const clock = clockFrom(options)
  const cpus = options.vmCpus === undefined ? 1 : parseWholeNumber('--vm-cpus', options.vmCpus)
  const memoryBytes =
    options.memory === undefined
      ? guestMemoryBytes(benchmarks, tasks, sizeBytes)
      : parseSize('--memory', options.memory)
  const processors = processorsFrom(options, named, clock)
  const kernels = named.map(({ label, kernel, architecture }): KernelVariant => ({
    ...({ target: 'vm', label, kernel, bootParameters: '', memoryBytes, cpus, clock } as const),
    ...(architecture === 'arm64' ? { armProcessor: usualArmProcessor } : {}),
  }))
  return withBootParameters(withArmProcessors(kernels, processors), options.append ?? [])
}

/** Whether the name of every kernel in the options says that it has pages of 16 KiB. */
export function haveLargePages(options: KernelOptions): boolean {
  const named = namedKernels(options)
  return named.length > 0 && named.every(({ kernel }) => hasLargePagesByName(kernel))
}

type WantedKernel = NamedKernel & Readonly<{ architecture: Architecture }>

/** The kernels of `--kernel`, each for the architecture of `--arch`, else that of its name. */
function namedKernels({ kernel = '', arch }: KernelOptions): WantedKernel[] {
  const wanted = arch === undefined ? undefined : parseChoice('--arch', arch, architectureNames)
  return readKernelNames(kernel, existsSync).flatMap(named => {
    const architecture = wanted ?? architectureNamed(named.kernel) ?? ownArchitecture()
    return fetchedKernels(named, architecture).map(found => ({ ...found, architecture }))
  })
}

function processorsFrom(
  { cpu }: KernelOptions,
  kernels: readonly WantedKernel[],
  clock: ClockName,
): ArmProcessor[] {
  // By wall clock the machine's own may be used, which “max” stands for.
  if (cpu === undefined) return [clock === 'wall' ? 'max' : usualArmProcessor]
  if (kernels.every(({ architecture }) => architecture !== 'arm64'))
    throw new Failure(
      'bad-input',
      '--cpu chooses the processor of arm64 machines, and none of these kernels is for arm64.',
      'Leave it out, or give --arch arm64 with kernels for it.',
    )
  return [...new Set(parseList(cpu).map(name => parseChoice('--cpu', name, armProcessorNames)))]
}

/** What the name means: a file or a kernel in /boot as it is, else kernels that were fetched. */
function fetchedKernels(named: NamedKernel, architecture: Architecture): NamedKernel[] {
  const { label, kernel } = named
  if (existsSync(kernel) || existsSync(`/boot/vmlinuz-${kernel}`)) return [named]
  const cached = listCachedKernels(kernelFolder(process.env))
  const found = kernelsNamed(
    kernel,
    cached.filter(fetched => fetched.architecture === architecture),
  )
  if (found.length === 0 && rangeNamed(kernel) !== null)
    throw new Failure(
      'not-found',
      `No kernel in ${kernel} has been fetched for ${architecture}.`,
      `Fetch them: folio-lab kernels fetch ${kernel}${architecture === 'arm64' ? ' --arch arm64' : ''}`,
    )
  if (found.length === 0) return [named]
  const isOwnLabel = label !== kernelLabel(kernel)
  return found.map(({ release, file }) => ({
    label: found.length > 1 ? (seriesOf(release) ?? release) : isOwnLabel ? label : kernel,
    kernel: file,
  }))
}

/** The clock of `--clock`; throws `bad-input` for another word. */
export function clockFrom({ clock }: Pick<KernelOptions, 'clock'>): ClockName {
  return parseChoice('--clock', clock, clockNames)
}
