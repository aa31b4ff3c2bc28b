/**
 * A run as a folder that mmtests reads: a name a variant, an iteration a round, laid out as the
 * results of libMicro, the one of its benchmarks whose cases may have any name. Compared there with
 * `compare-mmtests.pl --directory FOLDER --benchmark libmicro --names BASELINE,VARIANT`.
 */
import type { Quantity } from '../../contract/benchmark.ts'
import type { ExportedFile } from '../../contract/other-system.ts'
import type { Run } from '../../contract/run.ts'
import { mebibyte } from '../../contract/units.ts'
import { systemCases, type SystemCase } from './system-cases.ts'

const decimals = 6 // of a microsecond, mmtests' unit here

/**
 * One file a case and round, with its microseconds; less is better everywhere, so a throughput
 * is reported as time per MiB.
 */
export function mmtestsFolder(run: Run): ExportedFile[] {
  return systemCases(run).flatMap(one =>
    one.values.map((value, iteration) => ({
      path: `${one.variantWord}/iter-${iteration}/libmicro/logs/${nameOf(one)}.log`,
      text: `# mean of 95% ${microseconds(value, one.quantity).toFixed(decimals)}\n`,
    })),
  )
}

function nameOf({ cellWords, quantity }: SystemCase): string {
  const suffix: Readonly<Record<Quantity, readonly string[]>> = {
    time: [],
    throughput: ['us-per-MiB'],
    instructions: ['instructions'],
  }
  return [...cellWords, ...suffix[quantity]].join('-')
}

function microseconds(value: number, quantity: Quantity): number {
  switch (quantity) {
    case 'time':
      return value / 1000
    case 'throughput':
      return (1e6 * mebibyte) / value
    case 'instructions':
      return value
  }
}
