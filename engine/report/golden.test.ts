import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import type { Comparison, ComparisonRow } from '../contract/comparison.ts'
import { reportEndings, reportFormats, type ReportFormat } from '../contract/report-format.ts'
import { compareWithin } from '../comparison/compare.ts'
import { measuredRun } from '../comparison/measured-run.ts'
import { publishedReferences } from '../comparison/published-tables.ts'
import { stagesRun, verdictsOf } from '../../test/fixtures/comparison-of-stages.ts'
import { renderComparison, renderRuns } from './render.ts'
import { formatFineChange, formatSize, verdictWords } from './content/words.ts'
import { cellName } from '../text/cell-text.ts'

const [comparison] = compareWithin(measuredRun(stagesRun), {
  references: publishedReferences(),
  noiseFloor: (_run, _variant, { benchmark }) =>
    benchmark === 'anon-cow-seq' ? null : benchmark === 'munmap' ? 1.4 : 0.6,
}) as [Comparison]

const ofStages = { sources: [stagesRun], whole: [stagesRun] }

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
  const text = renderComparison(comparison, ofStages, format)
  await expect(text).toMatchFileSnapshot(`golden/comparison.${reportEndings[format]}`)
})

test('a run as text is as it was', async () => {
  await expect(renderRuns([{ run: stagesRun, comparisons: [comparison] }], 'text')).toMatchFileSnapshot(
    'golden/run.txt',
  )
})

test('text is at most 75 columns wide, but for words that are longer', () => {
  for (const format of ['text', 'mail'] as const)
    for (const text of [
      renderComparison(comparison, ofStages, format),
      renderRuns([{ run: stagesRun, comparisons: [comparison] }], format),
    ])
      expect(text.split('\n').filter(line => line.length > 75)).toEqual([])
})

test('a short mail is at most 25 lines beside its matrices, whatever is compared', () => {
  const long = 'a label that goes on and on '.repeat(3).trim().slice(0, 80)
  const many = Array.from({ length: 30 }, (_, index) => ({
    ...comparison.variants[0]!,
    runLabel: `${index}`,
  }))
  const sources = many.map(({ runLabel }) => ({
    ...stagesRun,
    summary: { ...stagesRun.summary, id: runLabel.padStart(8, '0'), label: `${long}${runLabel}` },
  }))
  const disturbances = many.map(({ runLabel }) => `${long} ${runLabel} was disturbed by 45 % of a CPU.`)
  const mails = [
    renderComparison(comparison, ofStages, 'mail'),
    renderComparison({ ...comparison, disturbances, variants: many }, { sources, whole: [] }, 'mail'),
    renderRuns([{ run: stagesRun, comparisons: [comparison] }], 'mail'),
    renderRuns([{ run: stagesRun, comparisons: [] }], 'mail'),
  ]
  for (const mail of mails) {
    const lines = mail.trimEnd().split('\n')
    const first = lines.findIndex(line => /^(Percent change|Medians)/.test(line))
    const last = lines.findLastIndex(line => /^\(1\)|^Run |^! |\d\.\d\)?!?$/.test(line))
    expect(first).toBeGreaterThan(0)
    expect(lines.length - (last - first + 1), mail).toBeLessThanOrEqual(25)
  }
})

test('every form begins with where the numbers are from, and how to get them again', () => {
  const command = 'folio-lab run --target model'
  for (const format of reportFormats) {
    const text = renderComparison(comparison, ofStages, format)
    const shown = text.replaceAll(format === 'latex' ? '{}' : /<\/?span>/g, '')
    for (const fact of ['7e57c0de', '2025-10-09 08:53 UTC', 'Silver 4210R', '6.15.0', command]) {
      const at = shown.indexOf(fact)
      expect(at, `${fact} as ${format}`).toBeGreaterThanOrEqual(0)
      expect(at).toBeLessThan(shown.search(/rmap-id[^\n]*(90[.]|\n)/))
    }
  }
})

/** The words of each row of a table, as some form of report has them, read back. */
const readers: Readonly<
  Record<Exclude<ReportFormat, 'csv' | 'json' | 'mail'>, (text: string, head: string) => string[][]>
> = {
  text: (text, head) => linesAfter(text, head).map(line => line.trim().split(/ {2,}/)),
  markdown: (text, head) =>
    linesAfter(text, head).map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    ),
  latex: (text, head) =>
    linesAfter(text.replaceAll(/\\toprule\n.*\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n/g, ''), head)
      .filter(line => line.includes('&'))
      .map(line =>
        line
          .replace(' \\\\', '')
          .replaceAll('\\textless{}', '<')
          .replaceAll('$-$', '-')
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
  const end = body.findIndex((line, index) => index > 0 && (line.trim() === '' || line.includes('longtable')))
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
    const rows = readers[format](renderComparison(comparison, ofStages, format), 'Intervals of the change')
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
    const rows = readers[format](
      renderComparison(comparison, ofStages, format),
      'What the verdicts are based on',
    )
    expect(rows.map(row => [row[2], row[3], row[5], row[6]])).toEqual(
      comparison.rows.map(({ family, regionPercent, noiseFloorPercent }) => [
        formatFineChange(family!.low),
        formatFineChange(family!.high),
        ...[regionPercent, noiseFloorPercent].map(value => (value === null ? '-' : formatSize(value))),
      ]),
    )
  },
)

test('CSV is one table for programs: a row a cell, the numbers themselves, the verdict and all it rests on', () => {
  const csv = renderComparison(comparison, ofStages, 'csv')
  const records: Record<string, string>[] = parse(csv, { columns: true, comment: '#' })
  expect(records).toHaveLength(comparison.rows.length)
  const numbers = ['change (%)', 'low (%)', 'high (%)', 'p', 'n', 'all rows low (%)', 'all rows high (%)']
  const others = ['all rows p', 'noise floor (%)', 'detectable (%)', 'baseline median']
  expect(
    records.map(record => [
      ...['benchmark', 'tasks', 'variant', 'verdict', 'unit'].map(name => record[name]),
      ...[...numbers, ...others].map(name => (record[name] === '' ? null : Number(record[name]))),
    ]),
  ).toEqual(
    comparison.rows.map(row => {
      const isTime = row.cell.benchmark !== 'anon-cow-seq'
      return [
        ...[row.cell.benchmark, String(row.cell.parameters.tasks), labels.get(row.variant.variantIndex)],
        ...[row.verdict, isTime ? 'ms' : 'MiB/s'],
        ...[row.percent, row.low, row.high, row.p, row.n, row.family!.low, row.family!.high],
        ...[row.familyP, row.noiseFloorPercent, row.detectablePercent],
        row.baselineMedian! / (isTime ? 1e6 : 1024 * 1024),
      ]
    }),
  )
  expect(records.map(record => record['published Intel Xeon Silver 4210R (%)']).slice(0, 3)).toEqual([
    ...['123.7', '48.8', '3'],
  ])
})

test('JSON holds the numbers themselves', () => {
  const json = JSON.parse(renderComparison(comparison, ofStages, 'json')) as {
    rows: object[]
    published: unknown
  }
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
  const text = renderComparison(comparison, ofStages, 'text')
  expect(text).toContain('Published percent change on Intel Xeon Silver 4210R')
  expect(text).toMatch(/\nrmap-id +\+123\.7 +\+48\.8 +\+3\.0 +-16\.2 +-16\.2\n/)
})

test('what was measured under different conditions carries its warning in every form', () => {
  const insisted = { ...comparison, objections: ['“a” was measured by agent 1, “b” by agent 2'] }
  for (const format of reportFormats) {
    const text = renderComparison(insisted, ofStages, format)
    expect(text).toMatch(format === 'json' ? /"objections"/ : /WARNING: measured under different conditions/)
    expect(text).toContain('was measured by agent 1')
  }
})
