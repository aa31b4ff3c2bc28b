/**
 * A run as KernelCI's database takes it: I/O schema 5.3, one test a case
 * with its median as `number`.
 */
import type { Quantity } from '../../contract/benchmark.ts'
import type { Facts } from '../../contract/environment.ts'
import type { Run } from '../../contract/run.ts'
import { machineName } from '../../text/machine-text.ts'
import { isoTime } from '../../text/time-text.ts'
import { nanosecondsPerSecond } from '../../contract/units.ts'
import { systemCases, type SystemCase } from './system-cases.ts'

// Who submits registers a name of its own there; the database takes lower-case
// letters, digits and underscores.
const origin = 'folio_lab'

/** Base units with the prefix that a reader is shown: 0.0073 s as 7.3 ms. */
const units: Readonly<
  Record<Quantity, Readonly<{ unit: string; prefix?: 'metric' | 'binary'; divisor: number }>>
> = {
  time: { unit: 's', prefix: 'metric', divisor: nanosecondsPerSecond },
  throughput: { unit: 'B/s', prefix: 'binary', divisor: 1 },
  instructions: { unit: 'instructions/page', divisor: 1 },
}

/**
 * One JSON document. Of the kernel only what its own `uname` says is known, so
 * a checkout has no commit.
 */
export function kcidbReport(run: Run): object {
  const cases = systemCases(run)
  const kernels = new Map(cases.map(({ facts }) => [buildId(run, facts), facts]))
  return {
    version: { major: 5, minor: 3 },
    checkouts: [...kernels].map(([id, { kernel }]) => ({
      id,
      origin,
      comment: `Linux ${kernel.release}, as the measured machine ran it`,
    })),
    builds: [...kernels].map(([id, { kernel }]) => ({
      id,
      origin,
      checkout_id: id,
      architecture: kernel.architecture.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_'),
      comment: `${kernel.release} ${kernel.version}`,
    })),
    tests: cases.map(one => testOf(run, one)),
  }
}

function testOf(run: Run, one: SystemCase): object {
  const { case: measured, summary, quantity, samples, cellWords, variantWord, facts } = one
  const [first] = samples
  const { divisor, ...unit } = units[quantity]
  return {
    id: `${origin}:${run.summary.id}/${[...cellWords, variantWord].join('/')}`,
    origin,
    build_id: buildId(run, facts),
    path: ['folio_lab', ...cellWords, variantWord].map(pathWord).join('.'),
    comment: `${measured.benchmark} of ${one.variantLabel}`,
    // Without a valid sample the measurement itself failed, which says nothing of the kernel.
    status: summary === null ? 'ERROR' : 'DONE',
    ...(summary === null ? {} : { number: { value: summary.median / divisor, ...unit } }),
    ...(first === undefined ? {} : { start_time: isoTime(first.startedAt) }),
    duration: samples.reduce((total, { roundTripNs }) => total + roundTripNs, 0) / nanosecondsPerSecond,
    environment: {
      comment: machineName(facts),
      misc: { cpu: facts.cpu, thp: facts.thp, frequency: facts.frequency, mitigations: facts.mitigations },
    },
    misc: {
      benchmark: measured.benchmark,
      parameters: measured.parameters,
      variant: one.variant,
      run: { id: run.summary.id, label: run.summary.label, status: run.summary.status },
      agent: run.environment.agentVersion,
      samples: summary?.n ?? 0,
      invalid_samples: one.invalidCount,
      ...(summary?.interval
        ? {
            interval: {
              low: summary.interval.low / divisor,
              high: summary.interval.high / divisor,
              unit: unit.unit,
              coverage: summary.interval.coverage,
            },
          }
        : {}),
    },
  }
}

/** Equal for every case that one kernel of the run was measured by. */
function buildId({ summary }: Run, { kernel }: Facts): string {
  return `${origin}:${summary.id}/${kernel.release}`
}

/** A part of a path there: letters, digits, hyphens and underscores. */
function pathWord(word: string): string {
  return word.replaceAll(/[^A-Za-z0-9_-]/g, '_')
}
