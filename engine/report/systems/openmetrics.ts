/** A run as an OpenMetrics text exposition: gauges that a collector or a push gateway takes. */
import type { Quantity } from '../../contract/benchmark.ts'
import { showControls } from '../../text/escape-text.ts'
import type { Run } from '../../contract/run.ts'
import { nanosecondsPerSecond } from '../../contract/units.ts'
import { systemCases, type SystemCase } from './system-cases.ts'

const quantities: Readonly<
  Record<Quantity, Readonly<{ name: string; unit: string; divisor: number; help: string }>>
> = {
  time: {
    name: 'folio_lab_time',
    unit: 'seconds',
    divisor: nanosecondsPerSecond,
    help: 'Time of one operation on the whole region.',
  },
  throughput: {
    name: 'folio_lab_throughput',
    unit: 'bytes_per_second',
    divisor: 1,
    help: 'Bytes written per second, summed over tasks.',
  },
  instructions: {
    name: 'folio_lab_instructions',
    unit: 'instructions_per_page',
    divisor: 1,
    help: 'Instructions counted per base page.',
  },
}

type Labels = Readonly<Record<string, string>>
type Value = Readonly<{ case: SystemCase; statistic: string; value: number }>

/**
 * The median of each case and the ends of its interval, by the label `statistic`; at the
 * moment the run was begun.
 */
export function openMetrics(run: Run): string {
  const seconds = (run.summary.createdAt / 1000).toFixed(3)
  const cases = systemCases(run)
  const gauges = (Object.keys(quantities) as Quantity[]).flatMap(quantity => {
    const { name, unit, divisor, help } = quantities[quantity]
    const family = `${name}_${unit}`
    const values = cases.filter(one => one.quantity === quantity).flatMap(valuesOf)
    if (values.length === 0) return []
    return [
      ...describe(family, 'gauge', help, unit),
      ...values.map(
        ({ case: one, statistic, value }) =>
          `${family}${labelText({ ...labelsOf(run, one), statistic })} ${value / divisor} ${seconds}`,
      ),
    ]
  })
  const samples = 'folio_lab_valid_samples'
  return [
    ...gauges,
    ...describe(samples, 'gauge', 'Valid samples behind the median.'),
    ...cases.map(one => `${samples}${labelText(labelsOf(run, one))} ${one.summary?.n ?? 0} ${seconds}`),
    '# EOF',
    '',
  ].join('\n')
}

function describe(family: string, type: string, help: string, unit?: string): string[] {
  return [
    `# TYPE ${family} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${family} ${unit}`]),
    `# HELP ${family} ${help}`,
  ]
}

function valuesOf(one: SystemCase): Value[] {
  if (one.summary === null) return []
  const { median, interval } = one.summary
  return [
    { case: one, statistic: 'median', value: median },
    ...(interval === null
      ? []
      : [
          { case: one, statistic: 'low', value: interval.low },
          { case: one, statistic: 'high', value: interval.high },
        ]),
  ]
}

function labelsOf(
  { summary }: Run,
  { case: { benchmark, parameters }, variantLabel, facts }: SystemCase,
): Labels {
  return {
    run: summary.id,
    benchmark,
    variant: variantLabel,
    size_bytes: String(parameters.sizeBytes),
    folio_bytes: String(parameters.folioBytes),
    tasks: String(parameters.tasks),
    kernel: facts.kernel.release,
    cpu: facts.cpu.name ?? '',
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return `{${pairs.join(',')}}`
}

/** As the format wants it: backslash, quote and line feed. */
function escapeLabel(value: string): string {
  return showControls(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
}
