/** What each scheme does for a page, counted. */
import { isReading } from '../../contract/benchmark.ts'
import type { CountedCase } from '../../contract/operation-counts.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'
import { commonParameters } from './words.ts'
import { cellName } from '../../text/cell-text.ts'

/**
 * Counts per page, with 2 MiB folios of 512 pages one operation a folio is 0.002; and those of
 * benchmarks that read per answer, in a table of their own.
 */
export function operationCountsTables(cases: readonly CountedCase[]): Table[] {
  const [reading, others] = [true, false].map(wanted =>
    cases.filter(({ cell }) => isReading(cell.benchmark) === wanted),
  )
  return [
    ...(others && others.length > 0 ? [operationsTable(others)] : []),
    ...(reading && reading.length > 0 ? [answersTable(reading)] : []),
  ]
}

/**
 * What an answer costs, how often a reader had to begin again, and how often the answer was false.
 */
function answersTable(cases: readonly CountedCase[]): Table {
  const cells = cases.map(({ cell }) => cell)
  return {
    title: `Answers about folios, ${commonParameters(cells)}`,
    keys: 2,
    columns: [
      left('benchmark'),
      left('scheme'),
      ...['answers', 'loads', 'retries', 'readers', 'guesses', 'falsely shared', 'falsely exclusive'].map(
        right,
      ),
    ],
    rows: cases.map(({ variant, cell, counts }) => [
      textCell(cellName(cell, cells)),
      textCell(variant),
      numberCell(counts.pages, String),
      numberCell(counts.loads / counts.pages, formatCount),
      ...[
        counts.retries,
        counts.readerQueries,
        counts.readerUncertain,
        counts.readerFalselyShared,
        counts.readerFalselyExclusive,
      ].map(count => numberCell(count, String)),
    ]),
    notes: [
      'loads: per answer. retries: of the task that reads, when a task that writes changed what it read; with one task ' +
        'nobody writes. readers: answers of the concurrent readers (--readers), how many of them were guesses, and how many contradict ' +
        'what the tasks really did: only a scheme that guesses may be wrong.',
    ],
  }
}

function operationsTable(cases: readonly CountedCase[]): Table {
  const cells = cases.map(({ cell }) => cell)
  return {
    title: `Operations per page, ${commonParameters(cells)}`,
    keys: 2,
    columns: [
      left('benchmark'),
      left('scheme'),
      ...['map', 'refs', 'flags', 'locks', 'other', 'loads', 'stores', 'calls'].map(right),
    ],
    rows: cases.map(({ variant, cell, counts }) => [
      textCell(cellName(cell, cells)),
      textCell(variant),
      ...[
        counts.mappingRmw,
        counts.referenceRmw,
        counts.flagRmw,
        counts.lockRmw,
        counts.outsideRmw,
        counts.loads,
        counts.stores,
        counts.calls,
      ].map(count => numberCell(count / counts.pages, formatCount)),
    ]),
    notes: [
      'map, refs, flags, locks, other: atomic read-modify-writes of mapcounts and similar counters, reference counts, flags, ' +
        'locks, and page-table entries. loads, stores: plain ones. calls: of functions that are not inlined.',
    ],
  }
}

/** Whole numbers as such, others to three decimals. */
function formatCount(perPage: number): string {
  return Number.isInteger(perPage) ? String(perPage) : perPage.toFixed(3)
}
