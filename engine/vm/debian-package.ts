/**
 * Takes the kernel image out of a Debian package, as a stream and with limits: a
 * package may be a stranger's.
 */
import { readSync } from 'node:fs'
import { pipeline, Readable, type Duplex } from 'node:stream'
import { ReadableStream as WebStream } from 'node:stream/web'
import zlib from 'node:zlib'
import xz from 'xz-decompress'
import { Failure } from '../contract/failure.ts'
import { gibibyte, kibibyte, mebibyte, type Bytes } from '../contract/units.ts'
import { listMembers, type ArchiveMember } from './archive-members.ts'
import { takeMember, type Member } from './tar-member.ts'
import { UnusablePackage } from './unusable-package.ts'

/** How every Debian package begins (deb(5)). */
const beginning = '!<arch>\ndebian-binary'

export const debianPackageBytes = beginning.length

/** By its first bytes: whether a file is one, whatever its name is. */
export function isDebianPackage(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, beginning.length) === beginning
}

export type PackageLimits = Readonly<{
  /** A distribution's image has 10 to 20 MiB; one with everything built in, some 100 MiB. */
  imageBytes: Bytes
  /**
   * How much is unpacked in search of the image, which is in front where
   * members are sorted by name.
   */
  unpackedBytes: Bytes
  /** How many links lead to the image at most. */
  links: number
}>

const defaultLimits: PackageLimits = { imageBytes: 256 * mebibyte, unpackedBytes: gibibyte, links: 4 }

const pieceBytes = 64 * kibibyte

const imageName = /^boot\/vmlinuz(?:-[^/]*)?$|^(?:usr\/)?lib\/modules\/[^/]+\/vmlinuz$/
const moduleName = /^(?:usr\/)?lib\/modules\/.*\.ko(?:\.\w+)?$/

/**
 * Hands the bytes of the kernel image in the package that `descriptor` holds open to `write`.
 * Throws `bad-input` when there is none, or when the package is damaged or too large, and the
 * failures of `write`; `name` is for messages.
 */
export async function extractKernel(
  name: string,
  descriptor: number,
  write: (bytes: Uint8Array) => void,
  limits = defaultLimits,
): Promise<void> {
  try {
    await copyImage(descriptor, write, limits)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(
      'bad-input',
      `No kernel can be taken out of the package “${name}”: ${describe(error)}.`,
      'Give a package of a kernel image, such as linux-image-…-cloud-amd64, and not a meta-package.',
      { cause: error },
    )
  }
}

function describe(error: unknown): string {
  if (error instanceof UnusablePackage) return error.message
  return `its contents are damaged (${error instanceof Error ? error.message : String(error)})`
}

async function copyImage(
  descriptor: number,
  write: (bytes: Uint8Array) => void,
  limits: PackageLimits,
): Promise<void> {
  const data = listMembers(descriptor).find(({ name }) => name.startsWith('data.tar'))
  if (!data) throw new UnusablePackage('it is truncated, or has no contents')
  const writeImage = limitedWrite(write, limits.imageBytes)
  const seen = { modules: false }
  let link: Member | undefined
  for (let followed = 0; followed <= limits.links; followed++) {
    const wanted = link?.linksTo
    const member = await takeMember(
      limited(unpack(descriptor, data), limits.unpackedBytes),
      name => {
        seen.modules ||= moduleName.test(name)
        return wanted === undefined ? imageName.test(name) : name === wanted
      },
      writeImage,
    )
    if (!member) throw new UnusablePackage(link ? danglingLink(link) : noImage(seen.modules))
    if (member.linksTo === null) return
    link = member
  }
  throw new UnusablePackage('its kernel image is a link that leads through too many others')
}

function danglingLink({ name, linksTo }: Member): string {
  return `its ${name} is a link to ${linksTo ?? ''}, which it does not hold`
}

function noImage(holdsModules: boolean): string {
  return holdsModules ? 'it holds modules of a kernel without the kernel itself' : 'it holds no boot/vmlinuz'
}

function unpack(descriptor: number, { name, start, size }: ArchiveMember): AsyncIterable<Uint8Array> {
  const packed = Readable.from(pieces(descriptor, start, start + size))
  switch (name) {
    case 'data.tar':
      return packed
    case 'data.tar.gz':
      return through(packed, zlib.createGunzip())
    case 'data.tar.xz':
      return unpackXz(packed)
    case 'data.tar.zst':
      if ('createZstdDecompress' in zlib) return through(packed, zlib.createZstdDecompress())
      throw new UnusablePackage('it is compressed with zstd, which this runtime cannot read') // Node before 22.15
    default:
      throw new UnusablePackage(`it is compressed in a way that is not known here (${name})`)
  }
}

/**
 * The library unpacks one archive at a time: it is told when this one is left, which it resents
 * if it has just finished.
 */
async function* unpackXz(packed: Readable): AsyncGenerator<Uint8Array> {
  // Node and the library describe the same streams by two sets of types.
  const stream = new xz.XzReadableStream(WebStream.from(packed) as ReadableStream<Uint8Array>)
  const reader = stream.getReader()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/**
 * Read without waiting for the next, so that nobody uses the descriptor once the reader has left.
 */
function* pieces(descriptor: number, start: Bytes, end: Bytes): Generator<Uint8Array> {
  for (let at = start; at < end;) {
    const piece = Buffer.alloc(Math.min(pieceBytes, end - at))
    const length = readSync(descriptor, piece, 0, piece.length, at)
    if (length === 0) throw new UnusablePackage('it was cut while it was read')
    yield piece.subarray(0, length)
    at += length
  }
}

/** What reads the result to its end or leaves it closes both. */
function through(packed: Readable, decompressor: Duplex): AsyncIterable<Uint8Array> {
  return pipeline(packed, decompressor, () => undefined) // an error ends the iteration with it
}

async function* limited(chunks: AsyncIterable<Uint8Array>, limit: Bytes): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limit)
      throw new UnusablePackage(`there is no kernel image in the first ${inMebibytes(limit)} of its contents`)
    yield chunk
  }
}

function limitedWrite(write: (bytes: Uint8Array) => void, limit: Bytes): (bytes: Uint8Array) => void {
  let total = 0
  return bytes => {
    total += bytes.length
    if (total > limit) throw new UnusablePackage(`its kernel image is larger than ${inMebibytes(limit)}`)
    write(bytes)
  }
}

function inMebibytes(bytes: Bytes): string {
  return `${Math.round(bytes / mebibyte)} MiB`
}
