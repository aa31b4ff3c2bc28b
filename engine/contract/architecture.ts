/** What kind of processor a kernel or a program is for. */
import * as z from 'zod'

export const architectureNames = ['x86-64', 'arm64'] as const

export type Architecture = (typeof architectureNames)[number]

/** The same names as uname(1) and Debian's packages have them. */
export const architectureSynonyms: Readonly<
  Record<Architecture, Readonly<{ uname: string; debian: string }>>
> = {
  'x86-64': { uname: 'x86_64', debian: 'amd64' },
  arm64: { uname: 'aarch64', debian: 'arm64' },
}

/**
 * The processor of an arm64 machine. `neoverse-n1`: of servers, the first of Arm's with atomic
 * instructions (LSE); `cortex-a72`: one without, on which the kernel repeats a load and a
 * conditional store instead (LL/SC); `max`: everything that QEMU can emulate.
 */
export const armProcessorNames = ['neoverse-n1', 'cortex-a72', 'max'] as const
export const ArmProcessor = z.enum(armProcessorNames)
export type ArmProcessor = z.infer<typeof ArmProcessor>

/**
 * What an arm64 machine has unless another processor is chosen: what most such servers have, and
 * since it has neither pointer authentication nor SVE, the quickest to emulate.
 */
export const usualArmProcessor: ArmProcessor = 'neoverse-n1'

/**
 * The architecture that the name of a kernel shows, as packages and releases of distributions end:
 * `6.12.38+deb13-arm64-16k`, `linux-image-…_arm64.deb`, or as the kernel's own build calls it,
 * `Image`; null when it shows none.
 */
export function architectureNamed(kernel: string): Architecture | null {
  const name = baseName(kernel)
  if (/^Image(?:\.gz)?$|(?:^|[-_.])(?:arm64|aarch64)(?:[-_.]|$)/.test(name)) return 'arm64'
  return /^bzImage$|(?:^|[-_.])(?:amd64|x86_64|x86-64)(?:[-_.]|$)/.test(name) ? 'x86-64' : null
}

/** The processor of a machine for a kernel of this name, unless another is chosen. */
export function processorFor(kernel: string): Readonly<{ armProcessor?: ArmProcessor }> {
  return architectureNamed(kernel) === 'arm64' ? { armProcessor: usualArmProcessor } : {}
}

/** Whether the name of a kernel says that its pages have 16 KiB: `6.12.38+deb13-arm64-16k`. */
export function hasLargePagesByName(kernel: string): boolean {
  return /-arm64-16k(?:[-_.]|$)/.test(baseName(kernel))
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1)
}
