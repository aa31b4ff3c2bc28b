import { escapeLatex, otherCharacterCommand } from '../../text/latex-text.ts'
import type { Table } from './table.ts'

/** Tables as LaTeX with the package booktabs. */
export function renderLatex(tables: readonly Table[]): string {
  const text = tables.map(renderTable).join('\n')
  return text.includes('\\othercharacter') ? `${otherCharacterCommand}\n\n${text}` : text
}

function renderTable({ title, columns, rows, notes }: Table): string {
  return [
    '\\begin{table}',
    `  \\caption{${escapeLatex(title)}}`,
    `  \\begin{tabular}{${columns.map(column => (column.align === 'right' ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(columns.map(column => column.head)),
    '  \\midrule',
    ...rows.map(row => line(row.map(cell => cell.text))),
    '  \\bottomrule',
    '  \\end{tabular}',
    ...notes.map(note => `  \\par\\footnotesize ${escapeLatex(note)}`),
    '\\end{table}',
    '',
  ].join('\n')
}

function line(cells: readonly string[]): string {
  return `  ${cells.map(escapeLatex).join(' & ')} \\\\`
}
