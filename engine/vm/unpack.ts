/** What is compressed, unpacked as a stream and with limits: it may be a stranger's. */
import { readSync } from 'node:fs'
import { pipeline, Readable, type Duplex } from 'node:stream'
import { ReadableStream as WebStream } from 'node:stream/web'
import zlib from 'node:zlib'
import xz from 'xz-decompress'
import { kibibyte, mebibyte, type Bytes } from '../contract/units.ts'
import { UnusablePackage } from './unusable-package.ts'

export const compressions = ['gzip', 'xz', 'zstd'] as const
export type Compression = (typeof compressions)[number]

const beginnings: Readonly<Record<Compression, string>> = {
  gzip: '\u001f\u008b',
  xz: '\u00fd7zXZ\0',
  zstd: '\u0028\u00b5\u002f\u00fd',
}

/** How many bytes are enough to know the compression. */
export const longestBeginning: Bytes = Math.max(...Object.values(beginnings).map(text => text.length))

/** How bytes that begin so are compressed; null when in none of these ways. */
export function compressionOf(bytes: Buffer): Compression | null {
  function isSo(kind: Compression): boolean {
    return bytes.toString('latin1', 0, beginnings[kind].length) === beginnings[kind]
  }
  return compressions.find(isSo) ?? null
}

/** The part of a file from `start` to `end`, unpacked unless `compression` is null. */
export function unpack(
  descriptor: number,
  [start, end]: readonly [Bytes, Bytes],
  compression: Compression | null,
): AsyncIterable<Uint8Array> {
  const packed = Readable.from(pieces(descriptor, start, end))
  switch (compression) {
    case null:
      return packed
    case 'gzip':
      return through(packed, zlib.createGunzip())
    case 'xz':
      return unpackXz(packed)
    case 'zstd':
      if ('createZstdDecompress' in zlib) return through(packed, zlib.createZstdDecompress())
      // Node before 22.15.
      throw new UnusablePackage('it is compressed with zstd, which this runtime cannot read')
  }
}

const pieceBytes = 64 * kibibyte

/**
 * Read without waiting for the next, so that nobody uses the descriptor once the reader has left.
 */
function* pieces(descriptor: number, start: Bytes, end: Bytes): Generator<Uint8Array> {
  for (let at = start; at < end;) {
    const piece = Buffer.alloc(Math.min(pieceBytes, end - at))
    const length = readSync(descriptor, piece, 0, piece.length, at)
    if (length === 0) throw new UnusablePackage('it was cut while it was read')
    yield piece.subarray(0, length)
    at += length
  }
}

/** What reads the result to its end or leaves it closes both. */
function through(packed: Readable, decompressor: Duplex): AsyncIterable<Uint8Array> {
  return pipeline(packed, decompressor, () => undefined) // an error ends the iteration with it
}

/**
 * The library unpacks one archive at a time: it has to be closed when this one is left early, and
 * fails to close when it has just finished.
 */
async function* unpackXz(packed: Readable): AsyncGenerator<Uint8Array> {
  // Node and the library describe the same streams by two sets of types.
  const stream = new xz.XzReadableStream(WebStream.from(packed) as ReadableStream<Uint8Array>)
  const reader = stream.getReader()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/**
 * Hands `write` so many bytes at most; throws `UnusablePackage` beyond, in which `what` is too
 * large.
 */
export function limitedWrite(
  write: (bytes: Uint8Array) => void,
  limit: Bytes,
  what = 'its kernel image is',
): (bytes: Uint8Array) => void {
  let total = 0
  return bytes => {
    total += bytes.length
    if (total > limit) throw new UnusablePackage(`${what} larger than ${inMebibytes(limit)}`)
    write(bytes)
  }
}

/** `64 MiB`: a limit, in whole mebibytes. */
export function inMebibytes(bytes: Bytes): string {
  return `${Math.round(bytes / mebibyte)} MiB`
}
