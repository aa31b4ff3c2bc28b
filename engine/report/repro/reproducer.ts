/**
 * One benchmark as one C file that a mailing list can read, compile and run, with
 * the table that it is about.
 */
import { benchmarkOf, isPublished, publishedBenchmarkNames } from '../../contract/benchmark.ts'
import { cellKey, type Cell } from '../../contract/case.ts'
import type { Comparison } from '../../contract/comparison.ts'
import { Failure } from '../../contract/failure.ts'
import type { Run } from '../../contract/run.ts'
import { gibibyte } from '../../contract/units.ts'
import { processorName } from '../../text/machine-text.ts'
import { comparisonTables } from '../content/comparison-tables.ts'
import { runTables } from '../content/run-tables.ts'
import { renderText } from '../format/text.ts'
import { headers, main, operations, setUp, shared, sharedParts } from './c-parts.ts'

/**
 * A benchmark of a run, with the run's own table: of its comparisons where there are some, else
 * its medians. Throws `unsupported` for the model, which no kernel executes, and `not-found` for
 * a cell that the run has not.
 */
export function reproducerOf(run: Run, comparisons: readonly Comparison[], cell: Cell): string {
  if (run.plan.target === 'model')
    throw new Failure(
      'unsupported',
      'This run measured the model, which is no kernel: there is nothing that another kernel could repeat.',
      'Choose a run of the kernel (target host or vm).',
    )
  if (!run.cells.some(own => cellKey(own) === cellKey(cell)))
    throw new Failure(
      'not-found',
      `The run has not measured ${cell.benchmark} with these parameters.`,
      `Choose one of: ${run.cells.map(own => own.benchmark).join(', ')}.`,
    )
  const tables =
    comparisons.length > 0 ? comparisons.flatMap(comparison => comparisonTables(comparison)) : runTables(run)
  const table = renderText(tables).trimEnd().split('\n')
  return reproducer(cell, [...kernelWords(run), '', ...table])
}

function kernelWords({ environment: { facts } }: Run): string[] {
  return [`Linux ${facts.kernel.release} on ${processorName(facts)}`]
}

const defaultSamples = 20
const tableIndent = ' *   '

/**
 * The file for a cell. `table`: lines that stand in the comment at its head, or none.
 * Compiles without a warning (-Wall -Wextra) and prints one line a sample and the median, in
 * the unit of the benchmark. Throws `unsupported` for operations that have no such file.
 */
export function reproducer({ benchmark, parameters }: Cell, table: readonly string[]): string {
  const { metric, summary } = benchmarkOf(benchmark)
  if (!isPublished(benchmark))
    throw new Failure(
      'unsupported',
      `There is no C file of ${benchmark}.`,
      `Choose one of: ${publishedBenchmarkNames.join(', ')}.`,
    )
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
