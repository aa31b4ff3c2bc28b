/** From the words of the command line to kernels in virtual machines. */
import { Failure } from '../contract/failure.ts'
import type { Plan } from '../contract/plan.ts'
import { guestMemoryBytes } from '../contract/presets.ts'
import { clockNames, type ClockName, type KernelVariant } from '../contract/variant.ts'
import { parseChoice, parseList, parseSize, parseWholeNumber } from './parse.ts'

/** Options for kernels in virtual machines, as the user typed them. */
export type KernelOptions = Readonly<{
  kernel?: string
  clock: string
  memory?: string
  vmCpus?: string
}>

/** The kernels of `--kernel`, each a `NAME` or `LABEL=NAME`, in machines that the choices fit into. */
export function kernelsFrom(
  options: KernelOptions,
  choices: Pick<Plan, 'benchmarks' | 'tasks' | 'sizeBytes'>,
): KernelVariant[] {
  const { benchmarks, tasks, sizeBytes } = choices
  const names = parseList(options.kernel ?? '')
  if (names.length === 0)
    throw new Failure(
      'bad-input',
      'The target “vm” needs kernels to boot.',
      'Name them: --kernel A,B with paths of bzImages or Debian packages, or releases of kernels in /boot.',
    )
  const clock = clockFrom(options)
  const cpus = options.vmCpus === undefined ? 1 : parseWholeNumber('--vm-cpus', options.vmCpus)
  const memoryBytes =
    options.memory === undefined
      ? guestMemoryBytes(benchmarks, tasks, sizeBytes)
      : parseSize('--memory', options.memory)
  return names.map(name => {
    const [, label = kernelLabel(name), kernel = name] = /^([^=/]+)=(.+)$/.exec(name) ?? []
    return { target: 'vm', label, kernel, memoryBytes, cpus, clock }
  })
}

export function clockFrom({ clock }: KernelOptions): ClockName {
  return parseChoice('--clock', clock, clockNames)
}

/** `6.1.0-37-amd64` of `/boot/vmlinuz-6.1.0-37-amd64` and of `linux-image-6.1.0-37-amd64_6.1.140-1_amd64.deb`. */
export function kernelLabel(name: string): string {
  const file = name.slice(name.lastIndexOf('/') + 1)
  const short = file.replace(/^(?:linux-image|vmlinuz|bzImage)-/, '').replace(/(?:_[^_]*)*\.deb$/, '')
  return short === '' ? file : short
}
