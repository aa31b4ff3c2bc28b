/** Reports as the real LaTeX takes them. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findLatex } from '../build/setup/latex.mjs'
import { compareWithin } from '../engine/comparison/compare.ts'
import { measuredRun } from '../engine/comparison/measured-run.ts'
import { publishedReferences } from '../engine/comparison/published-tables.ts'
import type { Comparison } from '../engine/contract/comparison.ts'
import { renderLatexDocument } from '../engine/report/format/latex.ts'
import { left, right, textCell, type Table } from '../engine/report/content/table.ts'
import { renderComparison, renderRuns } from '../engine/report/render.ts'
import { stagesRun } from './fixtures/comparison-of-stages.ts'
import { unlessMissing } from './fixtures/conditions.ts'
import { oddTexts } from './fixtures/odd-texts.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'

const latex = findLatex()

type Typeset = Readonly<{
  /** Lines that begin with an exclamation mark, and the status where it is not 0. */
  errors: readonly string[]
  /** Boxes that are wider than their column. */
  overfull: readonly string[]
}>

/** `others` are further files of the document, by their names. */
function typeset(document: string, others: Readonly<Record<string, string>> = {}): Typeset {
  const folder = temporaryFolder('latex')
  for (const [name, text] of Object.entries({ ...others, 'main.tex': document }))
    writeFileSync(path.join(folder, name), text)
  const { program, words, env } = latex!
  // Embeds no fonts.
  const all = [...words, '-draftmode', '-halt-on-error', '-interaction=nonstopmode', 'main.tex']
  const options = { cwd: folder, env: { ...env, max_print_line: '1000' }, timeout: 240_000 }
  spawnSync(program, all, options) // the widths of long tables are known only the second time
  const { status, stdout } = spawnSync(program, all, options)
  const lines = stdout.toString().split('\n')
  const errors = lines.filter(line => line.startsWith('!'))
  return {
    errors: status === 0 ? errors : [...errors, `status ${status}`],
    overfull: lines.filter(line => line.startsWith('Overfull \\hbox')),
  }
}

function tableOf(labels: readonly string[]): Table {
  return {
    title: labels.join(' '),
    columns: [left('variant'), right('(1)')],
    rows: labels.map(label => [textCell(label), textCell('+1.0')]),
    notes: labels,
  }
}

const [comparison] = compareWithin(measuredRun(stagesRun), {
  references: publishedReferences(),
  noiseFloor: () => 0.6,
}) as [Comparison]
const documents = {
  'a comparison': renderComparison(comparison, { sources: [stagesRun], whole: [] }, 'latex'),
  'a run': renderRuns([{ run: stagesRun, comparisons: [comparison] }], 'latex'),
}
const missing = latex ? undefined : 'LaTeX (texlive-latex-recommended)'

describe('pdflatex', { ...unlessMissing(missing), timeout: 300_000 }, () => {
  test('typesets tables of any labels without an error', () => {
    const odd = fc.sample(oddTexts, { numRuns: 150, seed: 7 })
    const known = ['[v2] patch', '*v3*', '\\end{tabular}', '数据', 'Ελλάδα', 'naïve', '-2.1', '\u001b[31mred']
    const provenance = known.flatMap(text => [
      { name: 'Run', text },
      { name: 'Measured with', text: `folio-lab run ${text}`, isCommand: true as const },
    ])
    const tables = [tableOf(known), ...odd.map(text => tableOf([text]))]
    expect(typeset(renderLatexDocument(provenance, tables)).errors).toEqual([])
  })

  test.each(Object.entries(documents))(
    'typesets the report of %s as it is, and all of it fits',
    (_, text) => {
      expect(typeset(text)).toEqual({ errors: [], overfull: [] })
    },
  )

  test('takes a report as a part of another document, in a column as wide as its own', () => {
    const packages = '\\usepackage{array,booktabs,longtable}'
    const main = `\\documentclass{report}${packages}\\begin{document}\\chapter{One}\\input{table}\\chapter{Two}\\end{document}`
    expect(typeset(main, { 'table.tex': documents['a comparison'] })).toEqual({ errors: [], overfull: [] })
  })
})
