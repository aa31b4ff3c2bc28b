/** Data that somebody else has written: nearly right, cut short, or meant to harm. */
import type { Random } from '../../engine/plan/random.ts'

const oddValues: readonly unknown[] = [
  null,
  true,
  '',
  -1,
  0,
  0.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  1e21,
  [],
  {},
  [[]],
  'x'.repeat(10_000),
  '\u001b[31m\u0007\u0000\u202e',
  '=1+1',
  '../../etc/passwd',
  '00000000-0000-4000-8000-000000000000',
  { __proto__: null, constructor: 1 },
]

/** One edit of a text: some bytes go, come or change, or all behind a place is cut off. */
export function editText(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  const length = random.below(8)
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + text.slice(at + length)
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at)
    default:
      return text.slice(0, at) + text.slice(at, at + 200) + text.slice(at)
  }
}

/** One value somewhere in a tree of JSON becomes another, goes, or is there twice. */
export function editJson(tree: unknown, random: Random): unknown {
  if (random.below(6) === 0 || typeof tree !== 'object' || tree === null) return pick(oddValues, random)
  if (Array.isArray(tree)) {
    if (tree.length === 0) return pick(oddValues, random)
    const at = random.below(tree.length)
    const items: readonly unknown[] = tree
    if (random.below(12) === 0) return items.toSpliced(at, 1)
    if (random.below(12) === 0) return items.toSpliced(at, 0, items[at])
    return items.with(at, editJson(items[at], random))
  }
  const key = pick(Object.keys(tree), random)
  if (key === undefined) return pick(oddValues, random)
  const { [key]: value, ...others } = tree as Readonly<Record<string, unknown>>
  return random.below(12) === 0 ? others : { ...tree, [key]: editJson(value, random) }
}

/**
 * One edit of bytes in place: a bit, a stretch of zeros or of noise, a page over
 * another, or the end cut off.
 */
export function editBytes(bytes: Buffer, random: Random): Buffer {
  const edited = Buffer.from(bytes)
  if (edited.length === 0) return edited
  const at = random.below(edited.length)
  const pageBytes = 4096 // of SQLite
  switch (random.below(5)) {
    case 0:
      edited[at] = (edited[at] ?? 0) ^ (1 << random.below(8))
      return edited
    case 1:
      return edited.fill(0, at, Math.min(at + random.below(pageBytes), edited.length))
    case 2:
      for (let end = at + random.below(64), i = at; i < end && i < edited.length; i++)
        edited[i] = random.below(256)
      return edited
    case 3: {
      const pages = Math.floor(edited.length / pageBytes)
      edited.copyWithin(
        pageBytes * random.below(pages),
        pageBytes * random.below(pages),
        pageBytes * random.below(pages + 1),
      )
      return edited
    }
    default:
      return edited.subarray(0, at)
  }
}

function pick<T>(items: readonly T[], random: Random): T | undefined {
  return items[random.below(items.length)]
}
