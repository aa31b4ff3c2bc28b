/** Memory after a fork, write by write. */
import type { PhoneResult } from '../../contract/phone.ts'
import { kibibyte, type Bytes } from '../../contract/units.ts'
import { formatBytes } from '../../text/size-text.ts'
import { numberCell, right, type Table } from './table.ts'

const rowsInFull = 17 // of a folio of 64 KiB, which the proposal is about

/** The columns of each scheme: folios on the queue in percent, and KiB in use for a folio. */
export function phoneTable(results: readonly PhoneResult[], folioBytes: Bytes): Table {
  const points = results[0]?.scenario.points ?? []
  return {
    title: `Memory after a fork whose child is gone, folios of ${formatBytes(folioBytes)}`,
    keys: 1,
    columns: [
      right('writes'),
      ...results.flatMap(({ label }) => [right(`${label}: queued`), right(`${label}: KiB`)]),
    ],
    rows: [...points.keys()]
      .filter(index => isShown(index, points.length))
      .map(index => [
        numberCell(points[index]?.writes ?? null, String),
        ...results.flatMap(({ scenario }) => {
          const point = scenario.points[index]
          return [
            numberCell(
              point ? (point.queued / scenario.folios) * 100 : null,
              percent => `${formatShare(percent)}%`,
            ),
            numberCell(point ? point.bytes / scenario.folios / kibibyte : null, formatShare),
          ]
        }),
      ]),
    notes: [
      'A process populates folios, forks, and the child ends; then it writes one word of the first page of every folio, of ' +
        'the second, and so on. queued: share of the folios on the deferred-split queue. KiB: in use for a folio, with the ' +
        'copies of its pages.',
      ...results.flatMap(({ label, scenario }) => scenario.warnings.map(warning => `${label}: ${warning}.`)),
    ],
  }
}

/** Of larger folios the powers of two, and the end, where most changes. */
function isShown(index: number, count: number): boolean {
  return count <= rowsInFull || index === 0 || index >= count - 2 || Number.isInteger(Math.log2(index))
}

function formatShare(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}
