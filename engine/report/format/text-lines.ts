/** Lines and columns of plain text of a limited width. */
import stringWidth from 'string-width'

/** What a quoted mail still shows without breaking lines. */
export const textWidth = 75

/** Words on lines of at most `limit` columns; a longer word has a line of its own. */
export function wrap(text: string, limit: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (stringWidth(last) + 1 + stringWidth(word) <= limit) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** What limits the columns that stand side by side, in characters. */
export type Room = Readonly<{ width: number; gap: number }>

/** The width of columns that have another one beside them. */
export function takenBy(widths: readonly number[], { gap }: Room): number {
  return widths.reduce((sum, other) => sum + other + gap, 0)
}

/** Indices of the columns that fit side by side; those that name the row head every part. */
export function partsOf(widths: readonly number[], keys: number, room: Room): number[][] {
  const names = Array.from({ length: keys }, (_, column) => column)
  const parts: number[][] = []
  let used = Infinity
  for (let column = keys; column < widths.length; column++) {
    const needed = widths[column] ?? 0
    if (used + needed > room.width) {
      parts.push([...names])
      used = takenBy(widths.slice(0, keys), room)
    }
    parts.at(-1)?.push(column)
    used += needed + room.gap
  }
  return parts.length > 0 ? parts : [names]
}
