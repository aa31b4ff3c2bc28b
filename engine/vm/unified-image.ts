/**
 * A unified kernel image: an EFI program whose section `.linux` is the kernel (UAPI Group
 * Specifications, UKI; Microsoft, “PE Format”).
 */
import type { Bytes } from '../contract/units.ts'

const offsetOfHeader = 0x3c
const signature = 'PE\0\0'
const fileHeaderBytes = 20
const sectionBytes = 40
const mostSections = 96 // the format allows no more
const wanted = '.linux'

/**
 * Where the kernel lies in a file that begins with `bytes`; null when it is no such image, as the
 * kernels themselves are not that can be started by EFI.
 */
export function sectionOfKernel(bytes: Buffer): readonly [start: Bytes, end: Bytes] | null {
  if (bytes.length < offsetOfHeader + 4 || bytes.toString('latin1', 0, 2) !== 'MZ') return null
  const header = bytes.readUInt32LE(offsetOfHeader)
  const fileHeader = header + signature.length
  if (fileHeader + fileHeaderBytes > bytes.length) return null
  if (bytes.toString('latin1', header, fileHeader) !== signature) return null
  const count = Math.min(mostSections, bytes.readUInt16LE(fileHeader + 2))
  const table = fileHeader + fileHeaderBytes + bytes.readUInt16LE(fileHeader + 16)
  for (let at = table; at + sectionBytes <= Math.min(bytes.length, table + count * sectionBytes);) {
    const name = bytes.toString('latin1', at, at + 8).replace(/\0+$/, '')
    // A section may be filled up in the file, or have zeros behind it that are not in the file.
    const size = Math.min(bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 16))
    const start = bytes.readUInt32LE(at + 20)
    if (name === wanted) return [start, start + size]
    at += sectionBytes
  }
  return null
}
