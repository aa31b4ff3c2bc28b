/** One benchmark as one C file that a mailing list can read, compile and run, with the table that it is about. */
import { benchmarkOf } from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import { gibibyte } from '../../contract/units.ts'
import { headers, main, operations, setUp, shared, sharedParts } from './c-parts.ts'

const defaultSamples = 20
const tableIndent = ' *   '

/**
 * The file for a cell. `table`: lines that stand in the comment at its head, or none. Compiles without a warning
 * (-Wall -Wextra) and prints one line a sample and the median, in the unit of the benchmark.
 */
export function reproducer({ benchmark, parameters }: Cell, table: readonly string[]): string {
  const { metric, summary } = benchmarkOf(benchmark)
  const { needs, source } = operations[benchmark]
  const { sizeBytes, folioBytes, tasks } = parameters
  return [
    '// SPDX-License-Identifier: MIT',
    '/*',
    ` * ${benchmark}: ${summary}`,
    ' *',
    ` *   gcc -O2 -Wall -Werror -o repro repro.c && ./repro [SAMPLES]`,
    ...(table.length === 0 ? [] : [' *', ...table.map(tableLine)]),
    ' */',
    headers,
    '',
    `#define NAME "${benchmark}"`,
    `#define UNIT "${metric === 'time' ? 'ns' : 'bytes/s'}"`,
    `#define REGION ${sizeBytes}UL`,
    `#define FOLIO ${folioBytes}UL`,
    `#define ALIGNMENT ${gibibyte}UL`,
    ...(metric === 'throughput' ? [`#define TASKS ${tasks}`] : []),
    `#define SAMPLES ${defaultSamples}`,
    '',
    setUp,
    ...sharedParts.filter(part => needs.includes(part)).flatMap(part => ['', shared[part]]),
    '',
    source,
    '',
    main,
    '',
  ].join('\n')
}

/** Inside a comment: what would end it, or begin another, is taken apart. */
function tableLine(line: string): string {
  return `${tableIndent}${line}`.replaceAll('*/', '* /').replaceAll('/*', '/ *').trimEnd()
}
