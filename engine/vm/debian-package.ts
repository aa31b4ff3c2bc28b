/** What a Debian package (deb(5)) holds. */
import { listMembers, type ArchiveMember } from './archive-members.ts'
import type { PackageContents } from './package-contents.ts'
import { takeMembers } from './tar-member.ts'
import { unpack, type Compression } from './unpack.ts'
import { UnusablePackage } from './unusable-package.ts'

const beginning = '!<arch>\ndebian-binary'

/** By its first bytes: whether a file is one, whatever its name is. */
export function isDebianPackage(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, beginning.length) === beginning
}

const compressionOfEnding: Readonly<Record<string, Compression | null>> = {
  '': null,
  '.gz': 'gzip',
  '.xz': 'xz',
  '.zst': 'zstd',
}

/** Throws `UnusablePackage` when it has no contents, or is compressed in another way. */
export function debianContents(descriptor: number): PackageContents {
  const data = listMembers(descriptor).find(({ name }) => name.startsWith('data.tar'))
  if (!data) throw new UnusablePackage('it is truncated, or has no contents')
  const { start, size } = data
  const compression = compressionOf(data)
  return { read: () => unpack(descriptor, [start, start + size], compression), takeMembers }
}

function compressionOf({ name }: ArchiveMember): Compression | null {
  const compression = compressionOfEnding[name.slice('data.tar'.length)]
  if (compression !== undefined) return compression
  throw new UnusablePackage(`it is compressed in an unknown format (${name})`)
}
