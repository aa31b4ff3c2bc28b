import { expect, test } from 'vitest'
import type { Comparison, CompareRequest, VariantReference } from '../contract/comparison.ts'
import type { Plan } from '../contract/plan.ts'
import type { Run } from '../contract/run.ts'
import type { Sample, SamplePlace } from '../contract/sample.ts'
import { mebibyte } from '../contract/units.ts'
import { schemeVariant, withReturns } from '../contract/variant.ts'
import { nothingKnown } from '../../test/fixtures/comparison.ts'
import { exampleEnvironment, exampleFacts, usualScheduling } from '../../test/fixtures/environment.ts'
import { exampleMeasurement, examplePlan, exampleSamples, runOf } from '../../test/fixtures/run.ts'
import { compareRuns, compareWithin, type Knowledge } from './compare.ts'
import { measuredRun } from './measured-run.ts'
import { publishedReferences } from '../comparison/published-tables.ts'

const drift = [1, 1.3, 0.8, 2, 1.1, 0.7, 1.9, 1.4, 1, 1.2]

/**
 * A run in which variant 1 takes 10 % longer than variant 0, in every round of a drifting machine.
 */
function driftingNs({ round, variantIndex }: SamplePlace): number {
  return 1_000_000 * drift[round % drift.length]! * (variantIndex === 0 ? 1 : 1.1)
}

function driftingRun(plan: Plan, samples: Sample[] = exampleSamples(plan, driftingNs)): Run {
  return runOf(plan, samples)
}

function within(run: Run, knowledge: Knowledge = nothingKnown): Comparison | undefined {
  return compareWithin(measuredRun(run), knowledge)[0]
}

function compare(baseline: [Run, number], ...variants: [Run, number][]): ReturnType<typeof compareRuns> {
  return compareWith({}, baseline, ...variants)
}

function compareWith(
  choices: Partial<CompareRequest>,
  baseline: [Run, number],
  ...variants: [Run, number][]
): ReturnType<typeof compareRuns> {
  const runs = new Map([baseline, ...variants].map(([run]) => [run.summary.id, measuredRun(run)]))
  return compareRuns(
    {
      baseline: reference(baseline),
      variants: variants.map(reference),
      confidence: 0.95,
      thresholdPercent: 1,
      insist: false,
      ...choices,
    },
    runs,
    nothingKnown,
  )
}

function reference([run, variantIndex]: [Run, number]): VariantReference {
  return { runId: run.summary.id, variantIndex }
}

function modelRun(work: 'full' | 'accounting'): Run {
  const variant = schemeVariant('all', { work })
  return driftingRun(examplePlan({ target: 'model', variants: [variant] }))
}

test('variants of one run are paired round by round, so that drift cancels', () => {
  const run = driftingRun(examplePlan())
  const { rows, cells, differences, baseline } = compare([run, 0], [run, 1])
  expect(cells).toEqual(run.cells)
  expect(differences).toEqual([])
  expect(baseline).toMatchObject({ variant: { label: 'a' }, runLabel: 'example', kernelRelease: '6.15.0' })
  expect(rows).toHaveLength(2)
  for (const row of rows) {
    expect(row).toMatchObject({ method: 'paired', n: 8, voidedRounds: 0, verdict: 'not-calibrated' })
    expect([row.percent!, row.low!, row.high!].map(value => value.toFixed(6))).toEqual([
      '10.000000',
      '10.000000',
      '10.000000',
    ])
    expect(row.variantMedian! / row.baselineMedian!).toBeCloseTo(1.1, 9)
  }
  expect(rows).toEqual(within(run)!.rows)
})

test('warm-up rounds do not enter', () => {
  const plan = examplePlan({ warmupRounds: 2 })
  const samples = exampleSamples(plan, place =>
    place.warmup && place.variantIndex === 1 ? 9e9 : driftingNs(place),
  )
  expect(within(driftingRun(plan, samples))!.rows[0]).toMatchObject({ n: 8, voidedRounds: 0 })
})

test('a round with an invalid or missing side is void, and counted', () => {
  const plan = examplePlan({ benchmarks: ['cow'], warmupRounds: 0 })
  const samples = exampleSamples(plan, driftingNs)
  const broken = samples
    .filter(sample => !(sample.round === 3 && sample.variantIndex === 1))
    .map(sample =>
      sample.round === 5 && sample.variantIndex === 0
        ? { ...sample, measurement: exampleMeasurement(1, { valid: false, reason: 'swapped' }) }
        : sample,
    )
  expect(within(driftingRun(plan, broken))!.rows[0]).toMatchObject({ n: 6, voidedRounds: 2 })
})

function loaded(otherProgramsNs: number, isVoid: (sample: Sample) => boolean): Run {
  const counters = { sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs, stolenNs: 0 }
  const samples = exampleSamples(examplePlan(), driftingNs).map(sample => ({
    ...sample,
    measurement: { ...sample.measurement, counters },
    ...(isVoid(sample) ? { voidReason: 'switched out once' } : {}),
  }))
  return driftingRun(examplePlan(), samples)
}

test('a void sample voids its round by its cause, and the rest is judged', () => {
  const { rows, disturbances } = within(loaded(0, ({ round }) => round === 3))!
  expect(rows.map(({ n, voidedRounds, verdict }) => [n, voidedRounds, verdict])).toEqual(
    rows.map(() => [7, 1, 'not-calibrated']),
  )
  expect(disturbances).toEqual([])
})

test('where too few rounds are undisturbed the numbers are of all and there is no verdict', () => {
  const { rows, disturbances } = within(loaded(0, ({ round }) => round > 3))!
  expect(disturbances).toEqual(['In 2 of 2 cells too few rounds were undisturbed for a verdict.'])
  for (const row of rows) {
    expect(row).toMatchObject({ n: 8, verdict: 'disturbed' })
    expect(row.verdictText).toMatch(/^no verdict: \d of 8 rounds were disturbed$/)
    expect(row.percent).toBeCloseTo(10, 6)
  }
})

test('percent and both medians of a row are of the same rounds, whatever is void in the others', () => {
  const plan = examplePlan({ benchmarks: ['cow'], warmupRounds: 0 })
  function timeOf({ round, variantIndex }: SamplePlace): number {
    return 1000 + round + (variantIndex === 1 ? 100 : 0)
  }
  function run(isVoid: (place: SamplePlace) => boolean): Run {
    const samples = exampleSamples(plan, timeOf).map(sample =>
      isVoid(sample) ? { ...sample, voidReason: 'switched out once' } : sample,
    )
    return driftingRun(plan, samples)
  }
  const [ofAll] = within(run(({ round }) => round > 2))!.rows
  expect(ofAll).toMatchObject({ n: 8, verdict: 'disturbed', baselineMedian: 1003.5, variantMedian: 1103.5 })
  const [ofComplete] = within(run(({ round, variantIndex }) => round < 2 && variantIndex === 1))!.rows
  expect(ofComplete).toMatchObject({ n: 6, baselineMedian: 1004.5, variantMedian: 1104.5 })
})

test('without a round that both sides have, each has its own median and there is no change', () => {
  const plan = examplePlan({ benchmarks: ['cow'], warmupRounds: 0 })
  const samples = exampleSamples(plan, () => 1000).map(sample =>
    sample.variantIndex === 1
      ? { ...sample, measurement: exampleMeasurement(1, { valid: false, reason: 'swapped' }) }
      : sample,
  )
  expect(within(driftingRun(plan, samples))!.rows).toMatchObject([
    { n: 0, percent: null, baselineMedian: 1000, variantMedian: null },
  ])
})

test('other programs above their limit leave numbers without verdicts, and are reported with their share', () => {
  const { rows, disturbances } = within(loaded(0.5e8, () => false))!
  expect(disturbances).toEqual(['While “example” was measured, other programs used 50 % of a CPU.'])
  for (const row of rows) {
    expect(row).toMatchObject({ n: 8, verdict: 'disturbed' })
    expect(row.verdictText).toBe('no verdict: other programs used 50 % of a CPU')
    expect(row.percent).toBeCloseTo(10, 6)
  }
})

test('two sides of a round that were taken in different sessions are not paired', () => {
  const plan = examplePlan({ benchmarks: ['cow'], warmupRounds: 0 })
  const samples = exampleSamples(plan, driftingNs)
  const resumedAt = samples.findIndex(sample => sample.round === 4) + 1
  const resumed = samples.map((sample, index) => ({ ...sample, session: Number(index >= resumedAt) }))
  expect(within(driftingRun(plan, resumed))!.rows[0]).toMatchObject({ n: 7, voidedRounds: 1 })
})

test('different runs are compared unpaired, with a warning and with what differs in their environments', () => {
  const one = driftingRun(examplePlan())
  const other = {
    ...driftingRun(examplePlan()),
    environment: {
      ...exampleEnvironment,
      capturedAt: 5,
      facts: { ...exampleFacts, aslr: 0, load: { ...exampleFacts.load, one: 3 } },
    },
  }
  const { rows, differences } = compare([one, 0], [other, 1])
  expect(rows[0]).toMatchObject({ method: 'unpaired', n: 8 })
  expect(rows[0]!.warnings).toContain('unpaired: drift not controlled')
  expect(differences).toEqual([{ field: 'facts.aslr', baseline: '2', variant: '0' }])
})

test('only cells with equal parameters are compared', () => {
  const small = driftingRun(examplePlan({ benchmarks: ['cow', 'anon-cow-seq'], tasks: [1, 2] }))
  const large = driftingRun(examplePlan({ benchmarks: ['anon-cow-seq', 'fork'], tasks: [2, 4] }))
  const { cells } = compare([small, 0], [large, 0])
  expect(cells.map(cell => [cell.benchmark, cell.parameters.tasks])).toEqual([['anon-cow-seq', 2]])
  const other = driftingRun(examplePlan({ sizeBytes: 64 * mebibyte }))
  expect(() => compare([small, 0], [other, 0])).toThrow(/No benchmark was measured with equal size/)
})

test('what only one side has measured is reported', () => {
  const [one, other] = [['cow', 'fork'] as const, ['cow', 'remap'] as const].map(benchmarks =>
    driftingRun(examplePlan({ label: benchmarks[1], benchmarks: [...benchmarks] })),
  )
  const { rows, leftOut } = compare([one!, 0], [other!, 0])
  expect(rows.map(({ cell }) => cell.benchmark)).toEqual(['cow'])
  expect(leftOut).toEqual([
    'fork (32 MiB in folios of 2 MiB) was measured for “a” of fork, not for “a” of remap.',
    'remap (32 MiB in folios of 2 MiB) was measured for “a” of remap, not for “a” of fork.',
  ])
  expect(compare([one!, 0], [one!, 1]).leftOut).toBeUndefined()
})

test('throughput rises with shorter times', () => {
  const run = driftingRun(examplePlan({ benchmarks: ['anon-cow-seq'] }))
  expect(within(run)!.rows[0]!.percent).toBeCloseTo(100 / 1.1 - 100, 6)
})

test('the model is not compared with a kernel, nor full work with accounting alone', () => {
  const kernel = driftingRun(examplePlan())
  expect(() => compare([kernel, 0], [modelRun('full'), 0])).toThrow('measured the time of a kernel')
  expect(() => compare([modelRun('accounting'), 0], [modelRun('full'), 0])).toThrow(
    '“all” measured the model with accounting work, “all” measured the model with full work.',
  )
})

test('a variant that does not exist is named', () => {
  const run = driftingRun(examplePlan())
  expect(() => compare([run, 0], [run, 7])).toThrow(`The run ${run.summary.id} has no variant 7.`)
})

test('with fewer than six rounds there is a change but no interval and no verdict', () => {
  const run = driftingRun(examplePlan({ stopping: { kind: 'rounds', rounds: 5 } }))
  expect(within(run)!.rows[0]).toMatchObject({ n: 5, low: null, high: null, verdict: 'too-few' })
})

const otherAgent = { ...exampleEnvironment, agentVersion: '9.9.9' }
const otherMachine = {
  ...exampleEnvironment,
  facts: { ...exampleFacts, cpu: { ...exampleFacts.cpu, name: 'Another CPU', model: 1 } },
}

const onOneCpu = {
  ...exampleEnvironment,
  facts: { ...exampleFacts, scheduling: { ...usualScheduling, allowedCpus: '1' } },
}

test.each([
  ['another placement', { environment: onOneCpu }, /“a” was measured on all CPUs, “b” on CPU 1 alone/],
  ['other pinning', { plan: examplePlan({ cpus: [1] }) }, /“b” pinned to CPU 1/],
  ['another machine', { environment: otherMachine }, /different machines \(.*; Another CPU/],
  ['another agent', { environment: otherAgent }, /different versions of the agent \(.*; 9\.9\.9\)/],
])('%s is refused with the reason, and compared without verdict on insistence', (_what, change, reason) => {
  const one = driftingRun(examplePlan())
  const other = { ...driftingRun(examplePlan()), ...change }
  expect(() => compare([one, 0], [other, 1])).toThrow(
    expect.objectContaining({ code: 'not-comparable', message: expect.stringMatching(reason) }),
  )
  const { rows, objections } = compareWith({ insist: true }, [one, 0], [other, 1])
  expect(objections).toEqual([expect.stringMatching(reason)])
  for (const row of rows)
    expect(row).toMatchObject({
      verdict: 'not-comparable',
      regionPercent: null,
      percent: expect.closeTo(10, 6),
    })
})

test('cells with other parameters are compared when asked to, and named', () => {
  const one = driftingRun(examplePlan({ benchmarks: ['cow'] }))
  const other = driftingRun(examplePlan({ benchmarks: ['cow'], sizeBytes: 64 * mebibyte }))
  expect(() => compare([one, 0], [other, 1])).toThrow(
    'the baseline has 32 MiB in folios of 2 MiB, “b” 64 MiB in folios of 2 MiB',
  )
  expect(() => compare([one, 0], [one, 1], [other, 1])).toThrow('“b” 64 MiB in folios of 2 MiB')
  const { rows, objections } = compareWith({ insist: true }, [one, 0], [other, 1])
  expect(rows).toMatchObject([{ verdict: 'not-comparable', n: 8 }])
  expect(objections).toEqual([
    'cow was measured with 32 MiB in folios of 2 MiB, by “b” with 64 MiB in folios of 2 MiB',
  ])
  const none = driftingRun(examplePlan({ benchmarks: ['fork'] }))
  expect(() => compareWith({ insist: true }, [one, 0], [none, 0])).toThrow('No benchmark was measured')
})

test('the verdict judges the interval that holds for all rows, with the larger of threshold and floor', () => {
  const plan = examplePlan({ stopping: { kind: 'rounds', rounds: 10 } })
  const run = driftingRun(plan)
  const { rows } = within(run, { references: [], noiseFloor: () => 0.4 })!
  expect(rows[0]).toMatchObject({
    verdict: 'regressed',
    regionPercent: 1,
    regionSource: 'threshold',
    noiseFloorPercent: 0.4,
    p: 2 / 2 ** 10,
    familyP: 4 / 2 ** 10,
  })
  expect(rows[0]!.family!.coverage!).toBeGreaterThanOrEqual(0.975)
  const floored = within(run, { references: [], noiseFloor: () => 20 })!.rows[0]!
  expect(floored).toMatchObject({ verdict: 'no-change', regionPercent: 20, regionSource: 'noise-floor' })
})

test('rounds that are enough for a row and too few for the table give an interval and no verdict', () => {
  const run = driftingRun(examplePlan({ stopping: { kind: 'rounds', rounds: 6 } }))
  const [row] = within(run, { references: [], noiseFloor: () => 0.4 })!.rows
  expect(row).toMatchObject({
    n: 6,
    family: null,
    verdict: 'too-few',
    verdictText: 'no verdict: 2 comparisons need at least 7 rounds, but there are 6; add rounds',
  })
  expect(row!.low).not.toBeNull()
})

test('a run with two kinds of returns is compared kind by kind', () => {
  const stages = ['batch', 'all'].map(scheme => schemeVariant(scheme))
  const plan = examplePlan({ target: 'model', variants: withReturns(stages, ['plain', 'safe-ret']) })
  const comparisons = compareWithin(measuredRun(driftingRun(plan)), nothingKnown)
  expect(
    comparisons.map(({ baseline, variants }) => [baseline, ...variants].map(v => v.variant.label)),
  ).toEqual([
    ['batch', 'all'],
    ['batch (safe-ret)', 'all (safe-ret)'],
  ])
  const warnings = comparisons.flatMap(({ rows }) => rows.flatMap(row => row.warnings))
  expect(warnings.filter(warning => warning.includes('returns'))).toEqual([])
})

test('two boots of one machine, without and with a mitigation, are compared, and the difference is named', () => {
  const plan = examplePlan({ benchmarks: ['fork'], variants: [{ target: 'host', label: 'one' }] })
  const [off, on] = [driftingRun(plan), driftingRun(plan)]
  const { facts } = on.environment
  const other: Run = {
    ...on,
    environment: {
      ...on.environment,
      capturedAt: on.environment.capturedAt + 3_600_000,
      facts: {
        ...facts,
        cpu: {
          ...facts.cpu,
          kernelReturns: { kind: 'safe-ret', source: 'spec_rstack_overflow: Mitigation: Safe RET' },
        },
        kernel: { ...facts.kernel, commandLine: 'quiet spec_rstack_overflow=safe-ret' },
        mitigations: { ...facts.mitigations, spec_rstack_overflow: 'Mitigation: Safe RET' },
        load: { ...facts.load, one: 0.01 },
      },
    },
  }
  const { rows, objections, differences } = compare([off, 0], [other, 0])
  expect(objections).toEqual([])
  expect(rows[0]).toMatchObject({ method: 'unpaired', n: 8, verdict: 'not-calibrated' })
  expect(rows[0]?.low).not.toBeNull()
  expect(differences.map(({ field, variant }) => [field, variant])).toEqual([
    ['facts.cpu.kernelReturns.kind', 'safe-ret'],
    ['facts.cpu.kernelReturns.source', 'spec_rstack_overflow: Mitigation: Safe RET'],
    ['facts.kernel.commandLine', 'quiet spec_rstack_overflow=safe-ret'],
    ['facts.mitigations.spec_rstack_overflow', 'Mitigation: Safe RET'],
  ])
})

test('one kernel with and without boot parameters is compared, and each row names them', () => {
  const kernel = {
    target: 'vm',
    label: 'a',
    kernel: '/k',
    bootParameters: '',
    memoryBytes: 512 * mebibyte,
    cpus: 1,
    clock: 'wall',
  } as const
  const other = { ...kernel, label: 'b', bootParameters: 'spec_rstack_overflow=off' }
  const run = driftingRun(examplePlan({ target: 'vm', benchmarks: ['fork'], variants: [kernel, other] }))
  const { rows } = compareRuns(
    {
      baseline: reference([run, 0]),
      variants: [reference([run, 1])],
      confidence: 0.95,
      thresholdPercent: 1,
      insist: false,
    },
    new Map([[run.summary.id, measuredRun(run)]]),
    nothingKnown,
  )
  expect(rows[0]?.warnings).toContain(
    '“a” has no additional boot parameters, “b” boot parameters “spec_rstack_overflow=off”.',
  )
})

/** A run of one kernel for each machine, which has a processor and pages. */
function guestRun(
  machines: readonly (readonly [processor: 'max' | 'cortex-a72' | undefined, pages: number])[],
) {
  const variants = machines.map(([armProcessor], index) => ({
    ...({ target: 'vm', label: `k${index}`, kernel: '/k', bootParameters: '' } as const),
    ...({ memoryBytes: 512 * mebibyte, cpus: 1, clock: 'instructions' } as const),
    armProcessor,
  }))
  const run = driftingRun(examplePlan({ target: 'vm', benchmarks: ['fork'], variants }))
  const guests = machines.map(([, basePageBytes], variantIndex) => ({
    ...{ variantIndex, emulator: '7.2', accelerator: 'tcg' as const, note: '', bootSeconds: 1 },
    facts: exampleFacts,
    basePageBytes,
  }))
  return { ...run, environment: { ...run.environment, guests } }
}

test('x86-64 beside arm64, and pages of different sizes, are compared on insistence alone', () => {
  const [small, large] = [4096, 16384]
  for (const [machines, objection] of [
    [
      [
        [undefined, small],
        ['max', small],
      ],
      /“k0” ran in an x86-64 virtual machine .*“k1” in an arm64 virtual machine/,
    ],
    [
      [
        ['max', small],
        ['max', large],
      ],
      /“k0” has pages of 4 KiB, “k1” of 16 KiB, and what is counted is counted for each page/,
    ],
  ] as const) {
    const run = guestRun(machines)
    expect(() => compare([run, 0], [run, 1])).toThrow(objection)
    expect(compareWith({ insist: true }, [run, 0], [run, 1]).rows[0]?.verdict).toBe('not-comparable')
    expect(compareWithin(measuredRun(run), nothingKnown)).toEqual([])
  }
})

test('two of Arm’s processors are compared, and each row names them', () => {
  const run = guestRun([
    ['max', 4096],
    ['cortex-a72', 4096],
  ])
  expect(within(run)?.rows[0]?.warnings).toContain(
    '“k0” has the arm64 processor max, “k1” the arm64 processor cortex-a72.',
  )
})

test('where two schemes also return in different ways, each row says so, and no published change stands beside it', () => {
  const variants = [schemeVariant('batch'), schemeVariant('all', { returns: 'safe-ret' })]
  const run = driftingRun(examplePlan({ target: 'model', benchmarks: ['fork'], variants }))
  const { rows, published } = compareRuns(
    {
      baseline: reference([run, 0]),
      variants: [reference([run, 1])],
      confidence: 0.95,
      thresholdPercent: 1,
      insist: false,
    },
    new Map([[run.summary.id, measuredRun(run)]]),
    { ...nothingKnown, references: publishedReferences() },
  )
  expect(rows[0]?.warnings).toContain('“batch” has plain returns, “all” safe RET.')
  expect(published).toEqual([])
})

test('counted instructions are never compared with times, not even when asked to', () => {
  const counted = driftingRun(
    examplePlan({
      target: 'vm',
      variants: [
        {
          target: 'vm',
          label: '6.12',
          kernel: '/boot/6.12',
          bootParameters: '',
          memoryBytes: 512 * mebibyte,
          cpus: 1,
          clock: 'instructions',
        },
      ],
    }),
  )
  const timed = driftingRun(examplePlan())
  for (const sides of [
    [counted, timed],
    [timed, counted],
  ] as const)
    expect(() => compareWith({ insist: true }, [sides[0], 0], [sides[1], 0])).toThrow(
      '“6.12” has counted instructions and “a” times, which cannot be compared.',
    )
})
