import type { Architecture } from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'
import { kibibyte, type Bytes } from '../contract/units.ts'

/**
 * How much of a file has to be read to know a kernel image: the largest
 * real-mode part is 64 sectors.
 */
export const kernelHeaderBytes = 65 * 512

// Offsets and values: Linux, Documentation/arch/x86/boot.rst, “The Real-Mode Kernel Header”.
const bootFlagOffset = 0x1fe
const bootFlag = 0xaa55
const signatureOffset = 0x202
const signature = 'HdrS'
const versionPointerOffset = 0x20e
const versionPointerBase = 0x200
const loadFlagsOffset = 0x211
const loadedHigh = 0x01
const extendedFlagsOffset = 0x236
const is64Bit = 0x01
const headerEnd = 0x268

// Linux, Documentation/arch/arm64/booting.rst, “Call the kernel image”.
const armFlagsOffset = 0x18
const isBigEndian = 0x01
const armPageBytes: readonly (Bytes | null)[] = [null, 4 * kibibyte, 16 * kibibyte, 64 * kibibyte]
const armMagicOffset = 0x38
const armMagic = 'ARM\u0064'
const armHeaderEnd = 0x40

/** What an image says of the kernel in it. */
export type KernelHeader = Readonly<{
  architecture: Architecture
  /**
   * `6.12.38-cloud-amd64`; `unknown release` where it says none that is plain text, and null
   * where the header has no place for it.
   */
  release: string | null
  /** Of a page; null where the header has no place for it. */
  pageBytes: Bytes | null
}>

/**
 * Reads the header of a kernel image for x86-64 or arm64, from its first bytes. Throws `bad-input`
 * when `bytes` are not such an image; `name` is for the message.
 */
export function readKernelHeader(name: string, bytes: Buffer): KernelHeader {
  if (isArmImage(bytes)) return readArmHeader(name, bytes)
  const isImage =
    bytes.length >= headerEnd &&
    bytes.readUInt16LE(bootFlagOffset) === bootFlag &&
    bytes.toString('latin1', signatureOffset, signatureOffset + signature.length) === signature
  if (!isImage) throw notAnImage(name, `it ${describeBytes(bytes)}`)
  if ((bytes.readUInt8(loadFlagsOffset) & loadedHigh) === 0)
    throw notAnImage(name, 'it is a zImage, a format that kernels no longer use')
  if ((bytes.readUInt16LE(extendedFlagsOffset) & is64Bit) === 0)
    throw notAnImage(name, 'it is the image of a 32-bit kernel')
  const start = versionPointerBase + bytes.readUInt16LE(versionPointerOffset)
  const release = releaseIn(bytes.subarray(start))
  return { architecture: 'x86-64', release, pageBytes: null }
}

/** The release that a text begins with; `unknown release` where that is no plain text. */
export function releaseIn(text: Buffer): string {
  const [release = ''] = text.toString('latin1', 0, longestRelease + 1).split(/[ \0]/)
  return plainRelease.test(release) ? release : unknownRelease
}

function isArmImage(bytes: Buffer): boolean {
  return (
    bytes.length >= armHeaderEnd && bytes.toString('latin1', armMagicOffset, armHeaderEnd - 4) === armMagic
  )
}

function readArmHeader(name: string, bytes: Buffer): KernelHeader {
  const flags = bytes.readUInt8(armFlagsOffset)
  if ((flags & isBigEndian) !== 0) throw notAnImage(name, 'it is the image of a big-endian arm64 kernel')
  const pageBytes = armPageBytes[(flags >> 1) & 3] ?? null
  return { architecture: 'arm64', release: null, pageBytes }
}

/** `utsname` has room for so much (uname(2)); what an image says of itself is a stranger's text. */
export const longestRelease = 64
/** What stands for a release that an image does not name. */
export const unknownRelease = 'unknown release'
const plainRelease = new RegExp(`^[\\w.+~-]{1,${longestRelease}}$`)

const knownBeginnings: readonly Readonly<{ offset: number; text: string; what: string }>[] = [
  {
    offset: 0,
    text: '\u007fELF',
    what: 'is an ELF file, such as vmlinux; the image is arch/x86/boot/bzImage or arch/arm64/boot/Image',
  },
  { offset: 0x38, text: 'RSC\u0005', what: 'is the image of a RISC-V kernel' },
  {
    offset: 4,
    text: 'zimg',
    what: 'is an EFI image that is compressed in a way that is not known here',
  },
  { offset: 0, text: '\u001f\u008b', what: 'is gzip-compressed' },
  { offset: 0, text: '07070', what: 'is an initramfs' },
]

function describeBytes(bytes: Buffer): string {
  if (bytes.length === 0) return 'is empty'
  const known = knownBeginnings.find(
    ({ offset, text }) => bytes.toString('latin1', offset, offset + text.length) === text,
  )
  return known?.what ?? 'does not begin with the boot header of an x86-64 or arm64 kernel'
}

function notAnImage(name: string, why: string): Failure {
  return new Failure(
    'bad-input',
    `“${name}” is not a bootable kernel image: ${why}.`,
    'Give a bzImage, Image or vmlinuz for x86-64 or arm64, the release of an installed kernel, or a package of a kernel (.deb, .rpm).',
  )
}
