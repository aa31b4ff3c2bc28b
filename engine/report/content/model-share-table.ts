/** How much of an operation of the running kernel the model holds, measured. */
import type { BenchmarkName } from '../../contract/benchmark.ts'
import type { Run } from '../../contract/run.ts'
import { sampleValue } from '../../contract/sample.ts'
import { formatBytes } from '../../text/size-text.ts'
import { basePageBytes, type Bytes, type Percent } from '../../contract/units.ts'
import { compareUnpaired } from '../../statistics/comparison.ts'
import type { RoundValue } from '../../statistics/log-ratio.ts'
import { median } from '../../statistics/quantile.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'

export type ModelShare = Readonly<{
  folioBytes: Bytes
  benchmark: BenchmarkName
  /** Medians for a base page; null where no sample counts. */
  modelNsPerPage: number | null
  hostNsPerPage: number | null
  /** Samples that count, of the side with fewer. */
  n: number
  /**
   * Percent of the kernel's time that the model takes, with the ends of its 95 %
   * interval where there is one.
   */
  share: Readonly<{ percent: Percent; low: Percent | null; high: Percent | null }> | null
}>

/**
 * Of two runs with the same benchmarks and folio size, each of one variant. What was
 * disturbed counts for nothing.
 */
export function modelShares(model: Run, host: Run): ModelShare[] {
  return model.cells.map(({ benchmark, parameters: { folioBytes } }) => {
    const [ofModel, ofHost] = [valuesOf(model, benchmark), valuesOf(host, benchmark)]
    return {
      folioBytes,
      benchmark,
      modelNsPerPage: medianOf(ofModel),
      hostNsPerPage: medianOf(ofHost),
      n: Math.min(ofModel.length, ofHost.length),
      share: shareOf(ofModel, ofHost),
    }
  })
}

/** Nanoseconds for a base page. */
function valuesOf({ cells, samples }: Run, benchmark: BenchmarkName): RoundValue[] {
  const cellIndex = cells.findIndex(cell => cell.benchmark === benchmark)
  const pages = (cells[cellIndex]?.parameters.sizeBytes ?? NaN) / basePageBytes
  return samples.flatMap(sample => {
    if (sample.cellIndex !== cellIndex || sample.warmup || sample.voidReason !== undefined) return []
    const value = sampleValue(benchmark, 'wall', sample.measurement)
    return value === null ? [] : [{ round: sample.round, value: value / pages }]
  })
}

function medianOf(values: readonly RoundValue[]): number | null {
  const numbers = values.flatMap(({ value }) => (value === null ? [] : [value]))
  return numbers.length === 0 ? null : median(numbers)
}

/** The change from the kernel to the model, as what is left: −80 % is a share of 20 %. */
function shareOf(model: readonly RoundValue[], host: readonly RoundValue[]): ModelShare['share'] {
  const { percent, low, high } = compareUnpaired(host, model, { better: 'less', noiseFloorPercent: null })
  if (percent === null) return null
  return {
    percent: 100 + percent,
    low: low === null ? null : 100 + low,
    high: high === null ? null : 100 + high,
  }
}

/** Times of the model beside those of the kernel that it models, and their share in percent. */
export function modelShareTable(
  shares: readonly ModelShare[],
  { scheme, returns, release }: Readonly<{ scheme: string; returns: string; release: string }>,
  disturbances: readonly string[],
): Table {
  return {
    title: `The model (${scheme}, ${returns}) compared with Linux ${release}, nanoseconds per base page`,
    keys: 2,
    columns: [
      left('folio'),
      left('operation'),
      right('model'),
      right('kernel'),
      right('n'),
      right('explained by the model'),
    ],
    rows: shares.map(({ folioBytes, benchmark, modelNsPerPage, hostNsPerPage, n, share }) => [
      textCell(formatBytes(folioBytes)),
      textCell(benchmark),
      numberCell(modelNsPerPage, value => value.toFixed(1)),
      numberCell(hostNsPerPage, value => value.toFixed(1)),
      numberCell(n, String),
      { text: shareText(share), value: share?.percent ?? null },
    ]),
    notes: [
      'The rest is everything else the kernel does in a system call or a fault, and memory costs.',
      'In brackets: the 95 % interval of each share. n: undisturbed samples of the side that has fewer.',
      ...disturbances,
    ],
  }
}

function shareText(share: ModelShare['share']): string {
  if (share === null) return '-'
  const { percent, low, high } = share
  const interval = low === null || high === null ? 'too few samples' : `${low.toFixed(1)}, ${high.toFixed(1)}`
  return `${percent.toFixed(1)} % [${interval}]`
}
