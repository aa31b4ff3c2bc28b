import { expect, test } from 'vitest'
import type { Comparison, ComparisonRow } from '../contract/comparison.ts'
import { reportFormats, type ReportFormat } from '../contract/report-format.ts'
import { compareWithin } from '../comparison/compare.ts'
import { measuredRun } from '../comparison/measured-run.ts'
import { publishedReferences } from '../comparison/published-tables.ts'
import { stagesRun, verdictsOf } from '../../test/fixtures/comparison-of-stages.ts'
import { renderComparison, renderRun } from './render.ts'
import { cellName, formatFineChange, formatSize, verdictWords } from './words.ts'

const [comparison] = compareWithin(measuredRun(stagesRun), {
  references: publishedReferences(),
  noiseFloor: (_run, _variant, { benchmark }) =>
    benchmark === 'anon-cow-seq' ? null : benchmark === 'munmap' ? 1.4 : 0.6,
}) as [Comparison]

const endings: Readonly<Record<ReportFormat, string>> = {
  text: 'txt',
  markdown: 'md',
  csv: 'csv',
  latex: 'tex',
  json: 'json',
  html: 'html',
}

test('the example has every kind of verdict that a calibrated machine gives', () => {
  expect(verdictsOf(comparison.rows)).toEqual([
    'changed-within-floor',
    'improved',
    'no-change',
    'not-calibrated',
    'not-resolved',
    'regressed',
  ])
  expect(new Set(comparison.rows.map(({ regionSource }) => regionSource))).toEqual(
    new Set(['threshold', 'noise-floor', null]),
  )
})

test.each(reportFormats)('a comparison as %s is as it was', async format => {
  const text = renderComparison(comparison, [stagesRun], format)
  await expect(text).toMatchFileSnapshot(`golden/comparison.${endings[format]}`)
})

test('a run as text is as it was', async () => {
  await expect(renderRun(stagesRun, [comparison], 'text')).toMatchFileSnapshot('golden/run.txt')
})

test('text is at most 75 columns wide, but for words that are longer', () => {
  for (const text of [renderComparison(comparison, [], 'text'), renderRun(stagesRun, [comparison], 'text')])
    expect(text.split('\n').filter(line => line.length > 75)).toEqual([])
})

/** The words of each row of a table, as some form of report has them, read back. */
const readers: Readonly<Record<Exclude<ReportFormat, 'json'>, (text: string, head: string) => string[][]>> = {
  text: (text, head) => linesAfter(text, head).map(line => line.trim().split(/ {2,}/)),
  markdown: (text, head) =>
    linesAfter(text, head).map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    ),
  csv: (text, head) => linesAfter(text.replaceAll('\r', ''), head).map(line => line.split(',')),
  latex: (text, head) =>
    linesAfter(text, head)
      .filter(line => line.includes('&'))
      .map(line =>
        line
          .replace(' \\\\', '')
          .replaceAll('\\textless{}', '<')
          .split('&')
          .map(cell => cell.trim()),
      ),
  html: (text, head) =>
    [
      ...text
        .slice(text.indexOf(`<h2>${head}`))
        .split('</section>')[0]!
        .matchAll(/<tr>(.*?)<\/tr>/g),
    ]
      .slice(1)
      .map(([, row = '']) =>
        [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell.replaceAll('&lt;', '<')),
      ),
}

/** The lines of the table under a title, without its head. */
function linesAfter(text: string, title: string): string[] {
  const lines = text.slice(text.indexOf(title)).split('\n')
  const first = lines.findIndex(line => /^\W*(benchmark)\b/.test(line))
  const body = lines.slice(first + 1)
  const end = body.findIndex(
    (line, index) => index > 0 && (line.trim() === '' || line.includes('bottomrule')),
  )
  return body.slice(0, end).filter(line => !/^[-|: ]+$/.test(line) && !line.includes('midrule'))
}

const labels = new Map(
  comparison.variants.map(({ reference, variant }) => [reference.variantIndex, variant.label]),
)

/** What a row of the interval table says, in the words of people and as bare numbers. */
function intervalWords({ cell, variant, percent, low, high, n, verdict }: ComparisonRow): string[] {
  const names = [cellName(cell), labels.get(variant.variantIndex)!]
  return [
    ...names,
    ...[percent, low, high].map(value => formatFineChange(value!)),
    String(n),
    verdictWords[verdict],
  ]
}

test.each(['text', 'markdown', 'latex', 'html'] as const)(
  'the intervals, read back from %s, are those of the comparison',
  format => {
    const rows = readers[format](renderComparison(comparison, [], format), 'Intervals of the change')
    expect(
      rows.map(([benchmark, variant, change, low, high, n, _p, verdict]) => [
        benchmark,
        variant,
        change,
        low,
        high,
        n,
        verdict,
      ]),
    ).toEqual(comparison.rows.map(intervalWords))
  },
)

test.each(['text', 'markdown', 'latex', 'html'] as const)(
  'what verdicts rest on, read back from %s, is what the comparison has',
  format => {
    const rows = readers[format](renderComparison(comparison, [], format), 'What the verdicts rest on')
    expect(rows.map(row => [row[2], row[3], row[5], row[6]])).toEqual(
      comparison.rows.map(({ family, regionPercent, noiseFloorPercent }) => [
        formatFineChange(family!.low),
        formatFineChange(family!.high),
        ...[regionPercent, noiseFloorPercent].map(value => (value === null ? '-' : formatSize(value))),
      ]),
    )
  },
)

test('CSV and JSON hold the numbers themselves', () => {
  const csv = renderComparison(comparison, [], 'csv')
  const intervals = readers.csv(csv, '"Intervals of the change')
  expect(intervals.map(row => row.slice(2, 7).map(Number))).toEqual(
    comparison.rows.map(({ percent, low, high, n, p }) => [percent, low, high, n, p]),
  )
  expect(intervals.map(row => row[7])).toEqual(comparison.rows.map(({ verdict }) => verdict))
  const verdicts = readers.csv(csv, '"What the verdicts rest on')
  expect(verdicts.map(row => row.slice(2, 8).map(word => (word === '' ? null : Number(word))))).toEqual(
    comparison.rows.map(row => [
      row.family!.low,
      row.family!.high,
      row.familyP,
      row.regionPercent,
      row.noiseFloorPercent,
      row.detectablePercent,
    ]),
  )
  const json = JSON.parse(renderComparison(comparison, [], 'json')) as { rows: object[]; published: unknown }
  expect(json.rows).toEqual(
    comparison.rows.map(({ cell, variant, ...row }) => ({
      benchmark: cell.benchmark,
      parameters: cell.parameters,
      variant: labels.get(variant.variantIndex),
      reference: variant,
      ...row,
    })),
  )
  expect(json.published).toEqual(comparison.published)
})

test('the published numbers stand beside the measured ones', () => {
  const text = renderComparison(comparison, [], 'text')
  expect(text).toContain('Published percent change on Intel Xeon Silver 4210R')
  expect(text).toMatch(/\nrmap-id +\+123\.7 +\+48\.8 +\+3\.0 +-16\.2 +-16\.2\n/)
})

test('what was compared on insistence carries its warning in every form', () => {
  const insisted = { ...comparison, objections: ['“a” was measured by agent 1, “b” by agent 2'] }
  for (const format of reportFormats) {
    const text = renderComparison(insisted, [], format)
    expect(text).toMatch(format === 'json' ? /"objections"/ : /WARNING: compared on insistence/)
    expect(text).toContain('was measured by agent 1')
  }
})
