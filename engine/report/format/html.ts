/** One self-contained page: no script, no link, nothing that is loaded from elsewhere. */
import { escapeXml } from '../../text/escape-text.ts'
import type { Table } from './table.ts'

/** A page from parts that are HTML already. */
export function renderPage(title: string, parts: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeXml(title)}</h1>`,
    ...parts,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

/** A section of a page: title, table, notes. Every text is escaped. */
export function renderHtmlTable(table: Table): string {
  return [
    '<section>',
    `<h2>${escapeXml(table.title)}</h2>`,
    renderGrid(table),
    ...table.notes.map(note => `<p class="note">${escapeXml(note)}</p>`),
    '</section>',
  ].join('\n')
}

/** A long table behind its title, which opens it. */
export function renderFoldedTable(table: Table): string {
  return `<details><summary>${escapeXml(table.title)}</summary>\n${renderGrid(table)}\n</details>`
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

function renderGrid({ columns, rows }: Table): string {
  const head = columns.map(({ head, align }) => `<th scope="col" class="${align}">${escapeXml(head)}</th>`)
  const body = rows.map(
    row =>
      `<tr>${row
        .map(({ text }, index) => {
          const tag = index === 0 ? 'th scope="row"' : 'td'
          return `<${tag} class="${columns[index]?.align ?? 'left'}">${escapeXml(text)}</${tag.slice(0, 2)}>`
        })
        .join('')}</tr>`,
  )
  return [
    `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>`,
    ...body,
    '</tbody></table></div>',
  ].join('\n')
}

/** A section with a chart, given as SVG, and what its marks mean. */
export function renderFigure(title: string, svg: string, isSomeDisturbed: boolean): string {
  return [
    `<section><h2>${escapeXml(title)}</h2>`,
    `<figure>${svg}<figcaption class="note">${figureNote}${isSomeDisturbed ? disturbedNote : ''}</figcaption></figure></section>`,
  ].join('\n')
}

const figureNote = 'Whiskers are intervals; an arrow at the edge means that more lies beyond it.'
const disturbedNote = ' Dashed outline: disturbed, nothing follows from it.'

/**
 * Okabe and Ito's palette, which people with any colour vision can tell apart; black and
 * yellow replaced for contrast.
 */
const palette = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#7f7f7f', '#8c6d1f']

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
.left { text-align: left } .right { text-align: right }
figure { margin: 0 }
details { margin: 1rem 0 } summary { cursor: pointer; font-weight: 600 }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif }
svg .label { fill: var(--text) } svg .tick { fill: var(--muted) }
svg .grid { stroke: var(--line) } svg .zero { stroke: var(--muted) }
svg .whisker { stroke: var(--text); fill: none; stroke-width: 1.5 }
svg circle { fill-opacity: .55 }
svg .disturbed rect, svg .disturbed circle { fill: none; stroke: var(--muted); stroke-dasharray: 3 2 }
${palette.map((colour, index) => `.series-${index} { fill: ${colour} }`).join('\n')}
@media print { body { margin: 0; max-width: none } section { break-inside: avoid-page } .scroll { overflow: visible } }
`
