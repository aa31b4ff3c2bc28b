/**
 * One benchmark as one C file that a mailing list can read, compile and run, with
 * the table that it is about.
 */
import { benchmarkOf, isOfKernels, kernelBenchmarkNames, repetitionsOf } from '../../contract/benchmark.ts'
import { cellKey, type Cell } from '../../contract/case.ts'
import type { Comparison } from '../../contract/comparison.ts'
import { Failure } from '../../contract/failure.ts'
import type { Run } from '../../contract/run.ts'
import { gibibyte } from '../../contract/units.ts'
import { processorName } from '../../text/machine-text.ts'
import { comparisonTables } from '../content/comparison-tables.ts'
import { runTables } from '../content/run-tables.ts'
import { renderText } from '../format/text.ts'
import { operations, type Operation } from './c-operations.ts'
import { basics, headers, main, partNames, parts } from './c-parts.ts'

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
// As in the agent (native-bench/host).
const calls = 4096
const ancestors = 16
const tableIndent = ' *   '

/**
 * The file for a cell. `table`: lines that stand in the comment at its head, or none.
 * Compiles without a warning (-Wall -Wextra) and prints one line a sample and the median, in
 * the unit of the benchmark. Throws `unsupported` for what only the model can be asked.
 */
export function reproducer({ benchmark, parameters }: Cell, table: readonly string[]): string {
  if (!isOfKernels(benchmark))
    throw new Failure(
      'unsupported',
      `There is no C file of ${benchmark}, which only the model can be asked.`,
      `Choose one of: ${kernelBenchmarkNames.join(', ')}.`,
    )
  const operation = operations[benchmark]
  return [
    '// SPDX-License-Identifier: MIT',
    '/*',
    ` * ${benchmark}: ${benchmarkOf(benchmark).summary}`,
    ' *',
    ` *   gcc -O2 -Wall -Werror -o repro repro.c && ./repro [SAMPLES]`,
    ...(table.length === 0 ? [] : [' *', ...table.map(tableLine)]),
    ' */',
    '#define _GNU_SOURCE',
    ...[...headers, ...(operation.headers ?? [])].sort().map(name => `#include <${name}>`),
    '',
    ...definitions({ benchmark, parameters }, operation).map(([name, value]) => `#define ${name} ${value}`),
    '',
    basics,
    ...partNames.filter(name => operation.needs.includes(name)).flatMap(name => ['', parts[name]]),
    '',
    operation.source,
    '',
    main,
    '',
  ].join('\n')
}

/** The constants of a file; each is used in it. */
function definitions(
  { benchmark, parameters }: Cell,
  { needs, isShared = false, repeated }: Operation,
): (readonly [string, string | number])[] {
  const { sizeBytes, folioBytes, tasks } = parameters
  const { metric } = benchmarkOf(benchmark)
  const repetitions = repetitionsOf(sizeBytes)
  return [
    ['NAME', `"${benchmark}"`],
    ['UNIT', metric === 'time' ? '"ns"' : '"bytes/s"'],
    ...(repeated === 'parts' ? [['PART', `${sizeBytes}UL`] as const] : []),
    ...(needs.includes('region')
      ? ([
          ['REGION', repeated === 'parts' ? `(${repetitions} * PART)` : `${sizeBytes}UL`],
          ['FOLIO', `${folioBytes}UL`],
          ['ALIGNMENT', `${gibibyte}UL`],
          ['SHARING', isShared ? 'MAP_SHARED' : 'MAP_PRIVATE'],
        ] as const)
      : [['CALLS', calls] as const]),
    ...(repeated === 'again' ? [['REPEAT', repetitions] as const] : []),
    ...(needs.includes('chain') ? [['ANCESTORS', ancestors] as const] : []),
    ...(metric === 'throughput' ? [['TASKS', tasks] as const] : []),
    ['SAMPLES', defaultSamples],
  ]
}

/** Inside a comment: what would end it, or begin another, is taken apart. */
function tableLine(line: string): string {
  return `${tableIndent}${line}`.replaceAll('*/', '* /').replaceAll('/*', '/ *').trimEnd()
}
