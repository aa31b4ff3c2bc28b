import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { Lexer, type Token } from 'marked'
import { expect, test } from 'vitest'
import {
  csvField,
  escapeMarkdown,
  escapeXml,
  markdownParagraph,
  onOneLine,
  showControls,
} from './escape-text.ts'

/** Texts of any characters, and those that have fallen before or are special to some form. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ...'\\`*_{}[]()<>#+-.!|~&$@=:;"\'/%^, \t\n\r\u001b\u0007\u0000\u009b\u202e\u2066\ud800aZ0中δé'.split(
        '',
      ),
    ),
  }),
  fc.constantFrom(
    '=1+1',
    '@SUM(1)',
    '-2',
    '[v2] patch',
    '*v3*',
    '<rc1>',
    'two\nlines',
    '\u001b[31mred',
    '&lt;',
    '1. one',
    '# no',
    'http://a.b',
    '---',
    '- x',
    'a\\|b',
    '\\',
  ),
)

/** Text as people see it, whatever white space there is. */
function words(text: string): string {
  return showControls(text.replaceAll('\r', '\n')).replaceAll(/\s+/g, ' ').trim()
}

test('nothing that acts reaches a terminal, and nothing is lost', () => {
  fc.assert(
    fc.property(texts, text => {
      const shown = showControls(text)
      expect(shown.replaceAll('\r\n', '\n')).not.toMatch(/(?![\t\n])[\p{Cc}\p{Bidi_Control}\p{Cs}]/u)
      expect(JSON.parse(showControls(JSON.stringify(text)))).toBe(text)
      expect(onOneLine(text)).not.toMatch(/[\r\n\t]/)
    }),
    { numRuns: 1000 },
  )
  expect(showControls('\u001b[31m\u0007\u009b\u202eé中\n\t\r\nx\ry')).toBe(
    '\\u001b[31m\\u0007\\u009b\\u202eé中\n\t\r\nx\\u000dy',
  )
})

test('a CSV reader gets every text back, and no spreadsheet a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(texts, texts), { minLength: 1, maxLength: 5 }), rows => {
      const file = rows.map(row => `${row.map(csvField).join(',')}\r\n`).join('')
      const read = parse(file, { record_delimiter: '\r\n' })
      expect(read).toEqual(rows.map(row => row.map(asCsvHasIt)))
      for (const cell of read.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
    }),
    { numRuns: 1000 },
  )
  expect([csvField(-2.5), csvField('-2.5'), csvField(null)]).toEqual(['-2.5', "'-2.5", ''])
})

function asCsvHasIt(text: string): string {
  const shown = showControls(text.replaceAll(/\r\n?/g, '\n'))
  return /^[=+\-@\t\n＝＋－＠]/.test(shown) ? `'${shown}` : shown
}

test('a Markdown reader sees each text as it is, in a cell, a heading and a paragraph', () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const file =
        `### ${escapeMarkdown(one)}\n\n| a | b |\n| --- | --- |\n` +
        `| ${escapeMarkdown(one)} | ${escapeMarkdown(other)} |\n\n${markdownParagraph(other)}\n`
      const [heading, table, paragraph, ...more] = new Lexer()
        .lex(file)
        .filter(({ type }) => type !== 'space')
      expect(more).toEqual([])
      expect(heading?.type).toBe('heading')
      expect(visible(heading)).toBe(words(one))
      expect(table?.type === 'table' && table.rows).toHaveLength(1)
      if (table?.type !== 'table') return
      const [cells] = table.rows as { tokens: Token[] }[][]
      expect(cells?.map(visible)).toEqual([words(one), words(other)])
      if (words(other) === '') return
      expect(paragraph?.type).toBe('paragraph')
      expect(visible(paragraph)).toBe(words(other))
    }),
    { numRuns: 1000 },
  )
})

/** What a page made of a token shows. */
function visible(token: Token | Readonly<{ tokens: Token[] }> | undefined): string {
  const inner = token && 'tokens' in token ? token.tokens : undefined
  return (inner ?? []).map(shownOf).join('').replaceAll(/\s+/g, ' ').trim()
}

function shownOf(token: Token): string {
  switch (token.type) {
    case 'escape':
    case 'text':
      return 'tokens' in token ? token.tokens.map(shownOf).join('') : String(token.text)
    case 'link': // an address that is written out
      return (token.tokens ?? []).map(shownOf).join('')
    case 'html':
      return token.raw === '<br>' ? ' ' : `(HTML: ${token.raw})`
    default:
      return `(${token.type}: ${token.raw})`
  }
}

test('an XML reader gets every text back', () => {
  fc.assert(
    fc.property(texts, text => {
      const escaped = escapeXml(text)
      expect(escaped).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/)
      expect(unescapeXml(escaped)).toBe(showControls(text.replaceAll(/\r\n?/g, '\n')))
    }),
    { numRuns: 1000 },
  )
})

function unescapeXml(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replaceAll(/&(#?\w+);/g, (_, name: string) => characters[name] ?? '?')
}
