/**
 * Takes members out of a tar archive that may be a stranger's: nothing else of it is kept,
 * and no link is followed.
 */
import path from 'node:path'
import { Parser } from 'tar/parse'

/**
 * What stands under a wanted name: a file, whose bytes were written, or a link to another member.
 */
export type Member = Readonly<{ name: string; linksTo: string | null }>

/** How many of the wanted members are taken. */
export type HowMany = 'first' | 'all'

/**
 * Takes the members whose names are wanted, handing each piece of their contents to `write`. The
 * archive is read no further than is needed for the first, if only that is taken. Names are from
 * the root of the archive, without `./`. Throws whatever `write` throws, and an error in the words
 * of the archive's reader when the archive is damaged.
 */
export async function takeMembers(
  archive: AsyncIterable<Uint8Array>,
  isWanted: (name: string) => boolean,
  write: (bytes: Uint8Array, name: string) => void,
  howMany: HowMany,
): Promise<Member[]> {
  const found: { members: Member[]; isComplete: boolean; error?: Error } = { members: [], isComplete: false }
  const parser = new Parser({
    strict: true, // a damaged archive is an error
    maxDecompressionRatio: 0, // what is compressed once more inside is refused
    filter: name => (howMany === 'all' || found.members.length === 0) && isWanted(fromRoot(name)),
    onReadEntry(entry) {
      const name = fromRoot(entry.path)
      const linksTo = targetOf(name, entry)
      const isFile = ['File', 'OldFile', 'ContiguousFile'].includes(entry.type)
      if (isFile || linksTo !== null) found.members.push({ name, linksTo })
      if (isFile) entry.on('data', bytes => write(bytes, name))
      else entry.resume()
      entry.on('end', () => (found.isComplete = howMany === 'first' && found.members.length > 0))
    },
  })
  parser.on('error', (error: Error) => {
    found.error ??= error
  })
  for await (const { buffer, byteOffset, length } of archive) {
    // Each piece is written or dropped at once: nothing waits.
    parser.write(Buffer.from(buffer, byteOffset, length))
    if (found.error !== undefined) throw found.error
    if (found.isComplete) return found.members
  }
  parser.end()
  if (found.error !== undefined) throw found.error
  return found.members
}

type Entry = Readonly<{ type: string; linkpath?: string | undefined }>

/** A symbolic link is named from its own folder, a hard one from the root. */
function targetOf(name: string, { type, linkpath = '' }: Entry): string | null {
  if (type === 'SymbolicLink') return linkTarget(name, linkpath)
  if (type === 'Link') return fromRoot(linkpath)
  return null
}

/** Where the symbolic link `name` leads, from the root of the archive. */
export function linkTarget(name: string, target: string): string {
  return fromRoot(path.posix.resolve('/', path.posix.dirname(name), target))
}

/**
 * `boot/vmlinuz` of `./boot/vmlinuz`, `/boot/vmlinuz` and `../boot/vmlinuz`: nothing
 * lies outside of the root.
 */
export function fromRoot(name: string): string {
  return path.posix.join('/', name).slice(1)
}
