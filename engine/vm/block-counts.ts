/** Reads what the plugin `native-bench/plugin/count_blocks.c` writes. */
import { readSync } from 'node:fs'
import { kibibyte, type Bytes } from '../contract/units.ts'

/** Executed instructions by the address (hexadecimal) of the block of code that they are in. */
export type BlockCounts = ReadonlyMap<string, number>

const pieceBytes: Bytes = 256 * kibibyte

/** Reads the counts of one operation after the other from the file that the plugin writes to. */
export class BlockCountReader {
  readonly #descriptor: number
  #position = 0
  #text = ''

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** The counts of the last operation that has ended since the last call; null when none has. */
  last(): BlockCounts | null {
    this.#readOn()
    const operations = this.#text.split(/^end\n/m)
    this.#text = operations.pop() ?? ''
    const last = operations.at(-1)
    return last === undefined ? null : parseCounts(last)
  }

  #readOn(): void {
    const piece = Buffer.alloc(pieceBytes)
    for (;;) {
      const length = readSync(this.#descriptor, piece, 0, piece.length, this.#position)
      if (length === 0) return
      this.#position += length
      this.#text += piece.toString('latin1', 0, length)
    }
  }
}

/** A block that was translated in several lengths stands there several times. */
function parseCounts(text: string): BlockCounts {
  const counts = new Map<string, number>()
  for (const [, address = '', count] of text.matchAll(/^([0-9a-f]+) (\d+)$/gm))
    counts.set(address, (counts.get(address) ?? 0) + Number(count))
  return counts
}
