import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Failure } from '../contract/failure.ts'

export type Qemu = Readonly<{ program: string; version: string }>

const program = 'qemu-system-x86_64'

/** Finds QEMU in the PATH and asks its version; throws `qemu-missing` with the way to install it. */
export async function findQemu(): Promise<Qemu> {
  const { stdout } = await promisify(execFile)(program, ['--version']).catch((error: unknown) => {
    throw new Failure(
      'qemu-missing',
      `Kernels are booted by QEMU, and ${program} cannot be started here.`,
      'Install it: apt-get install qemu-system-x86 (Debian, Ubuntu), dnf install qemu-system-x86-core (Fedora), ' +
        'pacman -S qemu-system-x86 (Arch), zypper install qemu-x86 (openSUSE).',
      { cause: error },
    )
  })
  return { program, version: /version (\S+)/.exec(stdout)?.[1] ?? 'unknown' }
}
