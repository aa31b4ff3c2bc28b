/**
 * A run as the lines by which a job on LAVA records measurements; printed there,
 * each becomes a test case.
 */
import type { Quantity } from '../../contract/benchmark.ts'
import type { Run } from '../../contract/run.ts'
import { systemCases } from './system-cases.ts'

const units: Readonly<Record<Quantity, string>> = {
  time: 'ns',
  throughput: 'bytes/s',
  instructions: 'instructions/page',
}

const decimals = 3 // a thousandth of a nanosecond; LAVA stores ten

/**
 * The median of each case, and the ends of its interval as cases of their own; a case
 * without a valid sample fails.
 */
export function lavaLines(run: Run): string {
  return systemCases(run)
    .flatMap(({ cellWords, variantWord, summary, quantity }) => {
      const name = [...cellWords, variantWord].join('-')
      if (summary === null) return [`<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=${name} RESULT=fail>`]
      const { median, interval } = summary
      const ends =
        interval === null
          ? []
          : ([
              ['low', interval.low],
              ['high', interval.high],
            ] as const)
      return [
        line(name, median, quantity),
        ...ends.map(([end, value]) => line(`${name}-${end}`, value, quantity)),
      ]
    })
    .map(text => `${text}\n`)
    .join('')
}

function line(name: string, value: number, quantity: Quantity): string {
  return `<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=${name} RESULT=pass UNITS=${units[quantity]} MEASUREMENT=${value.toFixed(decimals)}>`
}
