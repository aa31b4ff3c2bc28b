/** A command for a shell on lines of limited width, which can be pasted as they are. */

const deeper = '  ' // of the lines after the first

/**
 * Lines end in a backslash where the command goes on. A word that is longer than a line is parted
 * at its commas; what follows then begins at the margin, since a space would end the word.
 */
export function commandLines(command: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let line = indent
  let isEmpty = true
  for (const word of wordsOf(command)) {
    if (!isEmpty && line.length + 1 + word.length + 2 > width) {
      lines.push(`${line} \\`)
      line = indent + deeper
      isEmpty = true
    }
    const pieces = line.length + word.length + 2 > width ? piecesOf(word) : [word]
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && line.length + piece.length + 2 > width) {
        lines.push(`${line}\\`)
        line = ''
      } else if (index === 0 && !isEmpty) line += ' '
      line += piece
      isEmpty = false
    }
  }
  return [...lines, line]
}

/** Words with their quotes: a space within them parts nothing. */
function wordsOf(command: string): string[] {
  return command.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? []
}

/** After each comma; what is quoted stays whole, since there a backslash is one. */
function piecesOf(word: string): string[] {
  return /['\\]/.test(word) ? [word] : (word.match(/[^,]*,|[^,]+$/g) ?? [word])
}
