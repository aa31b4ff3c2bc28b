import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../contract/failure.ts'
import { createAnonymousFile } from './anonymous-file.ts'
import { kernelHeaderBytes, readKernelRelease } from './kernel-header.ts'
import {
  extractKernel,
  imagePackageOf,
  isPackage,
  packageLimits,
  type PackageLimits,
} from './kernel-package.ts'
import { sectionOfKernel } from './unified-image.ts'
import { compressionOf, limitedWrite, unpack } from './unpack.ts'

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

/** A package may hold a compressed unified image, and nobody packs more often. */
const mostWrappings = 4

/**
 * Opens the image that `name` means: a path of an image, of a package that holds one, or of one
 * that is compressed or part of a unified image; or the release of a kernel in /boot. Throws
 * `not-found` or `bad-input` when there is none.
 */
export async function openKernelImage(name: string, limits = packageLimits): Promise<KernelImage> {
  let file = openSource(name)
  for (let wrappings = 0; wrappings < mostWrappings; wrappings++) {
    const inner = await unwrap(name, file, limits)
    if (inner === null) break
    file = inner
  }
  return check(name, file)
}

type Write = (bytes: Uint8Array) => void

/** What is inside of `file`, which is closed then; null when it holds nothing. */
async function unwrap(name: string, file: OpenFile, limits: PackageLimits): Promise<OpenFile | null> {
  const takeOut = wrappingOf(name, file.descriptor, limits)
  if (takeOut === null) return null
  try {
    const image = createAnonymousFile()
    await takeOut(image.write).catch((error: unknown) => {
      image.close()
      throw error
    })
    return image
  } finally {
    file.close()
  }
}

/** How what is inside of the file is taken out; null when it holds nothing. */
function wrappingOf(
  name: string,
  descriptor: number,
  limits: PackageLimits,
): ((write: Write) => Promise<void>) | null {
  const beginning = readStart(descriptor, kernelHeaderBytes)
  if (isPackage(beginning)) return write => extractKernel(name, descriptor, beginning, write, limits)
  const compression = compressionOf(beginning)
  const part = compression === null ? sectionOfKernel(beginning) : ([0, sizeOf(descriptor)] as const)
  if (part === null) return null
  return write => copyOut(name, unpack(descriptor, part, compression), limitedWrite(write, limits.imageBytes))
}

async function copyOut(name: string, image: AsyncIterable<Uint8Array>, write: Write): Promise<void> {
  try {
    for await (const bytes of image) write(bytes)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(
      'bad-input',
      `No kernel can be taken out of “${name}”: ${error instanceof Error ? error.message : String(error)}.`,
      'It may be damaged or incomplete: copy it again, or give another image.',
      { cause: error },
    )
  }
}

function sizeOf(descriptor: number): number {
  return fstatSync(descriptor).size
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
  const apart = imagePackageOf(found)
  return apart !== null && existsSync(apart) ? apart : found
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
    `Give the path of a bzImage, of a package (.deb, .rpm) or of a unified image, or the release of a kernel in /boot (${installed}).`,
  )
}
