/** Tables as the real LaTeX takes them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findLatex } from '../build/setup/latex.mjs'
import { renderLatex } from '../engine/report/format/latex.ts'
import { left, right, textCell, type Table } from '../engine/report/format/table.ts'
import { unlessMissing } from './fixtures/conditions.ts'
import { oddTexts } from './fixtures/odd-texts.ts'

function tableOf(labels: readonly string[]): Table {
  return {
    title: labels.join(' '),
    columns: [left('variant'), right('(1)')],
    rows: labels.map(label => [textCell(label), textCell('+1.0')]),
    notes: labels,
  }
}

const latex = findLatex()

test(
  'pdflatex typesets tables of any labels without an error',
  { ...unlessMissing(latex ? undefined : 'LaTeX (texlive-latex-recommended)'), timeout: 300_000 },
  () => {
    const odd = fc.sample(oddTexts, { numRuns: 150, seed: 7 })
    const known = ['[v2] patch', '*v3*', '\\end{tabular}', '数据', 'Ελλάδα', 'naïve', '-2.1', '\u001b[31mred']
    const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-latex-'))
    try {
      writeFileSync(
        path.join(folder, 'tables.tex'),
        '\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n' +
          `${renderLatex([tableOf(known), ...odd.map(text => tableOf([text]))]).replaceAll('\\end{table}', '\\end{table}\\clearpage')}\n\\end{document}\n`,
      )
      const { program, words, env } = latex!
      const { status, stdout } = spawnSync(
        program,
        [...words, '-draftmode', '-halt-on-error', '-interaction=nonstopmode', 'tables.tex'], // no fonts are embedded
        { cwd: folder, env, timeout: 240_000 },
      )
      expect({
        status,
        errors: stdout
          .toString()
          .split('\n')
          .filter(line => line.startsWith('!')),
      }).toEqual({ status: 0, errors: [] })
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
