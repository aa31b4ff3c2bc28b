/**
 * The raw samples of a cell as rows of a table: order, filter, columns, and the same as text. Pure.
 */
import type { CaseSample } from '../../../engine/contract/case-details.ts'
import { shownFigures } from '../../../engine/contract/sample.ts'
import { formatScaled, type Scale } from '../../../engine/text/value-text.ts'
import { kindOf, remarkOf, type PlacedSide } from './case-details.ts'
import { formatCount } from '../../../engine/text/format.ts'
import type { TableOrder } from '../../view-models/table-order.ts'
import { csvTable, markdownTable } from '../../ui/table-text.ts'

const ownColumns = [
  { key: 'order', title: 'Sample', isNumber: true },
  { key: 'variant', title: 'Variant', isNumber: false },
  { key: 'round', title: 'Round', isNumber: true },
  { key: 'value', title: 'Value', isNumber: true },
  { key: 'deviation', title: 'From median', isNumber: true },
  { key: 'session', title: 'Session', isNumber: true },
  { key: 'startedAt', title: 'Started', isNumber: false },
  { key: 'kind', title: 'Counts', isNumber: false },
  { key: 'remark', title: 'Remark', isNumber: false },
] as const
type OwnColumn = (typeof ownColumns)[number]['key']

/** A column of the table itself, or one that a field of the measurement has asked for. */
export type SampleColumn = OwnColumn | `figure:${string}`

const figureColumns = shownFigures.map(({ key, title }) => ({
  key: `figure:${key}` as const,
  title,
  isNumber: true,
}))

/** Remarks come last, since they are as long as they have to be. */
export const sampleColumns: readonly Readonly<{ key: SampleColumn; title: string; isNumber: boolean }>[] = [
  ...ownColumns.slice(0, -1),
  ...figureColumns,
  ...ownColumns.slice(-1),
]

/** Shown at first; the others can be chosen. */
export const usualColumns: readonly SampleColumn[] = [
  'order',
  'variant',
  'round',
  'value',
  'deviation',
  'kind',
  ...figureColumns.map(({ key }) => key),
  'remark',
]

export const sampleFilters = ['all', 'outliers', 'invalid'] as const
export type SampleFilter = (typeof sampleFilters)[number]

export type SampleRow = Readonly<{
  key: string
  sample: CaseSample
  variant: string
  /** Percent from the median of its side; null without a value. */
  deviation: number | null
  kind: string
  remark: string
}>

const deviationDecimals = 2

const kindWords = {
  counted: 'yes',
  outlier: 'yes, outlier',
  warmup: 'no, warm-up',
  invalid: 'no, invalid',
} as const

/** Rows of both sides in the order of time. */
export function sampleRows(sides: readonly PlacedSide[]): readonly SampleRow[] {
  return sides
    .flatMap(({ side, place, label }) =>
      side.samples.map(sample => ({
        key: `${place}/${sample.scheduleIndex}`,
        sample,
        variant: label,
        deviation:
          sample.value === null || side.summary === null
            ? null
            : (sample.value / side.summary.median - 1) * 100,
        kind: kindWords[kindOf(sample)],
        remark: remarkOf(sample),
      })),
    )
    .sort((one, other) => one.sample.startedAt - other.sample.startedAt)
}

/** Rows of a kind whose variant, remark or kind contains the words. */
export function filterSamples(
  rows: readonly SampleRow[],
  filter: SampleFilter,
  words: string,
): readonly SampleRow[] {
  const wanted = words.trim().toLowerCase()
  return rows.filter(({ sample, variant, kind, remark }) => {
    if (filter === 'outliers' && !sample.outlier) return false
    if (filter === 'invalid' && kindOf(sample) !== 'invalid') return false
    return wanted === '' || [variant, kind, remark].some(text => text.toLowerCase().includes(wanted))
  })
}

/** Rows without a value come last in either direction. */
export function sortSamples(
  rows: readonly SampleRow[],
  { key, descending }: TableOrder<SampleColumn>,
): readonly SampleRow[] {
  const sign = descending ? -1 : 1
  return [...rows].sort((one, other) => {
    const [a, b] = [sortValue(one, key), sortValue(other, key)]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    if (typeof a === 'string' || typeof b === 'string') return sign * String(a).localeCompare(String(b))
    return sign * (a - b)
  })
}

function sortValue(row: SampleRow, key: SampleColumn): string | number | null {
  return isFigure(key) ? figureOf(row.sample, key) : ownValue(row, key)
}

function isFigure(key: SampleColumn): key is `figure:${string}` {
  return key.startsWith('figure:')
}

/** Null where the sample does not have it. */
function figureOf({ figures }: CaseSample, key: `figure:${string}`): number | null {
  return figures[key.slice('figure:'.length)] ?? null
}

function ownValue(
  { sample, variant, deviation, kind, remark }: SampleRow,
  key: OwnColumn,
): string | number | null {
  switch (key) {
    case 'order':
      return sample.scheduleIndex
    case 'variant':
      return variant
    case 'round':
      return sample.round
    case 'value':
      return sample.value
    case 'deviation':
      return deviation
    case 'session':
      return sample.session
    case 'startedAt':
      return sample.startedAt
    case 'kind':
      return kind
    case 'remark':
      return remark === '' ? null : remark
  }
}

/** What stands in a cell of the table. */
export function sampleText(row: SampleRow, key: SampleColumn, scale: Scale): string {
  if (!isFigure(key)) return ownText(row, key, scale)
  const figure = figureOf(row.sample, key)
  return figure === null ? '–' : formatCount(figure)
}

function ownText(
  { sample, variant, deviation, kind, remark }: SampleRow,
  key: OwnColumn,
  scale: Scale,
): string {
  switch (key) {
    case 'order':
      return String(sample.scheduleIndex + 1)
    case 'variant':
      return variant
    case 'round':
      return String(sample.round + 1)
    case 'value':
      return sample.value === null ? '–' : formatScaled(sample.value, scale)
    case 'deviation':
      return deviation === null
        ? '–'
        : `${deviation < 0 ? '\u2212' : '+'}${Math.abs(deviation).toFixed(deviationDecimals)} %`
    case 'session':
      return String(sample.session + 1)
    case 'startedAt':
      return timeFormat.format(sample.startedAt)
    case 'kind':
      return kind
    case 'remark':
      return remark
  }
}

const timeFormat = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', dateStyle: 'short' })

/** The head of a column, with the unit of its numbers. */
export function titleOf(key: SampleColumn, scale: Scale): string {
  const title = sampleColumns.find(column => column.key === key)?.title ?? key
  return key === 'value' ? `${title} in ${scale.unit}` : title
}

/** What is shown, as a Markdown table. */
export function samplesAsMarkdown(
  rows: readonly SampleRow[],
  columns: readonly SampleColumn[],
  scale: Scale,
): string {
  const shown = sampleColumns.filter(({ key }) => columns.includes(key))
  return markdownTable(
    shown.map(({ key, isNumber }) => ({ title: titleOf(key, scale), isNumber })),
    rows.map(row => shown.map(({ key }) => sampleText(row, key, scale))),
  )
}

/**
 * What is shown, as CSV for programs: the same digits, in the units that the names of columns say.
 */
export function samplesAsCsv(
  rows: readonly SampleRow[],
  columns: readonly SampleColumn[],
  scale: Scale,
): string {
  const units: Partial<Record<SampleColumn, string>> = { value: scale.unit, deviation: '%' }
  return csvTable(
    columns.map(key => csvName(key, units[key])),
    rows.map(row => columns.map(key => rawValue(row, key, scale))),
  )
}

function csvName(key: SampleColumn, unit: string | undefined): string {
  const name = key.replace('figure:', '')
  return unit === undefined ? name : `${name} (${unit})`
}

function rawValue(row: SampleRow, key: SampleColumn, scale: Scale): string | number | null {
  const value = sortValue(row, key)
  if (key === 'startedAt') return new Date(row.sample.startedAt).toISOString()
  if (typeof value !== 'number') return value
  if (key === 'value') return Number(formatScaled(value, scale))
  if (key === 'deviation') return Number(value.toFixed(deviationDecimals))
  return ordinals.has(key) ? value + 1 : value
}

/** Counted from one, as on the screen. */
const ordinals: ReadonlySet<SampleColumn> = new Set(['order', 'round', 'session'])
