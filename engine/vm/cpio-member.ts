/**
 * Takes members out of a cpio archive of format “newc” (cpio(5)) that may be a stranger's:
 * nothing else of it is kept, and no link is followed.
 */
import type { Bytes } from '../contract/units.ts'
import { fromRoot, linkTarget, type HowMany, type Member } from './tar-member.ts'

const magic = /^07070[12]$/
const headerBytes = 110
const longestPath = 4096
const last = 'TRAILER!!!'
const [kindMask, regular, symbolicLink] = [0o170000, 0o100000, 0o120000]

/** As `takeMembers` does of tar. */
export async function takeCpioMembers(
  archive: AsyncIterable<Uint8Array>,
  isWanted: (name: string) => boolean,
  write: (bytes: Uint8Array, name: string) => void,
  howMany: HowMany,
): Promise<Member[]> {
  const reader = new Reader(archive)
  const members: Member[] = []
  try {
    while (howMany === 'all' || members.length === 0) {
      const header = await readHeader(reader)
      if (header.name === last) break
      const name = fromRoot(header.name)
      const kind = isWanted(name) ? header.mode & kindMask : null
      if (kind === symbolicLink && header.size <= longestPath) {
        const target = (await reader.take(header.size)).toString()
        members.push({ name, linksTo: linkTarget(name, target) })
      } else {
        const isTaken = kind === regular && header.size > 0
        await reader.pass(header.size, isTaken ? bytes => write(bytes, name) : () => undefined)
        if (isTaken) members.push({ name, linksTo: null })
      }
      await reader.pass(fillUp(header.size), () => undefined)
    }
    return members
  } finally {
    await reader.leave()
  }
}

type Header = Readonly<{ name: string; mode: number; size: Bytes }>

async function readHeader(reader: Reader): Promise<Header> {
  const text = (await reader.take(headerBytes)).toString('latin1')
  function field(index: number): number {
    return parseInt(text.slice(6 + 8 * index, 14 + 8 * index), 16)
  }
  const [mode, size, nameBytes] = [field(1), field(6), field(11)]
  if (!magic.test(text.slice(0, 6)) || Number.isNaN(mode + size + nameBytes) || nameBytes > longestPath)
    throw new Error('a header of its cpio archive cannot be read')
  const name = (await reader.take(nameBytes)).toString().replace(/\0.*$/s, '')
  await reader.pass(fillUp(headerBytes + nameBytes), () => undefined)
  return { name, mode, size }
}

/** Names and contents are filled up to multiples of four bytes. */
function fillUp(length: Bytes): Bytes {
  return (4 - (length % 4)) % 4
}

/** Bytes of a stream in the lengths that somebody asks for. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  async take(length: Bytes): Promise<Buffer> {
    const taken: Uint8Array[] = []
    await this.pass(length, bytes => taken.push(bytes))
    return Buffer.concat(taken)
  }

  /** Hands on so many bytes, piece by piece. */
  async pass(length: Bytes, on: (bytes: Uint8Array) => void): Promise<void> {
    for (let left = length; left > 0;) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next()
        if (next.done === true) throw new Error('its cpio archive ends too early')
        this.#rest = next.value
      }
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      on(piece)
    }
  }

  async leave(): Promise<void> {
    await this.#chunks.return?.()
  }
}
