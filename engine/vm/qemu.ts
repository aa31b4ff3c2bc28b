import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Failure } from '../contract/failure.ts'
import { sandboxArguments } from './machine.ts'

export type Qemu = Readonly<{
  program: string
  version: string
  /** Whether it can give up system calls that a machine does not need. */
  hasSandbox: boolean
}>

const program = 'qemu-system-x86_64'

/** What a QEMU without seccomp says of the option, in the words of its versions. */
const lacksSandbox = /no option group 'sandbox'|-sandbox support is not enabled/i

/**
 * Finds QEMU in the PATH and asks its version; throws `qemu-missing` with the way to install it.
 */
export async function findQemu(): Promise<Qemu> {
  try {
    return { ...(await askVersion(sandboxArguments)), hasSandbox: true }
  } catch (error) {
    if (!lacksSandbox.test(String(error))) throw missing(error)
    return { ...(await askVersion([])), hasSandbox: false }
  }
}

async function askVersion(words: readonly string[]): Promise<Pick<Qemu, 'program' | 'version'>> {
  const { stdout } = await promisify(execFile)(program, [...words, '--version'])
  return { program, version: /version (\S{1,40})/.exec(stdout)?.[1] ?? 'unknown' }
}

function missing(error: unknown): Failure {
  return new Failure(
    'qemu-missing',
    `Kernels are booted by QEMU, and ${program} cannot be started here.`,
    'Install it: apt-get install qemu-system-x86 (Debian, Ubuntu), dnf install qemu-system-x86-core (Fedora), ' +
      'pacman -S qemu-system-x86 (Arch), zypper install qemu-x86 (openSUSE).',
    { cause: error },
  )
}
