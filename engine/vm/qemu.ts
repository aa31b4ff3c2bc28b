import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Architecture } from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'
import { sandboxArguments } from './machine.ts'

export type Qemu = Readonly<{
  program: string
  version: string
  /** Whether it can give up system calls that a machine does not need. */
  hasSandbox: boolean
}>

const programs: Readonly<Record<Architecture, Readonly<{ program: string; packages: string }>>> = {
  'x86-64': {
    program: 'qemu-system-x86_64',
    packages:
      'apt-get install qemu-system-x86 (Debian, Ubuntu), dnf install qemu-system-x86-core (Fedora), ' +
      'pacman -S qemu-system-x86 (Arch), zypper install qemu-x86 (openSUSE)',
  },
  arm64: {
    program: 'qemu-system-aarch64',
    packages:
      'apt-get install qemu-system-arm (Debian, Ubuntu), dnf install qemu-system-aarch64-core (Fedora), ' +
      'pacman -S qemu-system-aarch64 (Arch), zypper install qemu-arm (openSUSE)',
  },
}

/** What a QEMU without seccomp says of the option, in the words of its versions. */
const lacksSandbox = /no option group 'sandbox'|-sandbox support is not enabled/i

/**
 * Finds the QEMU for such guests in the PATH and asks its version; throws `qemu-missing` with the
 * way to install it.
 */
export async function findQemu(architecture: Architecture): Promise<Qemu> {
  const { program } = programs[architecture]
  try {
    return { ...(await askVersion(program, sandboxArguments)), hasSandbox: true }
  } catch (error) {
    if (!lacksSandbox.test(String(error))) throw missing(architecture, error)
    return { ...(await askVersion(program, [])), hasSandbox: false }
  }
}

async function askVersion(
  program: string,
  words: readonly string[],
): Promise<Pick<Qemu, 'program' | 'version'>> {
  const { stdout } = await promisify(execFile)(program, [...words, '--version'])
  return { program, version: /version (\S{1,40})/.exec(stdout)?.[1] ?? 'unknown' }
}

function missing(architecture: Architecture, error: unknown): Failure {
  const { program, packages } = programs[architecture]
  return new Failure(
    'qemu-missing',
    `Kernels for ${architecture} are booted by QEMU, and ${program} cannot be started here.`,
    `Install it: ${packages}.`,
    { cause: error },
  )
}
