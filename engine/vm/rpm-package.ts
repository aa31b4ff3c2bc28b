/**
 * What an RPM package holds: a lead, two headers and a compressed cpio archive (rpm, “Package
 * Format”, docs/manual/format_v4.md).
 */
import { fstatSync, readSync } from 'node:fs'
import type { Bytes } from '../contract/units.ts'
import { takeCpioMembers } from './cpio-member.ts'
import type { PackageContents } from './package-contents.ts'
import { compressionOf, unpack } from './unpack.ts'
import { UnusablePackage } from './unusable-package.ts'

const beginning = '\u00ed\u00ab\u00ee\u00db'
const leadBytes = 96
const headerMagic = 0x8eade801
const headerBytes = 16
const entryBytes = 16
const signatureAlignment = 8
const cpioBeginning = '0707'

/** Whether a file that begins with these bytes is an RPM package. */
export function isRpmPackage(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, beginning.length) === beginning
}

/** Throws `UnusablePackage` when it is damaged, or compressed in a way that is not known here. */
export function rpmContents(descriptor: number): PackageContents {
  const packageBytes = fstatSync(descriptor).size
  const signatureEnd = endOfHeader(descriptor, leadBytes, packageBytes)
  const aligned = Math.ceil(signatureEnd / signatureAlignment) * signatureAlignment
  const start = endOfHeader(descriptor, aligned, packageBytes)
  const first = readBytes(descriptor, start, 16)
  const compression = compressionOf(first)
  if (compression === null && first.toString('latin1', 0, 4) !== cpioBeginning)
    throw new UnusablePackage('it is compressed in an unknown format')
  return {
    read: () => unpack(descriptor, [start, packageBytes], compression),
    takeMembers: takeCpioMembers,
  }
}

function endOfHeader(descriptor: number, start: Bytes, packageBytes: Bytes): Bytes {
  const header = readBytes(descriptor, start, headerBytes)
  if (header.length < headerBytes) throw new UnusablePackage('it is truncated')
  if (header.readUInt32BE(0) !== headerMagic) throw new UnusablePackage('it is damaged')
  const end = start + headerBytes + header.readUInt32BE(8) * entryBytes + header.readUInt32BE(12)
  if (end >= packageBytes) throw new UnusablePackage('it is truncated')
  return end
}

function readBytes(descriptor: number, start: Bytes, length: Bytes): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, start))
}
