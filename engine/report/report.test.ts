import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import type { Comparison, ComparisonRow } from '../contract/comparison.ts'
import { reportFormats } from '../contract/report-format.ts'
import type { Run } from '../contract/run.ts'
import { mebibyte } from '../contract/units.ts'
import { compareWithin } from '../comparison/compare.ts'
import { measuredRun } from '../comparison/measured-run.ts'
import { nothingKnown } from '../../test/fixtures/comparison.ts'
import { exampleMeasurement, examplePlan, exampleSamples, runOf } from '../../test/fixtures/run.ts'
import { renderCsv } from './format/csv.ts'
import { renderLatex } from './format/latex.ts'
import { renderMarkdown } from './format/markdown.ts'
import { renderComparison, renderRuns } from './render.ts'
import { renderSvg } from './format/svg.ts'
import { left, right, textCell, type Table } from './content/table.ts'
import { renderText } from './format/text.ts'

const id = '7e57c0de-0000-4000-8000-000000000000'

function exampleRun(): Run {
  const plan = examplePlan({ label: 'A & B <x>', benchmarks: ['cow', 'anon-cow-seq'], tasks: [1, 2] })
  const samples = exampleSamples(
    plan,
    ({ round, variantIndex }) =>
      2_000_000 * (1 + 0.01 * (round % 5)) * (variantIndex === 0 ? 1 : 1.2 + 0.0001 * (round % 3)),
  )
  const run = runOf(plan, samples)
  return { ...run, summary: { ...run.summary, id } }
}

const run = exampleRun()
const [comparison] = compareWithin(measuredRun(run), nothingKnown) as [Comparison]

const ofRun = { sources: [run], whole: [] }

const odd: Table = {
  title: 'Odd & “quoted”',
  columns: [left('name'), right('a|b'), right('100%')],
  rows: [
    [textCell('x,y'), { text: '1.5 ms', value: 1500000.25 }, { text: '-', value: null }],
    [textCell('say "hi"\n<b>'), { text: '2', value: 2 }, { text: '$3_4', value: 3 }],
  ],
  notes: ['A note # 1.'],
}

test('a run as text names its medians with units, intervals and spread', () => {
  const text = renderRuns([{ run, comparisons: [comparison] }], 'text')
  expect(text).toContain(`Medians of A & B <x>, kernel 6.15.0. 32 MiB in folios of 2 MiB

benchmark        variant  n       median         95% interval  spread
---------------------------------------------------------------------
cow              a        8     2.040 ms     2.000 - 2.080 ms    1.5%
cow              b        8     2.448 ms     2.400 - 2.496 ms    1.5%
`)
  const compared = renderComparison(comparison, ofRun, 'text')
  expect(text).toContain(compared.slice(compared.indexOf('Percent change')))
})

/** A run of two kernels in virtual machines, whose instructions were counted. */
function countedRun(): Run {
  const kernel = { target: 'vm', kernel: '/k', bootParameters: '', clock: 'instructions' } as const
  const machine = { memoryBytes: 512 * mebibyte, cpus: 1 }
  const variants = ['6.1', '6.12'].map(label => ({ ...kernel, ...machine, label }))
  const plan = examplePlan({ label: 'counted', target: 'vm', benchmarks: ['cow'], variants })
  return runOf(
    plan,
    exampleSamples(plan, ({ variantIndex }) => 8192 * (1000 + variantIndex)),
  )
}

test('a report of a run that was timed and one that was counted gives each tables of its own, with its unit', () => {
  const counted = countedRun()
  const reported = [
    { run, comparisons: [comparison] },
    { run: counted, comparisons: compareWithin(measuredRun(counted), nothingKnown) },
  ]
  const text = renderRuns(reported, 'text')
  const heads = [
    'Medians of A & B',
    'Percent change of run time',
    'Medians of counted',
    'Percent change of executed',
  ]
  const places = heads.map(head => text.indexOf(head))
  expect(places).toEqual([...places].sort((one, other) => one - other))
  expect(places[0]).toBeGreaterThan(0)
  const [timed, countedPart] = [text.slice(places[0], places[2]), text.slice(places[2])]
  expect(timed).toMatch(/^cow +a +8 +2\.040 ms/m)
  expect(timed).not.toMatch(/instructions/i)
  expect(countedPart).toMatch(/^Medians of counted, [^\n]*counted\ninstructions$/m)
  expect(countedPart).toMatch(/^cow +6\.1 +8 +1000 instructions\/page$/m)
  expect(countedPart.slice(0, countedPart.indexOf('Environment of A & B'))).not.toMatch(/\d (?:ns|µs|ms|s)\b/)
  for (const { run: one } of reported) expect(text).toContain(`Environment of ${one.summary.label}`)

  const rows = parse<Record<string, string>>(renderRuns(reported, 'csv'), { columns: true, comment: '#' })
  const units = new Map(rows.map(row => [`${row.run ?? ''} ${row.benchmark ?? ''}`, row.unit]))
  expect(units.get('A & B <x> cow')).toBe('ms')
  expect(units.get('counted cow')).toMatch(/instructions/)
  expect(JSON.parse(renderRuns(reported, 'json'))).toMatchObject({
    runs: [{ run: { label: 'A & B <x>' } }, { run: { label: 'counted' } }],
  })
  for (const format of ['text', 'mail', 'markdown', 'latex', 'html'] as const) {
    const whole = renderRuns(reported, format)
    for (const quantity of ['run time', 'executed instructions'])
      expect(whole).toContain(`Percent change of ${quantity}`)
  }
})

test('invalid samples are counted and their reasons named', () => {
  const invalid = {
    ...run,
    samples: run.samples.map(sample =>
      sample.round === 3
        ? { ...sample, measurement: exampleMeasurement(1, { valid: false, reason: 'swapped' }) }
        : sample,
    ),
  }
  expect(renderRuns([{ run: invalid, comparisons: [] }], 'text')).toContain(
    'cow, a: 1 invalid and left out (swapped).',
  )
})

test('no line of text is wider than a mail, whatever the table', () => {
  const variants = Array.from({ length: 5 }, (_, index) => `a variant with a long name ${index}`)
  const wide: Table = {
    title: 'word '.repeat(40).trim(),
    columns: [left('benchmark'), ...variants.map(right), left('words')],
    rows: [
      [textCell('cow'), ...variants.map(() => textCell('1.5')), textCell('one two three '.repeat(20).trim())],
    ],
    notes: ['note '.repeat(40).trim()],
  }
  const lines = renderText([wide]).split('\n')
  expect(lines.filter(line => line.length > 75)).toEqual([])
  for (const variant of variants) expect(lines.some(line => line.includes(variant))).toBe(true)
})

test('columns of text stand below each other also where letters are wide or combine', () => {
  const table = {
    title: 'names',
    columns: [left('name'), right('value')],
    rows: ['中文', 'e\u0301te\u0301', 'plain'].map(name => [textCell(name), textCell('7')]),
    notes: [],
  }
  expect(renderText([table]).split('\n').slice(2, 7)).toEqual([
    'name   value',
    '------------',
    '中文       7',
    'e\u0301te\u0301        7',
    'plain      7',
  ])
})

test('Markdown escapes what would end a cell', () => {
  expect(renderMarkdown([odd])).toContain(
    '| name | a\\|b | 100% |\n| --- | ---: | ---: |\n| x,y | 1.5 ms | - |',
  )
})

test('CSV holds bare numbers and quotes what needs it', () => {
  const data = {
    columns: ['name', 'a|b'],
    rows: [
      ['x,y', 1500000.25],
      ['say "hi"\n<b>', null],
      ['# no comment', 2],
    ],
  }
  expect(renderCsv([], [], data)).toBe(
    'name,a|b\r\n"x,y",1500000.25\r\n"say ""hi""\n<b>",\r\n"# no comment",2\r\n',
  )
})

test('comments above a CSV table are neither a formula nor an open quote for a spreadsheet', () => {
  const provenance = [{ name: 'Run', text: '"a",=1+1; -2\n=3' }]
  expect(
    renderCsv(provenance, [odd], { columns: ['a'], rows: [] })
      .split('\r\n')
      .slice(0, 2),
  ).toEqual(["# Run: 'a','=1+1;' -2 =3", '# Odd & “quoted” x,y: 1.5 ms: -'])
})

test('CSV of a run has a row a case, its unit beside its numbers, which are those that people see', () => {
  const records = parse<Record<string, string>>(renderRuns([{ run, comparisons: [comparison] }], 'csv'), {
    columns: true,
    comment: '#',
  })
  expect(records[0]).toMatchObject({
    ...{ benchmark: 'cow', tasks: '1', 'region (bytes)': '33554432', 'folio (bytes)': '2097152' },
    ...{ variant: 'a', unit: 'ms', n: '8', median: '2.04', low: '2', high: '2.08', 'change (%)': '' },
  })
  expect(records[1]).toMatchObject({ variant: 'b', baseline: 'a', verdict: 'not-calibrated' })
  expect(Number(records[1]!['change (%)'])).toBeCloseTo(20, 1)
  expect(records[4]).toMatchObject({ benchmark: 'anon-cow-seq', tasks: '2', unit: 'MiB/s' })
  expect(Object.keys(records[0]!)).not.toContain('median (ms)')
})

test('LaTeX escapes what it would take as a command', () => {
  const text = renderLatex([odd])
  expect(text).toContain('\\caption{Odd \\& \\textquotedblleft{}quoted\\textquotedblright{}}')
  expect(text).toContain('100\\%')
  expect(text).toContain('\\textless{}b\\textgreater{} & 2 & \\$3\\_4 \\\\')
  expect(text).toContain('A note \\# 1.')
})

test('JSON of a comparison has the percent, interval, p and verdict of every row', () => {
  expect(JSON.parse(renderComparison(comparison, ofRun, 'json'))).toMatchObject({
    baseline: { runId: id, label: 'a' },
    rows: [
      { benchmark: 'cow', variant: 'b', percent: expect.closeTo(20, 1), n: 8, verdict: 'not-calibrated' },
      { benchmark: 'anon-cow-seq', parameters: { tasks: 1 }, p: 0.0078125 },
      { benchmark: 'anon-cow-seq', parameters: { tasks: 2 } },
    ],
  })
})

test('JSON of a run has every sample and a summary of each case', () => {
  const json = JSON.parse(renderRuns([{ run, comparisons: [] }], 'json')) as { cases: unknown[] }
  expect(json.cases).toHaveLength(6)
  expect(json.cases[0]).toMatchObject({
    benchmark: 'cow',
    variant: 'a',
    parameters: { tasks: 1 },
    samples: run.samples
      .filter(sample => sample.cellIndex === 0 && sample.variantIndex === 0)
      .map(({ round, warmup, measurement }) => ({
        round,
        warmup,
        ns: measurement.elapsedNs,
        work: measurement.work,
        valid: true,
      })),
    summary: { n: 8, invalid: 0, median: 2_040_000 },
  })
})

test('a page is whole in itself and escapes every text', () => {
  const page = renderRuns([{ run, comparisons: [comparison] }], 'html')
  expect(page).toContain('<title>A &amp; B &lt;x&gt;</title>')
  expect(page).not.toMatch(/<x>|<link|https?:|@import|url\(/)
  // Its own, which the policy names by its hash.
  expect(page.match(/<script[^>]*>/g)).toEqual(['<script>'])
  expect(page.match(/<svg/g)).toHaveLength(2)
  expect(page.match(/<section>/g)).toHaveLength(page.match(/<\/section>/g)!.length)
})

const bar = {
  group: 'cow',
  series: 'a',
  colour: 0,
  value: 0,
  interval: null,
  dots: [],
  region: null,
  isDisturbed: false,
  description: 'cow, a',
}

test('bars and whiskers stand where their values are', () => {
  const svg = renderSvg({
    title: 'Change',
    unit: '%',
    bars: [
      { ...bar, value: 50, interval: { low: 25, high: 75 }, dots: [100] },
      { ...bar, series: 'b', colour: 1, value: -100 },
    ],
  })
  // 200 % from -100 to 100 over 746 units beside labels of 190: 0 is at 563,
  // one percent is 3.73 wide.
  expect(svg).toContain('<rect x="563" y="26" width="186.5" height="14"/>')
  expect(svg).toContain(
    '<path class="whisker" d="M656.3 33H842.8"/><path class="whisker" d="M656.3 29.5v7"/>',
  )
  expect(svg).toContain('<path class="whisker" d="M842.8 29.5v7"/>')
  expect(svg).toContain('<circle cx="936" cy="33" r="2.5"/>')
  expect(svg).toContain(
    '<g class="series-1"><title>cow, a</title><rect x="190" y="44" width="373" height="14"/>',
  )
})

test('one far end does not squeeze everything else, and is drawn as an arrow', () => {
  const near = Array.from({ length: 20 }, () => ({ ...bar, value: 10, interval: { low: 5, high: 15 } }))
  const svg = renderSvg({
    title: 'Change',
    unit: '%',
    bars: [...near, { ...bar, value: 10, interval: { low: 5, high: 4000 }, dots: [3000] }],
  })
  expect(svg).toMatch(/>25 %</)
  expect(svg).not.toMatch(/>30 %</)
  expect(svg).toContain('L936 ') // an arrow at the right edge
  expect(svg).not.toContain('<circle')
})

test('changes of no interest are grey behind all bars of their group, as far as they are in sight', () => {
  const bars = [
    { ...bar, value: 50, region: 20 },
    { ...bar, series: 'b', value: -50, region: 20 },
    { ...bar, group: 'fork', value: 10, region: 200 },
  ]
  const svg = renderSvg({ title: 'Change', unit: '%', bars })
  // 120 % from -60 to 60 over 746 units: 0 is at 563, one percent is 6.22 wide.
  expect(svg).toContain('<rect class="region" x="438.7" y="22" width="248.6" height="40"/>')
  expect(svg).toContain('<rect class="region" x="190" y="70" width="746" height="22"/>')
  expect(svg.split('class="region"')).toHaveLength(3)
})

test('a chart of nothing, and one of equal values, can be drawn', () => {
  expect(renderSvg({ title: 'x', unit: '%', bars: [] })).not.toContain('NaN')
  expect(renderSvg({ title: 'x', unit: '%', bars: [bar] })).not.toContain('NaN')
})

test('a comparison without a single usable round is a document in every form', () => {
  const row: ComparisonRow = {
    ...comparison.rows[0]!,
    percent: null,
    low: null,
    high: null,
    coverage: null,
    p: null,
    n: 0,
    baselineMedian: null,
    variantMedian: null,
    verdict: 'too-few',
  }
  const empty: Comparison = { ...comparison, rows: [row], cells: comparison.cells.slice(0, 1) }
  for (const format of reportFormats) {
    const text = renderComparison(empty, ofRun, format)
    expect(text).toContain('cow')
    expect(text).not.toMatch(/NaN|undefined/)
  }
})

test('rounds that are too few for an interval are reported by their range', () => {
  const few = { ...comparison.rows[0]!, low: null, high: null, n: 3, range: { low: -1, high: 20.5 } }
  expect(renderComparison({ ...comparison, rows: [few] }, ofRun, 'text')).toContain(
    'cow, b: changes from -1.00 to +20.50 were seen in 3 rounds.',
  )
})

test('what differs between the environments is reported', () => {
  const differences = [{ field: 'facts.aslr', baseline: '2', variant: '0' }]
  expect(renderComparison({ ...comparison, differences }, ofRun, 'text')).toMatch(
    /Differences between the environments\n\n.*\n.*\nfacts\.aslr {2}2/,
  )
})

test('variants with one label are told apart by the labels of their runs, else by their ids', () => {
  const other = '11111111-0000-4000-8000-000000000000'
  function twin(runLabel: string): Comparison {
    return {
      ...comparison,
      variants: comparison.variants.map(variant => ({
        ...variant,
        runLabel,
        reference: { runId: other, variantIndex: 0 },
        variant: { target: 'host', label: 'a' },
      })),
    }
  }
  expect(renderComparison(twin('later'), ofRun, 'text')).toMatch(/Baseline: A & B <x>\..*\nlater /s)
  expect(renderComparison(twin('A & B <x>'), ofRun, 'text')).toMatch(
    /Baseline: a \(7e57c0de\).*a \(11111111\)/s,
  )
})

test('a run of very many samples has a page that a browser can show', { timeout: 300_000 }, () => {
  const plan = examplePlan({ benchmarks: ['cow'], stopping: { kind: 'rounds', rounds: 26_000 } })
  const large = runOf(
    plan,
    exampleSamples(plan, ({ scheduleIndex }) => 1_000_000 + (scheduleIndex % 977)),
  )
  const page = renderRuns([{ run: large, comparisons: [] }], 'html')
  expect(page).toContain('samples of example are too many for a page')
  expect(page).toContain(`folio-lab runs export ${large.summary.id} FILE`)
  expect(page.length).toBeLessThan(1_000_000)
})
