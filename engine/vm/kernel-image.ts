import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import path from 'node:path'
import type { Architecture } from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'
import { mebibyte, type Bytes } from '../contract/units.ts'
import { createAnonymousFile } from './anonymous-file.ts'
import { compressedKernel } from './compressed-efi-image.ts'
import {
  kernelHeaderBytes,
  longestRelease,
  readKernelHeader,
  releaseIn,
  unknownRelease,
} from './kernel-header.ts'
import {
  extractKernel,
  imagePackageOf,
  isPackage,
  packageLimits,
  type PackageLimits,
} from './kernel-package.ts'
import { sectionOfKernel } from './unified-image.ts'
import { compressionOf, limitedWrite, longestBeginning, unpack, type Compression } from './unpack.ts'

/**
 * A kernel image that is held open: replacing the file it came from does
 * not change a run under way.
 */
export type KernelImage = Readonly<{
  /** As the user named it. */
  name: string
  architecture: Architecture
  release: string
  /** Of a page of memory; null where the image does not tell. */
  pageBytes: Bytes | null
  descriptor: number
  close: () => void
}>

const bootFolder = '/boot'

/** A package may hold a compressed unified image; nothing is packed more often than that. */
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
  if (compression !== null) return takeOut([0, sizeOf(descriptor)], compression)
  const packed = compressedKernel(beginning)
  const packedCompression = packed && compressionOf(readAt(descriptor, longestBeginning, packed[0]))
  if (packed && packedCompression) return takeOut(packed, packedCompression)
  const section = sectionOfKernel(beginning)
  return section && takeOut(section, null)

  function takeOut(part: readonly [Bytes, Bytes], how: Compression | null): (write: Write) => Promise<void> {
    return write => copyOut(name, unpack(descriptor, part, how), limitedWrite(write, limits.imageBytes))
  }
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
    const header = readKernelHeader(name, readStart(descriptor, kernelHeaderBytes))
    return { ...header, name, release: header.release ?? findRelease(descriptor), descriptor, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Opens without waiting, since a pipe would wait for its writer. */
function openSource(name: string): OpenFile {
  const file = kernelFile(name)
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

/**
 * The file that the name of a kernel means, as for `openKernelImage`; of packages that belong
 * together the one with the image. Throws `not-found`.
 */
export function kernelFile(name: string): string {
  const installed = path.join(bootFolder, `vmlinuz-${name}`)
  const found = [name, ...(name.includes('/') ? [] : [installed])].find(candidate => existsSync(candidate))
  if (found === undefined) throw notFound(name)
  const apart = imagePackageOf(found)
  return apart !== null && existsSync(apart) ? apart : found
}

function readStart(descriptor: number, length: number): Buffer {
  return readAt(descriptor, length, 0)
}

function readAt(descriptor: number, length: number, position: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position))
}

/** What every kernel prints first (Linux, init/version.c), and holds as a text. */
const banner = 'Linux version '
const searchedBytes = 4 * mebibyte

/** The release that stands in the image itself; `unknown release` when none does. */
function findRelease(descriptor: number): string {
  const overlap = banner.length + longestRelease
  for (let at = 0; ; at += searchedBytes - overlap) {
    const bytes = readAt(descriptor, searchedBytes, at)
    for (let found = bytes.indexOf(banner); found >= 0; found = bytes.indexOf(banner, found + 1)) {
      const release = releaseIn(bytes.subarray(found + banner.length))
      if (/^\d/.test(release)) return release
    }
    if (bytes.length < searchedBytes) return unknownRelease
  }
}

function notFound(name: string): Failure {
  const releases = existsSync(bootFolder)
    ? readdirSync(bootFolder).flatMap(file => /^vmlinuz-(.+)$/.exec(file)?.[1] ?? [])
    : []
  const installed = releases.length === 0 ? 'none is installed here' : `installed: ${releases.join(', ')}`
  return new Failure(
    'not-found',
    `There is no kernel “${name}”.`,
    `Give the path of a bzImage or Image, of a package (.deb, .rpm) or of a unified image, or the release of a kernel in /boot (${installed}).`,
  )
}
