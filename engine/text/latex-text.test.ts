import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unlessImpossible } from '../../test/fixtures/conditions.ts'
import { onOneLine } from './escape-text.ts'
import { escapeLatex } from './latex-text.ts'
import { renderLatex } from '../report/format/latex.ts'
import { left, right, textCell, type Table } from '../report/format/table.ts'

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'\\`*_{}[]()<>#+-.!?|~&$@=:;"\'/%^, \t\n\u001b中δéŁΩµ–'.split('')) }),
  fc.constantFrom(
    '[v2] patch',
    '*v3*',
    '\\end{tabular}',
    '--',
    "''",
    'naïve Ångström',
    '数据',
    'Ελλάδα',
    '100 % #1',
  ),
)

test('nothing of a text is left that LaTeX would obey', () => {
  fc.assert(
    fc.property(texts, text => {
      const bare = escapeLatex(text)
        .replaceAll(/\\othercharacter\{.\}\{[0-9A-F]{4,6}\}/gu, 'x')
        .replaceAll(/\\[&%$#_{}]|\{\\char\d\d\}|\{[[\]*]\}/g, 'x')
        .replaceAll(/\\ensuremath\{(?:\\[A-Za-z]+|-|o)\}/g, 'x')
        .replaceAll(/\\[`'^~="uHrvc.]\{[A-Za-z]\}|\\[A-Za-z]+\{\}|(?<=[-',])\{\}|~/g, 'x')
      expect(bare).toMatch(/^[ -~]*$/)
      expect(bare).not.toMatch(/[\\{}[\]*&%$#_^]|--|''|,,/)
    }),
    { numRuns: 1000 },
  )
})

test('accents, Greek and signs are commands, and what has none is shown by name or number', () => {
  expect(escapeLatex('é Å ű δ Ω µ ± – “x” [*] a_b 中')).toBe(
    "\\'{e} \\r{A} \\H{u} \\ensuremath{\\delta} \\ensuremath{\\Omega} \\ensuremath{\\mu} \\ensuremath{\\pm} \\textendash{} " +
      '\\textquotedblleft{}x\\textquotedblright{} {[}{*}{]} a\\_b \\othercharacter{中}{4E2D}',
  )
})

function tableOf(labels: readonly string[]): Table {
  return {
    title: labels.join(' '),
    columns: [left('variant'), right('(1)')],
    rows: labels.map(label => [textCell(label), textCell('+1.0')]),
    notes: labels,
  }
}

const hasLatex = spawnSync('pdflatex', ['--version']).status === 0

test(
  'pdflatex typesets tables of any labels without an error',
  { ...unlessImpossible(hasLatex ? undefined : 'set-up installs no pdflatex'), timeout: 300_000 },
  () => {
    const odd = fc.sample(texts, { numRuns: 150, seed: 7 })
    const known = ['[v2] patch', '*v3*', '\\end{tabular}', '数据', 'Ελλάδα', 'naïve', '-2.1', '\u001b[31mred']
    const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-latex-'))
    try {
      writeFileSync(
        path.join(folder, 'tables.tex'),
        '\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n' +
          `${renderLatex([tableOf(known), ...odd.map(text => tableOf([text]))]).replaceAll('\\end{table}', '\\end{table}\\clearpage')}\n\\end{document}\n`,
      )
      const { status, stdout } = spawnSync(
        'pdflatex',
        ['-halt-on-error', '-interaction=nonstopmode', 'tables.tex'],
        {
          cwd: folder,
          timeout: 240_000,
        },
      )
      expect({
        status,
        errors: stdout
          .toString()
          .split('\n')
          .filter(line => line.startsWith('!')),
      }).toEqual({ status: 0, errors: [] })
      expect(readFileSync(path.join(folder, 'tables.pdf')).length).toBeGreaterThan(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)

test('a line of text is one line of LaTeX', () => {
  expect(onOneLine('two\n lines')).toBe('two lines')
  expect(escapeLatex('two\n lines')).toBe('two lines')
})
