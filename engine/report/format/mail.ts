/** A short mail: where the numbers are from, what they say, the matrix; fit for a mailing list. */
import { onOneLine } from '../../text/escape-text.ts'
import type { Provenance } from '../content/provenance.ts'
import { linesByFact } from './provenance.ts'
import type { Table, TableCell } from '../content/table.ts'
import { renderText } from './text.ts'
import { textWidth, wrap } from './text-lines.ts'

/** Lines beside the matrices; more are skipped by the readers of a mailing list. */
export const mostLines = 25
const mostFactLines = 3 // of one fact, whose names may be long
const mostCommandLines = 5
const mostCautionLines = 4

type Mail = Readonly<{
  title: string
  provenance: Provenance
  cautions: readonly Table[]
  findings: readonly string[]
  matrices: readonly Table[]
}>

/**
 * What does not fit is left out from the end of the findings, then of the provenance, and dots say
 * so; cautions stay.
 */
export function renderMail({ title, provenance, cautions, findings, matrices }: Mail): string {
  const legend = hasUncertain(matrices) ? ['(in parentheses: not distinguishable from no change)'] : []
  const warned = cautions.flatMap(cautionLines)
  const found = findings.flatMap(sentence => wrap(onOneLine(sentence), textWidth))
  const spaces = 4 // lines that part the title, provenance, findings and matrices
  const room = mostLines - 1 - spaces - warned.length - legend.length
  const origin = cut(originLines(provenance), room)
  const body = [...warned, ...cut(found, room - origin.length)]
  return [
    ...wrap(onOneLine(title), textWidth).slice(0, 1),
    '',
    ...origin,
    '',
    ...(body.length > 0 ? [...body, ''] : []),
    renderText(matrices.map(withParentheses)).trimEnd(),
    ...(legend.length > 0 ? ['', ...legend] : []),
    '',
  ].join('\n')
}

/** Each fact in a few lines; a command that needs more is reported where it can be had. */
function originLines(provenance: Provenance): string[] {
  return linesByFact(provenance, textWidth).flatMap((lines, index) => {
    const fact = provenance[index]
    if (fact?.isCommand !== true) return cut(lines, mostFactLines)
    return lines.length <= 1 + mostCommandLines
      ? lines
      : [`${fact.name}: a longer command, which “folio-lab report” prints`]
  })
}

function cautionLines({ title, rows }: Table): string[] {
  const words = [title, ...rows.map(row => row.map(({ text }) => text).join(': '))].join(' ')
  return cut(wrap(onOneLine(words), textWidth), mostCautionLines)
}

function cut(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines]
  return most < 1 ? [] : [...lines.slice(0, most - 1), '…']
}

function hasUncertain(tables: readonly Table[]): boolean {
  return tables.some(({ rows }) => rows.flat().some(isUncertain))
}

/** A number that bears another mark already needs no parentheses. */
function isUncertain({ change, text, value }: TableCell): boolean {
  return change?.kind === 'uncertain' && value !== null && !text.endsWith('!')
}

function withParentheses(table: Table): Table {
  return {
    ...table,
    rows: table.rows.map(row =>
      row.map(cell => (isUncertain(cell) ? { ...cell, text: `(${cell.text})` } : cell)),
    ),
  }
}
