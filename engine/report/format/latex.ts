import { onOneLine } from '../../text/escape-text.ts'
import type { Provenance } from '../content/provenance.ts'
import { escapeLatex, otherCharacterCommand } from '../../text/latex-text.ts'
import { notesOf, withNamedHeads, type Table, type TableColumn } from '../content/table.ts'
import { partsOf, takenBy } from './text-lines.ts'

/**
 * What fits beside each other in the column of an article, 345 pt: as many digits of
 * \footnotesize, less the space between columns.
 */
const room = { width: 80, gap: 1.5 }
const widestWords = 34 // characters of a column of words; longer ones are broken into lines
const emPerCharacter = 0.5

/**
 * A document that each LaTeX engine typesets as it is, and that a document with the packages named
 * at its head can \input.
 */
export function renderLatexDocument(provenance: Provenance, tables: readonly Table[]): string {
  return [
    '% Typeset it as it is, or \\input it after \\usepackage{array,booktabs,longtable} and \\begin{document}.',
    ...provenance.map(({ name, text }) => `% ${onOneLine(`${name}: ${text}`)}`),
    '\\makeatletter',
    '\\ifx\\documentclass\\@twoclasseserror\\let\\foliolabend\\relax\\else',
    '\\documentclass[a4paper]{article}',
    '\\usepackage{array,booktabs,longtable}',
    '\\def\\foliolabend{\\end{document}}',
    '\\begin{document}',
    '\\fi',
    '\\makeatother',
    '',
    provenanceTable(provenance),
    renderLatex(tables),
    '\\foliolabend',
    '',
  ].join('\n')
}

/** Tables that may span pages, no wider than a column of text. */
export function renderLatex(tables: readonly Table[]): string {
  const text = tables.map(renderTable).join('\n')
  return text.includes('\\othercharacter') ? `${otherCharacterCommand}\n\n${text}` : text
}

function provenanceTable(provenance: Provenance): string {
  const rows = provenance.map(
    ({ name, text, isCommand }) =>
      `${escapeLatex(name)} & ${isCommand === true ? `\\texttt{${breakable(escapeLatex(text))}}` : escapeLatex(text)} \\\\`,
  )
  const table = `\\begin{longtable}{@{}l>{\\raggedright\\arraybackslash}p{0.78\\linewidth}@{}}\n${rows.join('\n')}\n\\end{longtable}\\addtocounter{table}{-1}`
  const characters = table.includes('\\othercharacter') ? `${otherCharacterCommand}\n` : ''
  return `${characters}{\\footnotesize\n${table}\n}\n`
}

/** Long lists of a command may be broken after their commas. */
function breakable(text: string): string {
  return text.replaceAll(',', ',\\allowbreak{}')
}

function renderTable(given: Table): string {
  const table = withNamedHeads(
    given,
    columns => takenBy(widthsOf(columns, given.rows), room) - room.gap <= room.width,
  )
  const { title, columns, rows, keys = 1 } = table
  const widths = widthsOf(columns, rows)
  const parts = partsOf(widths, keys, room)
  return [
    '{\\footnotesize\\setlength{\\tabcolsep}{3pt}',
    ...parts.map((part, index) =>
      renderPart({ ...table, title: index === 0 ? title : `${title} (continued)` }, part, widths),
    ),
    ...notesOf(table).map(note => `\\noindent ${escapeLatex(note)}\\par`),
    '}',
    '',
  ].join('\n')
}

function widthsOf(columns: readonly TableColumn[], rows: Table['rows']): number[] {
  return columns.map(({ head, align }, index) => {
    const widest = Math.max(head.length, ...rows.map(row => row[index]?.text.length ?? 0))
    return align === 'left' ? Math.min(widest, widestWords) : widest
  })
}

/** Columns that stand side by side, their heads on each page. */
function renderPart(
  { title, columns, rows }: Table,
  part: readonly number[],
  widths: readonly number[],
): string {
  const head = line(part.map(index => columns[index]?.head ?? ''))
  return [
    `\\begin{longtable}{${part.map(index => columnType(columns[index], widths[index] ?? 0, rows, index)).join('')}}`,
    `\\caption{${escapeLatex(title)}}\\\\`,
    ...['\\toprule', head, '\\midrule', '\\endfirsthead'],
    ...['\\toprule', head, '\\midrule', '\\endhead', '\\bottomrule', '\\endfoot'],
    ...rows.map(row => line(part.map(index => row[index]?.text ?? ''))),
    '\\end{longtable}',
  ].join('\n')
}

/** Words that are too long for their column are broken into lines. */
function columnType(
  column: TableColumn | undefined,
  width: number,
  rows: Table['rows'],
  index: number,
): string {
  if (column?.align === 'right') return 'r'
  const isLonger = rows.some(row => (row[index]?.text.length ?? 0) > width)
  return isLonger ? `>{\\raggedright\\arraybackslash}p{${width * emPerCharacter}em}` : 'l'
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell => withMinusSigns(escapeLatex(cell))).join(' & ')} \\\\`
}

/** A hyphen before a number is set as a minus sign, as wide as the plus sign of others. */
function withMinusSigns(text: string): string {
  return text.replaceAll(/(^|[ [(])-(?=\d)/g, '$1$$-$$')
}
