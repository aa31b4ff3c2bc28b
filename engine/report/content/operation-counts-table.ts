/** What each scheme does for a page, counted. */
import type { CountedCase } from '../../contract/operation-counts.ts'
import { left, numberCell, right, textCell, type Table } from '../format/table.ts'
import { commonParameters } from '../words.ts'
import { cellName } from '../../text/cell-text.ts'

/** Counts per page: with 2 MiB folios of 512 pages, one operation a folio is 0.002. */
export function operationCountsTable(cases: readonly CountedCase[]): Table {
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
      'map, refs, flags, locks, other: atomic read-modify-writes of mapcounts and their like, reference counts, flags, ' +
        'locks, and page-table entries. loads, stores: plain ones. calls: of functions that are not inlined.',
    ],
  }
}

/** Whole numbers as such, others to three decimals. */
function formatCount(perPage: number): string {
  return Number.isInteger(perPage) ? String(perPage) : perPage.toFixed(3)
}
