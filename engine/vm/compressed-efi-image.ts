/**
 * An EFI program that unpacks the kernel it carries, as newer arm64 kernels are built (Linux,
 * drivers/firmware/efi/libstub/zboot-header.S).
 */
import type { Bytes } from '../contract/units.ts'

const typeOffset = 4
const type = 'zimg'
const startOffset = 8
const sizeOffset = 12
const headerEnd = 16

/**
 * Where the compressed kernel lies in a file that begins with `bytes`; null when it is none of
 * these.
 */
export function compressedKernel(bytes: Buffer): readonly [start: Bytes, end: Bytes] | null {
  if (bytes.length < headerEnd || bytes.toString('latin1', 0, 2) !== 'MZ') return null
  if (bytes.toString('latin1', typeOffset, typeOffset + type.length) !== type) return null
  const start = bytes.readUInt32LE(startOffset)
  return [start, start + bytes.readUInt32LE(sizeOffset)]
}
