/** From the words of the command line to kernels in virtual machines. */
import { existsSync } from 'node:fs'
import { Failure } from '../contract/failure.ts'
import type { Plan } from '../contract/plan.ts'
import { guestMemoryBytes } from '../plan/presets.ts'
import { clockNames, withBootParameters, type ClockName, type KernelVariant } from '../contract/variant.ts'
import { kernelFolder, listCachedKernels } from '../kernels/kernel-cache.ts'
import { kernelsNamed, parseSeriesRange, seriesOf } from '../kernels/kernel-release.ts'
import { kernelLabel } from '../text/kernel-label.ts'
import { readKernelNames, type NamedKernel } from './kernel-names.ts'
import { parseChoice, parseSize, parseWholeNumber } from './parse.ts'

/** Options for kernels in virtual machines, as the user typed them. */
export type KernelOptions = Readonly<{
  kernel?: string
  /** One text for each time that the option was given. */
  append?: readonly string[]
  clock: string
  memory?: string
  vmCpus?: string
}>

/**
 * The kernels of `--kernel`, each a `NAME` or `LABEL=NAME`, in machines that the choices fit into;
 * for each `--append` one variant of each more.
 */
export function kernelsFrom(
  options: KernelOptions,
  choices: Pick<Plan, 'benchmarks' | 'tasks' | 'sizeBytes'>,
): KernelVariant[] {
  const { benchmarks, tasks, sizeBytes } = choices
  const named = readKernelNames(options.kernel ?? '', existsSync).flatMap(fetchedKernels)
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
  const kernels = named.map(
    ({ label, kernel }) =>
      ({ target: 'vm', label, kernel, bootParameters: '', memoryBytes, cpus, clock }) as const,
  )
  return withBootParameters(kernels, options.append ?? [])
}

/** What the name means: a file or a kernel in /boot as it is, else kernels that were fetched. */
function fetchedKernels(named: NamedKernel): NamedKernel[] {
  const { label, kernel } = named
  if (existsSync(kernel) || existsSync(`/boot/vmlinuz-${kernel}`)) return [named]
  const found = kernelsNamed(kernel, listCachedKernels(kernelFolder(process.env)))
  if (found.length === 0 && parseSeriesRange(kernel) !== null)
    throw new Failure(
      'not-found',
      `No kernel in ${kernel} has been fetched.`,
      `Fetch them: folio-lab kernels fetch ${kernel}`,
    )
  if (found.length === 0) return [named]
  const isOwnLabel = label !== kernelLabel(kernel)
  return found.map(({ release, file }) => ({
    label: found.length > 1 ? (seriesOf(release) ?? release) : isOwnLabel ? label : kernel,
    kernel: file,
  }))
}

/** The clock of `--clock`; throws `bad-input` for another word. */
export function clockFrom({ clock }: KernelOptions): ClockName {
  return parseChoice('--clock', clock, clockNames)
}
