import { expect, test } from 'vitest'
import type { Plan } from '../contract/plan.ts'
import type { ProjectionRequest } from '../contract/projection.ts'
import type { Run } from '../contract/run.ts'
import type { SamplePlace } from '../contract/sample.ts'
import { mebibyte } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { renderProjection } from '../report/render.ts'
import { examplePlan, exampleSamples, runOf } from '../../test/fixtures/run.ts'
import { measuredRun } from './measured-run.ts'
import { projectRuns } from './project.ts'
import { publishedReferences } from '../comparison/published-tables.ts'

const modelBytes = 32 * mebibyte
const hostBytes = 64 * mebibyte
const drift = [0, 500, -300, 900, 100, -200, 700, 400, 0, 300]

function timedRun(plan: Plan, elapsedNs: (place: SamplePlace) => number): Run {
  return runOf(plan, exampleSamples(plan, elapsedNs))
}

const pages = modelBytes / 4096

/**
 * On the model each stage takes 2 ns a page longer than the one before, on a machine that drifts.
 */
const model = timedRun(
  examplePlan({
    target: 'model',
    variants: [schemeVariant('baseline'), schemeVariant('mapcount'), schemeVariant('all')],
    sizeBytes: modelBytes,
    stopping: { kind: 'rounds', rounds: 9 },
  }),
  ({ round, variantIndex }) => pages * (10 + 2 * variantIndex) + drift[round % drift.length]!,
)

/** The kernel takes 20 ns a page. */
const host = timedRun(
  examplePlan({
    variants: [{ target: 'host', label: 'here' }],
    sizeBytes: hostBytes,
    stopping: { kind: 'rounds', rounds: 9 },
  }),
  () => (hostBytes / 4096) * 20,
)

/** The same measured while other programs used 45 % of a CPU. */
function besideOthers({ plan, samples }: Run): Run {
  const counters = { sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs: 4.5e7, stolenNs: 0 }
  const taken = samples.map(sample => ({
    ...sample,
    measurement: { ...sample.measurement, counters },
  }))
  return runOf({ ...plan, label: 'beside others' }, taken)
}

function project(change: Partial<ProjectionRequest> = {}, others: readonly Run[] = []) {
  const runs = new Map([model, host, ...others].map(run => [run.summary.id, measuredRun(run)]))
  const ids = { model: model.summary.id, host: host.summary.id }
  return projectRuns(
    {
      baseline: { runId: ids.model, variantIndex: 0 },
      variants: [1, 2].map(variantIndex => ({ runId: ids.model, variantIndex })),
      host: { runId: ids.host, variantIndex: 0 },
      confidence: 0.95,
      ...change,
    },
    runs,
    publishedReferences(),
  )
}

test('what the model takes longer is laid against the time of the kernel, page by page', () => {
  const { rows } = project()
  expect(rows).toHaveLength(4)
  const all = rows.find(({ benchmark, variant }) => benchmark === 'fork' && variant.variantIndex === 2)
  expect(all?.n).toBe(9)
  expect(all?.extraNsPerPage.value).toBeCloseTo(4, 9)
  expect(all?.hostNsPerPage.value).toBe(20)
  expect(all?.projectedPercent.value).toBeCloseTo(20, 9)
  expect(all?.projectedPercent.low).toBeLessThanOrEqual(20)
  expect(all?.projectedPercent.high).toBeGreaterThanOrEqual(20)
  expect(all?.modelPercent).toBeGreaterThan(30) // 4 of 10 ns, but for the drift
})

test('the published tables stand beside it, with how far they agree', () => {
  const { published, agreements } = project()
  expect(published).toHaveLength(2)
  expect(agreements.map(({ kind, cells }) => [kind, cells])).toEqual([
    ['model', 4],
    ['projection', 4],
    ['model', 4],
    ['projection', 4],
  ])
})

test('every form of the report calls it a projection', () => {
  const projection = project()
  expect(renderProjection(projection, [], 'text')).toContain('An estimate, not a measurement')
  expect(renderProjection(projection, [], 'html')).toContain('PROJECTED percent change')
  expect(JSON.parse(renderProjection(projection, [], 'json'))).toMatchObject(
    JSON.parse(JSON.stringify(projection)) as object,
  )
})

test('a run that was disturbed is named with the figure, of the model or of the kernel; quiet ones are not', () => {
  expect(project().disturbances).toEqual([])
  for (const [side, run] of [
    ['model', besideOthers(model)],
    ['host', besideOthers(host)],
  ] as const) {
    const reference = { runId: run.summary.id, variantIndex: 0 }
    const change =
      side === 'host'
        ? { host: reference }
        : { baseline: reference, variants: [{ ...reference, variantIndex: 1 }] }
    const projection = project(change, [run])
    expect(projection.disturbances).toEqual([expect.stringContaining('45 % of a CPU')])
    for (const format of ['text', 'html', 'csv'] as const)
      expect(renderProjection(projection, [], format)).toContain('45 % of a CPU')
  }
  const { plan, samples, ...rest } = besideOthers(host)
  const lost = { plan, ...rest, samples: samples.map(sample => ({ ...sample, voidReason: 'disturbed' })) }
  expect(() => project({ host: { runId: lost.summary.id, variantIndex: 0 } }, [lost])).toThrow(
    /no.* samples that count in both runs\..*45 % of a CPU/i,
  )
})

test('sides of the wrong kind are refused', () => {
  const here = { runId: host.summary.id, variantIndex: 0 }
  expect(() => project({ baseline: here })).toThrow(/not a variant of the same run on the model/)
  expect(() => project({ host: { runId: model.summary.id, variantIndex: 0 } })).toThrow(
    /no times of a real kernel/,
  )
})

test('runs without a benchmark or a folio size in common are refused', () => {
  const otherwise = timedRun(
    examplePlan({ variants: [{ target: 'host', label: 'x' }], folioSizes: [65536] }),
    () => 1e6,
  )
  expect(() => project({ host: { runId: otherwise.summary.id, variantIndex: 0 } }, [otherwise])).toThrow(
    /No time benchmark with the same folio size/,
  )
})
