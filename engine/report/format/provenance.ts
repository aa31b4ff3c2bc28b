/** Provenance in the form of each format. */
import { escapeMarkdown, escapeXml, onOneLine } from '../../text/escape-text.ts'
import type { Provenance } from '../content/provenance.ts'
import { commandLines } from './command-lines.ts'
import { wrap } from './text-lines.ts'

/** Lines of plain text of at most `width` columns, names and texts below each other. */
export function provenanceLines(provenance: Provenance, width: number): string[] {
  return linesByFact(provenance, width).flat()
}

/** The same, the lines of each fact by themselves. */
export function linesByFact(provenance: Provenance, width: number): string[][] {
  const names = provenance.filter(({ isCommand }) => isCommand !== true).map(({ name }) => name.length)
  const indent = Math.max(0, ...names) + 2
  return provenance.map(({ name, text, isCommand }) => {
    if (isCommand === true) return [`${name}:`, ...commandLines(onOneLine(text), width, '  ')]
    const [first = '', ...others] = wrap(onOneLine(text), width - indent)
    return [name.padEnd(indent) + first, ...others.map(line => ' '.repeat(indent) + line)]
  })
}

/** A list, each command in a block of its own, from where it can be copied. */
export function provenanceMarkdown(provenance: Provenance): string {
  const lines = provenance.flatMap(({ name, text, isCommand }) => {
    if (isCommand !== true) return [`- ${escapeMarkdown(name)}: ${escapeMarkdown(text)}`]
    const command = onOneLine(text)
    const fence = '`'.repeat(Math.max(3, ...[...command.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)))
    return [`- ${escapeMarkdown(name)}:`, '', `  ${fence}sh`, `  ${command}`, `  ${fence}`, '']
  })
  return `${lines.join('\n').trimEnd()}\n`
}

/**
 * Comment lines before the head of a CSV file. A spreadsheet that does not know them sees text:
 * nothing after a separator begins like a formula, and no quote swallows what follows.
 */
export function commentLines(lines: readonly string[]): string {
  return lines
    .map(line =>
      onOneLine(line)
        .replaceAll('"', "'")
        .replaceAll(/([,;])(?=\s*[=+\-@＝＋－＠])/g, "$1'"),
    )
    .map(line => `# ${line}\r\n`)
    .join('')
}

/** Names and texts; a press on a command selects all of it. */
export function provenanceHtml(provenance: Provenance): string {
  const entries = provenance.map(({ name, text, isCommand }) => {
    const shown = isCommand === true ? `<code>${unbrokenOptions(escapeXml(text))}</code>` : escapeXml(text)
    return `<dt>${escapeXml(name)}</dt><dd>${shown}</dd>`
  })
  return `<dl class="provenance">\n${entries.join('\n')}\n</dl>`
}

/** A browser breaks lines after hyphens, which would tear the name of an option. */
function unbrokenOptions(command: string): string {
  return command.replaceAll(/(?<=\s)--?[\w-]+/g, '<span>$&</span>')
}
