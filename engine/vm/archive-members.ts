/** The members of an ar archive, which is what a Debian package is (deb(5), ar(5)). */
import { fstatSync, readSync } from 'node:fs'
import type { Bytes } from '../contract/units.ts'
import { UnusablePackage } from './unusable-package.ts'

export type ArchiveMember = Readonly<{ name: string; start: Bytes; size: Bytes }>

const magic = '!<arch>\n'
const headerBytes = 60
const headerEnd = '`\n'
/** A package has three or four. */
const mostMembers = 16

/** Lists the members of the archive that `descriptor` holds open; throws `UnusablePackage`. */
export function listMembers(descriptor: number): ArchiveMember[] {
  const archiveBytes = fstatSync(descriptor).size
  const members: ArchiveMember[] = []
  for (let at = magic.length; at < archiveBytes && members.length < mostMembers;) {
    const header = readText(descriptor, at, headerBytes)
    const size = /^\d+ *$/.test(header.slice(48, 58)) ? Number(header.slice(48, 58)) : NaN
    const start = at + headerBytes
    if (header.length < headerBytes || start + size > archiveBytes)
      throw new UnusablePackage('it is truncated')
    if (!header.endsWith(headerEnd) || Number.isNaN(size)) throw new UnusablePackage('it is damaged')
    members.push({ name: header.slice(0, 16).replace(/\/? *$/, ''), start, size })
    at = start + size + (size % 2) // members begin at even places
  }
  return members
}

function readText(descriptor: number, position: number, length: number): string {
  const bytes = Buffer.alloc(length)
  return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, length, position))
}
