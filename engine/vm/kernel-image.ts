import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'
import { createAnonymousFile } from './anonymous-file.ts'
import { debianPackageBytes, extractKernel, isDebianPackage } from './debian-package.ts'
import { kernelHeaderBytes, readKernelRelease } from './kernel-header.ts'

/**
 * A kernel image that is held open: replacing the file it came from does
 * not change a run under way.
 */
export type KernelImage = Readonly<{
  /** As the user named it. */
  name: string
  release: string
  descriptor: number
  close: () => void
}>

const bootFolder = '/boot'

/**
 * Opens the image that `name` means: a path of an image or of a Debian package, or the release of a
 * kernel in /boot. Throws `not-found` or `bad-input` when there is none.
 */
export async function openKernelImage(name: string): Promise<KernelImage> {
  const source = openSource(name)
  if (!isDebianPackage(readStart(source.descriptor, debianPackageBytes))) return check(name, source)
  try {
    const image = createAnonymousFile()
    await extractKernel(name, source.descriptor, image.write).catch((error: unknown) => {
      image.close()
      throw error
    })
    return check(name, image)
  } finally {
    source.close()
  }
}

type OpenFile = Pick<KernelImage, 'descriptor' | 'close'>

function check(name: string, { descriptor, close }: OpenFile): KernelImage {
  try {
    const release = readKernelRelease(name, readStart(descriptor, kernelHeaderBytes))
    return { name, release, descriptor, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Opens without waiting, since a pipe would wait for its writer. */
function openSource(name: string): OpenFile {
  const file = findFile(name)
  try {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const source = { descriptor, close: () => closeSync(descriptor) }
    if (fstatSync(descriptor).isFile()) return source
    source.close()
  } catch (error) {
    throw new Failure(
      'not-permitted',
      `The kernel “${name}” cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Some distributions let only root read /boot: copy the image, or make it readable.',
      { cause: error },
    )
  }
  throw new Failure('bad-input', `“${name}” is not a file.`, 'Give the path of a kernel image.')
}

function findFile(name: string): string {
  const installed = path.join(bootFolder, `vmlinuz-${name}`)
  const found = [name, ...(name.includes('/') ? [] : [installed])].find(candidate => existsSync(candidate))
  if (found === undefined) throw notFound(name)
  return found
}

function readStart(descriptor: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0))
}

function notFound(name: string): Failure {
  const releases = existsSync(bootFolder)
    ? readdirSync(bootFolder).flatMap(file => /^vmlinuz-(.+)$/.exec(file)?.[1] ?? [])
    : []
  const installed = releases.length === 0 ? 'none is installed here' : `installed: ${releases.join(', ')}`
  return new Failure(
    'not-found',
    `There is no kernel “${name}”.`,
    `Give the path of a bzImage or of a Debian package, or the release of a kernel in /boot (${installed}).`,
  )
}
