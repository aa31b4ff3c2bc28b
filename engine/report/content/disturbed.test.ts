/** A run during which something else ran says so in every form that it leaves the library in. */
import { expect, test } from 'vitest'
import type { Comparison } from '../../contract/comparison.ts'
import type { History } from '../../contract/history.ts'
import { reportFormats } from '../../contract/report-format.ts'
import type { Run } from '../../contract/run.ts'
import { compareWithin } from '../../comparison/compare.ts'
import { measuredRun } from '../../comparison/measured-run.ts'
import { disturbanceSentences, loadPart, loadsOf } from '../../statistics/disturbed.ts'
import { voidReason } from '../../statistics/disturbance.ts'
import { exampleCell, nothingKnown } from '../../../test/fixtures/comparison.ts'
import { exampleMeasurement, examplePlan, exampleSamples, runOf } from '../../../test/fixtures/run.ts'
import { renderComparison, renderHistory, renderRuns } from '../render.ts'

const figure = '45 % of a CPU'

/**
 * Other programs used the same share of a CPU during every sample of the
 * first benchmark, or of both.
 */
function runBeside(isDisturbed: (cellIndex: number) => boolean): Run {
  const plan = examplePlan({ label: 'beside others' })
  const samples = exampleSamples(plan, ({ round, variantIndex }) => 1e6 * (1 + variantIndex + round / 100))
  const taken = samples.map(sample => {
    const otherProgramsNs = isDisturbed(sample.cellIndex) ? 4.5e7 : 0
    const counters = { sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs, stolenNs: 0 }
    const reason = voidReason(counters, 1)
    const measurement = exampleMeasurement(sample.measurement.elapsedNs, { counters })
    return { ...sample, measurement, ...(reason === null ? {} : { voidReason: reason }) }
  })
  const run = runOf(plan, taken)
  const loads = loadsOf(taken.flatMap(loadPart))
  return {
    ...run,
    summary: { ...run.summary, disturbances: disturbanceSentences([{ label: plan.label, loads }]) },
  }
}

const run = runBeside(() => true)
const [comparison] = compareWithin(measuredRun(run), nothingKnown) as [Comparison]

test.each(reportFormats)('as %s, run and comparison name the figure', format => {
  const asWritten = format === 'latex' ? figure.replace('%', '\\%') : figure
  expect(renderRuns([{ run, comparisons: [comparison] }], format)).toContain(asWritten)
  expect(renderComparison(comparison, { sources: [run], whole: [] }, format)).toContain(asWritten)
})

test('for people, numbers that nothing follows from bear a mark', () => {
  const text = renderRuns([{ run, comparisons: [comparison] }], 'text')
  expect(text.indexOf('DISTURBED')).toBeLessThan(text.indexOf('Medians'))
  expect(text).toMatch(/^cow +a +8 +1\.0\d\d ms! /m)
  expect(text).toMatch(/^b +\+9\d\.\d! +\+9\d\.\d!$/m)
  expect(text).toContain('! disturbed: shown for information; no verdict.')
  const page = renderComparison(comparison, { sources: [run], whole: [run] }, 'html')
  expect(page.match(/<g class="series-1 disturbed">/g)).toHaveLength(2)
  // Each sample of the appendix.
  expect(page).toContain('disturbed: other programs used 45 % of a CPU')
})

test('for programs, every case and every sample says so in a field of its own', () => {
  const csv = renderRuns([{ run, comparisons: [] }], 'csv')
  expect(csv).toContain('disturbed samples,disturbance,')
  expect(csv).toMatch(/^cow,1,.*,a,ms,8,.*,8,8 of 8 samples were disturbed,/m)
  const { cases } = JSON.parse(renderRuns([{ run, comparisons: [] }], 'json')) as {
    cases: Record<string, unknown>[]
  }
  for (const item of cases)
    expect(item).toMatchObject({
      disturbance: '8 of 8 samples were disturbed',
      summary: { n: 8, disturbed: 8 },
      samples: expect.arrayContaining([
        expect.objectContaining({ warmup: false, voidReason: `other programs used ${figure}` }),
      ]),
    })
})

test('what was not disturbed has neither mark nor reason', () => {
  const partly = runBeside(cellIndex => cellIndex === 0)
  const text = renderRuns(
    [{ run: partly, comparisons: compareWithin(measuredRun(partly), nothingKnown) }],
    'text',
  )
  expect(text).toMatch(/^fork +a +8 +1\.0\d\d ms /m)
  expect(text).toMatch(/^b +\+9\d\.\d! +\+9\d\.\d$/m)
  const quiet = runBeside(() => false)
  const quietText = renderRuns(
    [{ run: quiet, comparisons: compareWithin(measuredRun(quiet), nothingKnown) }],
    'text',
  )
  expect(quietText).not.toMatch(/disturbed|DISTURBED|\d!/)
  expect(renderRuns([{ run: quiet, comparisons: [] }], 'csv')).toMatch(/^cow,1,.*,a,ms,8,.*,0,,/m)
})

test('a history marks the disturbed run and says why', () => {
  const point = {
    reference: { runId: run.summary.id, variantIndex: 0 },
    at: 0,
    runLabel: 'a run',
    variantLabel: 'a',
    kernelRelease: '6.15.0',
    pageBytes: 4096,
    agentVersion: '1',
    n: 8,
    median: 2e6,
    disturbance: null,
    interval: null,
  }
  const history: History = {
    cell: exampleCell('cow'),
    machineName: 'a machine',
    quantity: 'time',
    points: [point, { ...point, at: 60_000, disturbance: `other programs used ${figure}` }],
    changes: [],
  }
  const text = renderHistory(history, [run], 'text')
  expect(text.match(/2\.000 ms!/g)).toHaveLength(1)
  expect(text).toContain(`1970-01-01 00:01: other programs used ${figure}.`)
  expect(renderHistory(history, [run], 'csv')).toMatch(new RegExp(`,other programs used ${figure}\r$`, 'm'))
})
