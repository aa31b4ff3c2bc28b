/**
 * A run as lkp-tests keeps results: for each variant what it calls a matrix, one column a sample.
 */
import type { Quantity } from '../../contract/benchmark.ts'
import type { Run } from '../../contract/run.ts'
import { systemCases, type SystemCase } from './system-cases.ts'

const units: Readonly<Record<Quantity, string>> = {
  time: 'ns_per_op',
  throughput: 'bytes_per_second',
  instructions: 'instructions_per_page',
}

type Matrix = Readonly<Record<string, readonly (number | string)[]>>

/**
 * By the word of each variant an object that can be stored as `matrix.json` in a result root of
 * its own: the values of each statistic in the order of rounds, and in `stats_source` where
 * each column is from. A round whose sample is not valid is left out of its statistic, as lkp
 * leaves out a run that failed.
 */
export function lkpMatrices(run: Run): Readonly<Record<string, Matrix>> {
  const cases = systemCases(run)
  const words = [...new Set(cases.map(({ variantWord }) => variantWord))]
  return Object.fromEntries(
    words.map(word => [
      word,
      matrixOf(
        run,
        cases.filter(one => one.variantWord === word),
      ),
    ]),
  )
}

function matrixOf({ summary }: Run, cases: readonly SystemCase[]): Matrix {
  const columns = Math.max(0, ...cases.map(({ values }) => values.length))
  return {
    ...Object.fromEntries(
      cases
        .filter(({ values }) => values.length > 0)
        .map(({ cellWords, quantity, values }) => [
          `folio-lab.${cellWords.join('.')}.${units[quantity]}`,
          values,
        ]),
    ),
    stats_source: Array.from({ length: columns }, (_, index) => `folio-lab/${summary.id}/${index}`),
  }
}
