import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oddTexts } from '../../test/fixtures/odd-texts.ts'
import { onOneLine } from './escape-text.ts'
import { escapeLatex } from './latex-text.ts'

test('nothing of a text is left that LaTeX would obey', () => {
  fc.assert(
    fc.property(oddTexts, text => {
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

test('a line of text is one line of LaTeX', () => {
  expect(onOneLine('two\n lines')).toBe('two lines')
  expect(escapeLatex('two\n lines')).toBe('two lines')
})
