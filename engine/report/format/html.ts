/**
 * One self-contained page: no link, nothing that is loaded from elsewhere, and one script of its
 * own, named by its hash, without which everything is there to be read.
 */
import { escapeXml } from '../../text/escape-text.ts'
import { pageScript, pageScriptHash } from './page-script.ts'
import type { Chart } from '../content/chart.ts'
import { notesOf, type Table, type TableCell } from '../content/table.ts'
import { renderSvg } from './svg.ts'

/** A page from parts that are HTML already. */
export function renderPage(title: string, parts: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${pageScriptHash}'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeXml(title)}</h1>`,
    ...parts,
    `<script>${pageScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

/**
 * A section of a page: title, table, notes. Every text is escaped. `key` distinguishes the table
 * from the others of its page.
 */
export function renderHtmlTable(table: Table, key: number): string {
  const isMatrix = table.columns.some(({ name }) => name !== undefined)
  return [
    '<section>',
    `<h2>${escapeXml(table.title)}</h2>`,
    renderGrid(table, `t${key}`),
    ...(isMatrix ? table.notes : notesOf(table)).map(note => `<p class="note">${escapeXml(note)}</p>`),
    '</section>',
  ].join('\n')
}

/** A sentence above all tables. */
export function renderFinding(sentence: string): string {
  return `<p class="finding">${escapeXml(sentence)}</p>`
}

/** A long table behind its title, which opens it. */
export function renderFoldedTable(table: Table): string {
  return `<details><summary>${escapeXml(table.title)}</summary>\n${renderGrid(table, '')}\n</details>`
}

/** A section of sentences; none when there are none. */
export function renderSentences(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return []
  return [
    `<section><h2>${escapeXml(title)}</h2>`,
    ...sentences.map(sentence => `<p>${escapeXml(sentence)}</p>`),
    '</section>',
  ]
}

/** `key` begins the ids of cells that can be opened. */
function renderGrid({ columns, rows }: Table, key: string): string {
  const head = columns.map(
    ({ head, name, align }) => `<th scope="col" class="${align}">${escapeXml(name ?? head)}</th>`,
  )
  const body = rows.map(
    (row, line) =>
      `<tr>${row
        .map((cell, index) => {
          const align = columns[index]?.align ?? 'left'
          return index === 0
            ? `<th scope="row" class="${align}">${escapeXml(cell.text)}</th>`
            : renderCell(cell, align, `${key}-${line}-${index}`)
        })
        .join('')}</tr>`,
  )
  return [
    `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>`,
    ...body,
    '</tbody></table></div>',
  ].join('\n')
}

/**
 * A number bears its full value, by which a column is sorted; a change can
 * be pointed at and opened.
 */
function renderCell({ text, value, change }: TableCell, align: string, id: string): string {
  const sorted = typeof value === 'number' ? ` data-value="${value}"` : ''
  if (change === undefined) return `<td class="${align}"${sorted}>${escapeXml(text)}</td>`
  const { kind, step, details } = change
  const tone = kind === 'uncertain' ? kind : `${kind}-${step}`
  const lines = details.map(escapeXml)
  return (
    `<td class="${align} change ${tone}"${sorted}>` +
    `<button type="button" popovertarget="${id}" title="${lines.join('\n')}">${escapeXml(text)}</button>` +
    `<div popover id="${id}">${lines.map(line => `<p>${line}</p>`).join('')}</div></td>`
  )
}

/** A section with a chart, and what its marks mean. */
export function renderFigure(chart: Chart): string {
  const notes = [
    'Whiskers are intervals; an arrow at the edge means that more lies beyond it.',
    ...(chart.bars.some(({ region }) => region !== null) ? ['Grey: changes of no interest.'] : []),
    ...(chart.bars.some(({ isDisturbed }) => isDisturbed) ? ['Dashed outline: disturbed, no verdict.'] : []),
  ]
  return [
    `<section><h2>${escapeXml(chart.title)}</h2>`,
    `<figure>${renderSvg(chart)}<figcaption class="note">${notes.join(' ')}</figcaption></figure></section>`,
  ].join('\n')
}

/**
 * Okabe and Ito's palette, which people with any colour vision can distinguish; black and yellow
 * replaced for contrast.
 */
const palette = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#7f7f7f', '#8c6d1f']

/** Blue is better and orange worse, from pale to strong, as in the window. */
const scale = {
  better: ['#edf4fb #16222f', '#d5e6f6 #17304b', '#b2d1ef #1a426d', '#89b8e5 #1e558f', '#619eda #2468b0'],
  worse: ['#fcf3ea #2a1f14', '#f9e1c8 #422b13', '#f5ca9c #5e3a12', '#eeae6a #7a4911', '#e49142 #965811'],
} as const

function tones(kind: keyof typeof scale): string {
  return scale[kind]
    .map(
      (colours, index) => `td.${kind}-${index + 1} { background: light-dark(${colours.replace(' ', ', ')}) }`,
    )
    .join('\n')
}

const style = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --line: #d0d7de; --page: #ffffff; --band: #f6f8fa }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --muted: #9da7b1; --line: #373e47; --page: #15191f; --band: #1d232b }
}
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin-bottom: .25rem }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
.note { color: var(--muted); font-size: .87rem; margin: .35rem 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; min-width: 50% }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); font-weight: 400; white-space: nowrap }
td.left:last-child { white-space: normal; min-width: 14rem }
thead th { color: var(--muted); font-weight: 600 }
tbody tr:nth-child(odd) { background: var(--band) }
thead button, .change button { all: unset; cursor: pointer }
thead button:focus-visible, .change button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
[aria-sort=ascending] button::after { content: ' ↑' } [aria-sort=descending] button::after { content: ' ↓' }
.change button { display: block; width: 100%; text-align: right }
.change [popover] { max-width: 30rem; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--page); color: var(--text); text-align: left; white-space: normal }
.change [popover] p { margin: .15rem 0 } .change [popover] p:first-child { font-weight: 600 }
.finding { margin: .3rem 0; font-size: 1.05rem }
.uncertain { color: var(--muted) }
${tones('better')}
${tones('worse')}
.provenance { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; font-size: .9rem }
.provenance dt { color: var(--muted) } .provenance dd { margin: 0 }
tbody th:only-child { white-space: normal }
code span { white-space: nowrap }
code { user-select: all; overflow-wrap: anywhere; font: .85em/1.4 ui-monospace, monospace }
.left { text-align: left } .right { text-align: right }
figure { margin: 0 }
details { margin: 1rem 0 } summary { cursor: pointer; font-weight: 600 }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif }
svg .label { fill: var(--text) } svg .tick { fill: var(--muted) }
svg .grid { stroke: var(--line) } svg .zero { stroke: var(--muted) }
svg .whisker { stroke: var(--text); fill: none; stroke-width: 1.5 }
svg .region { fill: var(--muted); fill-opacity: .16 }
svg circle { fill-opacity: .55 }
svg .disturbed rect, svg .disturbed circle { fill: none; stroke: var(--muted); stroke-dasharray: 3 2 }
${palette.map((colour, index) => `.series-${index} { fill: ${colour} }`).join('\n')}
@media (forced-colors: active) { td.change:not(.uncertain) { font-weight: 700 } }
@media print { td { print-color-adjust: exact } body { margin: 0; max-width: none } section { break-inside: avoid-page } .scroll { overflow: visible } }
`
