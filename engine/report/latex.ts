import type { Table } from './table.ts'

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
}

/** Tables as LaTeX with the package booktabs. */
export function renderLatex(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\n')
}

function renderTable({ title, columns, rows, notes }: Table): string {
  return [
    '\\begin{table}',
    `  \\caption{${escape(title)}}`,
    `  \\begin{tabular}{${columns.map(column => (column.align === 'right' ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(columns.map(column => column.head)),
    '  \\midrule',
    ...rows.map(row => line(row.map(cell => cell.text))),
    '  \\bottomrule',
    '  \\end{tabular}',
    ...notes.map(note => `  \\par\\footnotesize ${escape(note)}`),
    '\\end{table}',
    '',
  ].join('\n')
}

function line(cells: readonly string[]): string {
  return `  ${cells.map(escape).join(' & ')} \\\\`
}

function escape(text: string): string {
  return text.replaceAll(/[\\~^<>]|[&%$#_{}]/g, character => escapes[character] ?? `\\${character}`)
}
