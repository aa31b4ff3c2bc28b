import { Failure } from '../contract/failure.ts'

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

/**
 * The release of an x86-64 kernel image, from its first bytes: `6.12.38-cloud-amd64`; `unknown
 * release` where it says none that is plain text. Throws `bad-input` when `bytes` are none;
 * `name` is for the message.
 */
export function readKernelRelease(name: string, bytes: Buffer): string {
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
  const [release = ''] = bytes.toString('latin1', start, start + longestRelease + 1).split(/[ \0]/)
  return plainRelease.test(release) ? release : 'unknown release'
}

/**
 * `utsname` has room for so much (uname(2)); what an image says about itself is a stranger's text.
 */
const longestRelease = 64
const plainRelease = new RegExp(`^[\\w.+~-]{1,${longestRelease}}$`)

const knownBeginnings: readonly Readonly<{ offset: number; text: string; what: string }>[] = [
  {
    offset: 0,
    text: '\u007fELF',
    what: 'is an ELF file, such as vmlinux; the image is arch/x86/boot/bzImage',
  },
  { offset: 0x38, text: 'ARM\u0064', what: 'is the image of an arm64 kernel' },
  { offset: 0x38, text: 'RSC\u0005', what: 'is the image of a RISC-V kernel' },
  {
    offset: 4,
    text: 'zimg',
    what: 'is a compressed EFI image, as kernels for arm64, RISC-V and LoongArch are',
  },
  { offset: 0, text: '\u001f\u008b', what: 'is gzip-compressed' },
  { offset: 0, text: '07070', what: 'is an initramfs' },
]

function describeBytes(bytes: Buffer): string {
  if (bytes.length === 0) return 'is empty'
  const known = knownBeginnings.find(
    ({ offset, text }) => bytes.toString('latin1', offset, offset + text.length) === text,
  )
  return known?.what ?? 'does not begin with the boot header of an x86 kernel'
}

function notAnImage(name: string, why: string): Failure {
  return new Failure(
    'bad-input',
    `“${name}” is not a bootable kernel image: ${why}.`,
    'Give a bzImage or vmlinuz for x86-64, the release of an installed kernel, or a package of a kernel (.deb, .rpm).',
  )
}
