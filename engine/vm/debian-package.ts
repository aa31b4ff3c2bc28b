import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Failure } from '../contract/failure.ts'

/** How every Debian package begins (deb(5)). */
const beginning = '!<arch>\ndebian-binary'

export const debianPackageBytes = beginning.length

export function isDebianPackage(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, beginning.length) === beginning
}

/** Writes the kernel image of a package to a descriptor, with the programs that know each compression in use. */
export async function extractKernel(packagePath: string, descriptor: number): Promise<void> {
  const unpack = spawn('dpkg-deb', ['--fsys-tarfile', packagePath], { stdio: ['ignore', 'pipe', 'pipe'] })
  const pick = spawn('tar', ['--extract', '--to-stdout', '--wildcards', './boot/vmlinuz-*'], {
    stdio: [unpack.stdout, descriptor, 'pipe'],
  })
  const ends = Promise.all([ended(unpack), ended(pick)])
  unpack.stdout.destroy() // the other program has its own copy
  const [unpacked, picked] = await ends
  if (unpacked.isMissing || picked.isMissing)
    throw new Failure(
      'unsupported',
      `Taking the kernel out of ${packagePath} needs dpkg-deb and tar, which are not installed here.`,
      'Install the package “dpkg” of your distribution, or unpack the package elsewhere and give its boot/vmlinuz.',
    )
  if (unpacked.status !== 0) throw unusable(packagePath, unpacked.log)
  if (picked.status !== 0) throw unusable(packagePath, 'it holds no boot/vmlinuz')
}

type End = Readonly<{ status: number | null; isMissing: boolean; log: string }>

async function ended(child: ChildProcess): Promise<End> {
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text))
  try {
    await once(child, 'close')
    return { status: child.exitCode, isMissing: false, log: log.trim() }
  } catch {
    return { status: null, isMissing: true, log }
  }
}

function unusable(packagePath: string, why: string): Failure {
  return new Failure(
    'bad-input',
    `No kernel can be taken out of the package ${packagePath}: ${why}.`,
    'Give a package of a kernel image, such as linux-image-…-cloud-amd64, and not a meta-package.',
  )
}
