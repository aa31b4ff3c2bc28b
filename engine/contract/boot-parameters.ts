/**
 * The words on the command line of a kernel in a virtual machine: those of the lab, and those
 * that a variant adds. Pure.
 */
import * as z from 'zod'
import type { Architecture } from './architecture.ts'
import { orElse } from './or-else.ts'
import type { ClockName } from './clock-name.ts'
import { mebibyte, type Bytes } from './units.ts'

/**
 * Linux takes 2048 bytes on x86-64 and arm64 (COMMAND_LINE_SIZE); the lab's own words need some
 * 200 of them.
 */
export const bootParameterCharacters = 1024

/**
 * Samples begin at multiples of so much guest time when instructions are counted. Ten seconds
 * without work let the kernel's periodic jobs run and its per-CPU page lists shrink to a fixed
 * point, which costs a guest that counts instructions next to nothing, since idle time is skipped.
 * Measured on 6.12: a spread of 0.01 % for cow-byte, where 1 s gave 0.3 %.
 */
const sampleGridNs = 10e9

/**
 * How large the swap of a machine is in which operations swap out so much: nearly full, a kernel
 * searches longer for free places.
 */
function swapDeviceBytes(swapBytes: Bytes): Bytes {
  return 2 * swapBytes + 16 * mebibyte
}

/**
 * What the lab itself says to a kernel. `panic=-1` with `-no-reboot`: a kernel that cannot go on
 * ends its machine. Kernels since 6.17 may watch which memory is accessed (DAMON), by taking access
 * flags away from its entries. `swapBytes`: how much its operations swap out.
 */
export function labBootParameters(clock: ClockName, architecture: Architecture, swapBytes: Bytes): string[] {
  const { console, counting } = ofArchitecture[architecture]
  const swap = swapBytes > 0 ? [`folio_swap_bytes=${swapDeviceBytes(swapBytes)}`] : []
  const common = [...console, 'panic=-1', 'oops=panic', 'damon_stat.enabled=N', 'nowatchdog', ...swap]
  if (clock === 'wall') return common
  return [...common, 'nokaslr', ...counting, `folio_sample_grid_ns=${sampleGridNs}`]
}

/**
 * `noapictimer` spares counted guests the calibration of that timer: a busy wait of 0.2 s guest
 * time that takes QEMU 13 s; the HPET ticks instead. QEMU's arm64 machine has its PL011 at the
 * address, which the kernel learns too late to report an early panic.
 */
const ofArchitecture: Readonly<
  Record<Architecture, Readonly<{ console: readonly string[]; counting: readonly string[] }>>
> = {
  'x86-64': {
    console: ['console=ttyS0', 'earlyprintk=serial,ttyS0'],
    counting: ['tsc=reliable', 'noapictimer'],
  },
  arm64: { console: ['console=ttyAMA0', 'earlycon=pl011,0x9000000'], counting: [] },
}

/**
 * With one of these the kernel would not start the agent, which is the first
 * program of its initramfs.
 */
const startsOtherProgram = ['init', 'rdinit', 'initrd', 'initrdmem', 'noinitrd']

/**
 * Words between single blanks; a blank within double quotes belongs to its
 * word, as the kernel reads it.
 */
function splitWords(text: string): string[] {
  return text.match(/(?:"[^"]*"|[^ "])+/g) ?? []
}

/**
 * The kernel takes `-` and `_` in a name for the same, and quotes around a whole word for nothing.
 */
function parameterName(word: string): string {
  const [name = ''] = word.replace(/^"/, '').split('=')
  return name.replaceAll('-', '_')
}

/** Why a kernel cannot be booted with these words beside the lab's own; null when it can. */
export function bootParameterProblem(
  text: string,
  clock: ClockName,
  architecture: Architecture,
): string | null {
  const words = splitWords(text)
  if (words.includes('--')) return '“--” would give the words after it to the agent: leave it out'
  const names = words.map(parameterName)
  const others = names.filter(name => startsOtherProgram.includes(name))
  if (others.length > 0) return `with “${others[0]}” the kernel would not start the agent: leave it out`
  const own = new Set(labBootParameters(clock, architecture, mebibyte).map(parameterName))
  const [taken] = names.filter(name => own.has(name))
  if (taken !== undefined) return `“${taken}” is set by the lab itself in its virtual machines: leave it out`
  return null
}

/**
 * What a variant adds, in one form: words between single blanks. Plans from before it could be
 * chosen have none. What depends on the clock is checked with the whole variant.
 */
export const BootParameters = z.preprocess(
  orElse(''),
  z
    .string()
    .max(bootParameterCharacters, `boot parameters have at most ${bootParameterCharacters} characters`)
    .regex(/^[\x20-\x7e]*$/, 'boot parameters are printable ASCII characters on one line')
    .refine(
      text => (text.split('"').length - 1) % 2 === 0,
      'a double quote in the boot parameters is not closed',
    )
    .transform(text => splitWords(text).join(' ')),
)

/** For people: the words, or that there are none. */
export function bootParameterWords(text: string): string {
  return text === '' ? 'no additional boot parameters' : `boot parameters “${text}”`
}
