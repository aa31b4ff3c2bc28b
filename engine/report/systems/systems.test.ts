import parsePrometheus from 'parse-prometheus-text-format'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { mebibyte } from '../../contract/units.ts'
import type { Run } from '../../contract/run.ts'
import { exampleMeasurement, examplePlan, exampleSamples, runOf } from '../../../test/fixtures/run.ts'
import { filesForSystem } from './for-system.ts'
import type { OtherSystem } from '../../contract/other-system.ts'

/**
 * Two variants whose labels need care, a benchmark of each metric, eight
 * rounds after one of warm-up.
 */
function exampleRun(): Run {
  const plan = examplePlan({
    benchmarks: ['cow', 'anon-cow-seq'],
    tasks: [2],
    variants: [
      { target: 'host', label: 'before' },
      { target: 'host', label: 'after "6.17" \\ <fix>' },
    ],
  })
  const samples = exampleSamples(
    plan,
    ({ round, variantIndex }) => 2_000_000 * (1 + 0.01 * (round % 5)) * (variantIndex === 0 ? 1 : 1.2),
  )
  return runOf(plan, samples)
}

const run = exampleRun()

function only(system: OtherSystem, of: Run = run): string {
  const files = filesForSystem(of, system)
  expect(files).toHaveLength(1)
  return files[0]?.text ?? ''
}

/** The run with no valid sample of its first cell. */
function failedRun(): Run {
  const invalid = exampleMeasurement(1, { valid: false, reason: 'swapped' })
  return {
    ...run,
    samples: run.samples.map(sample =>
      sample.cellIndex === 0 ? { ...sample, measurement: invalid } : sample,
    ),
  }
}

// KCIDB's I/O schema 5.3 as published (kcidb_io/schema/v05_03.py): names, patterns and what is
// required. Nothing else is allowed in an object, and nothing is null.
const originId = z.string().regex(/^[a-z0-9_]+:.*$/)
const origin = z.string().regex(/^[a-z0-9_]+$/)
const path = z.string().regex(/^([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?$/)
const schema = z.strictObject({
  version: z.strictObject({ major: z.literal(5), minor: z.int().min(0).max(3) }),
  checkouts: z.array(z.strictObject({ id: originId, origin, comment: z.string() })),
  builds: z.array(
    z.strictObject({
      id: originId,
      origin,
      checkout_id: originId,
      architecture: z.string().regex(/^[a-z0-9_]*$/),
      comment: z.string(),
    }),
  ),
  tests: z.array(
    z.strictObject({
      id: originId,
      origin,
      build_id: originId,
      path,
      comment: z.string(),
      status: z.enum(['FAIL', 'ERROR', 'MISS', 'PASS', 'DONE', 'SKIP']),
      number: z
        .strictObject({
          value: z.number(),
          unit: z.string().optional(),
          prefix: z.enum(['metric', 'binary']).optional(),
        })
        .optional(),
      start_time: z.iso.datetime(),
      duration: z.number(),
      environment: z.strictObject({ comment: z.string(), misc: z.looseObject({}) }),
      misc: z.looseObject({
        interval: z
          .strictObject({ low: z.number(), high: z.number(), unit: z.string(), coverage: z.number() })
          .optional(),
      }),
    }),
  ),
})

describe('kcidb', () => {
  it('gets a report of its schema whose tests, builds and checkouts belong together', () => {
    const report = schema.parse(JSON.parse(only('kcidb')))
    expect(report.tests).toHaveLength(4)
    expect(new Set(report.tests.map(({ id }) => id)).size).toBe(4)
    expect(new Set(report.tests.map(test => test.path)).size).toBe(4)
    expect(report.builds.map(({ id }) => id)).toEqual([report.tests[0]?.build_id])
    expect(report.checkouts.map(({ id }) => id)).toEqual([report.builds[0]?.checkout_id])
  })

  it('gets medians in base units with the prefix to show, and their intervals', () => {
    const [time, , throughput] = schema.parse(JSON.parse(only('kcidb'))).tests
    expect(time?.status).toBe('DONE')
    expect(time?.number).toEqual({ value: expect.closeTo(0.00204, 9) as number, unit: 's', prefix: 'metric' })
    expect(time?.misc.interval).toMatchObject({ low: 0.002, high: 0.00208, unit: 's' })
    expect(throughput?.number).toMatchObject({ unit: 'B/s', prefix: 'binary' })
    expect(throughput?.number?.value).toBeCloseTo((8192 * 1e9) / 2_040_000, -3)
  })

  it('is told that the measurement of a case without a valid sample failed, not the kernel', () => {
    const [test] = schema.parse(JSON.parse(only('kcidb', failedRun()))).tests
    expect(test?.status).toBe('ERROR')
    expect(test?.number).toBeUndefined()
  })

  it('does not get the kernel command line', () => {
    expect(only('kcidb')).not.toContain('commandLine')
  })
})

/** As LAVA reads a signal: its name, then words of a key and a value, split like a shell does. */
const signal = /^<LAVA_SIGNAL_(\S+) ([^>]+)>$/
const measurements = /^\d{1,10}\.\d{1,10}$/ // what its database holds

function signals(text: string): Record<string, string>[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => {
      const [, name, words = ''] = signal.exec(line) ?? []
      expect(name).toBe('TESTCASE')
      return Object.fromEntries(words.split(' ').map(word => word.split('=') as [string, string]))
    })
}

describe('LAVA', () => {
  it('gets a measurement with its unit for each case, and for each end of its interval', () => {
    const found = signals(only('lava'))
    expect(found).toHaveLength(12)
    expect(new Set(found.map(({ TEST_CASE_ID }) => TEST_CASE_ID)).size).toBe(12)
    expect(found[0]).toEqual({
      TEST_CASE_ID: 'cow-32MiB-2MiB-x1-before',
      RESULT: 'pass',
      UNITS: 'ns',
      MEASUREMENT: '2040000.000',
    })
    for (const { TEST_CASE_ID, MEASUREMENT } of found) {
      expect(TEST_CASE_ID).toMatch(/^[\w.-]+$/)
      expect(MEASUREMENT).toMatch(measurements)
    }
  })

  it('gets a failed case where no sample was valid', () => {
    expect(signals(only('lava', failedRun()))[0]).toEqual({
      TEST_CASE_ID: 'cow-32MiB-2MiB-x1-before',
      RESULT: 'fail',
    })
  })
})

describe('lkp', () => {
  it('gets for each variant the values of every statistic in the order of rounds', () => {
    const matrices = z
      .record(z.string(), z.record(z.string(), z.array(z.union([z.number(), z.string()]))))
      .parse(JSON.parse(only('lkp')))
    expect(Object.keys(matrices)).toEqual(['before', 'after_6.17_fix_'])
    const { stats_source: sources, ...statistics } = matrices.before ?? {}
    expect(sources).toHaveLength(8)
    expect(Object.keys(statistics)).toEqual([
      'folio-lab.cow.32MiB.2MiB.x1.ns_per_op',
      'folio-lab.anon-cow-seq.32MiB.2MiB.x2.bytes_per_second',
    ])
    expect(statistics['folio-lab.cow.32MiB.2MiB.x1.ns_per_op']).toEqual(
      [1, 2, 3, 4, 0, 1, 2, 3].map(step => expect.closeTo(2_000_000 * (1 + 0.01 * step), 3) as number),
    )
  })
})

describe('mmtests', () => {
  /** What its module for libMicro takes of a file. */
  const mean = /^#\s+mean of 95.*\s(\S+)$/m

  it('gets an iteration a round, with a file a case that its libMicro module reads', () => {
    const files = filesForSystem(run, 'mmtests')
    expect(files).toHaveLength(2 * 2 * 8)
    expect(new Set(files.map(file => file.path)).size).toBe(files.length)
    const [first] = files
    expect(first?.path).toBe('before/iter-0/libmicro/logs/cow-32MiB-2MiB-x1.log')
    expect(Number(mean.exec(first?.text ?? '')?.[1])).toBeCloseTo(2020, 6)
  })

  it('gets throughput as time, since its libMicro knows nothing of which more is better', () => {
    const file = filesForSystem(run, 'mmtests').find(one => one.path.includes('us-per-MiB'))
    const bytesPerSecond = (8192 * 1e9) / 2_020_000
    expect(Number(mean.exec(file?.text ?? '')?.[1])).toBeCloseTo((1e6 * mebibyte) / bytesPerSecond, 3)
  })
})

describe('OpenMetrics', () => {
  it('gets gauges that another parser reads back', () => {
    const families = parsePrometheus(only('openmetrics'))
    expect(families.map(({ name, type }) => [name, type])).toEqual([
      ['folio_lab_time_seconds', 'GAUGE'],
      ['folio_lab_throughput_bytes_per_second', 'GAUGE'],
      ['folio_lab_valid_samples', 'GAUGE'],
    ])
    const [times] = families
    expect(
      times?.metrics.map(({ labels, value }) => [labels?.variant, labels?.statistic, Number(value)]),
    ).toEqual([
      ['before', 'median', expect.closeTo(0.00204, 9)],
      ['before', 'low', expect.closeTo(0.002, 9)],
      ['before', 'high', expect.closeTo(0.00208, 9)],
      ['after "6.17" \\ <fix>', 'median', expect.closeTo(0.002448, 9)],
      ['after "6.17" \\ <fix>', 'low', expect.closeTo(0.0024, 9)],
      ['after "6.17" \\ <fix>', 'high', expect.closeTo(0.002496, 9)],
    ])
  })

  it('gets units in the names of gauges, and an end', () => {
    const lines = only('openmetrics').split('\n')
    expect(lines.filter(line => line.startsWith('# UNIT'))).toEqual([
      '# UNIT folio_lab_time_seconds seconds',
      '# UNIT folio_lab_throughput_bytes_per_second bytes_per_second',
    ])
    expect(lines.slice(-2)).toEqual(['# EOF', ''])
  })
})
