/** What is asked for the answers about folios, and how they are shown. Pure. */
import type { CountedCase, CountRequest } from '../../../engine/contract/operation-counts.ts'
import { kibibyte, mebibyte } from '../../../engine/contract/units.ts'
import { schemeVariant } from '../../../engine/contract/variant.ts'
import { formatBytes } from '../../../engine/text/size-text.ts'

/** With and without a total, values and owners: every way of answering. */
export const usualSchemes = [
  'baseline',
  'mapcount',
  'rmap-id',
  '123',
  'all',
  'upstream-6.10',
  'mm-id',
  'mm-id-nopagemapcount',
] as const

const regionBytes = 4 * mebibyte // the fewer the folios, the oftener readers and writers meet
const folioSizes = [16 * kibibyte, 64 * kibibyte, 2 * mebibyte]

/** One task reads, one writes, and a reader beside them checks each answer against the truth. */
export function answersRequest(schemes: readonly string[]): CountRequest {
  return {
    variants: schemes.map(scheme => schemeVariant(scheme, { readers: 1 })),
    cells: folioSizes.map(folioBytes => ({
      benchmark: 'read-shared' as const,
      parameters: { sizeBytes: regionBytes, folioBytes, tasks: 2 },
    })),
  }
}

export const answerColumns = [
  'Loads per answer',
  'Retries',
  'Answers checked',
  'Guesses',
  'Falsely shared',
  'Falsely exclusive',
] as const

export type AnswerRow = Readonly<{
  scheme: string
  folio: string
  figures: readonly string[]
  /** Whether an answer was false; of guesses it may be. */
  isFalse: boolean
}>

/** The cases of a scheme stand together. */
export function answerRows(cases: readonly CountedCase[]): readonly AnswerRow[] {
  const schemes = [...new Set(cases.map(({ variant }) => variant))]
  return schemes
    .flatMap(scheme => cases.filter(({ variant }) => variant === scheme))
    .map(({ variant, cell, counts }) => ({
      scheme: variant,
      folio: formatBytes(cell.parameters.folioBytes),
      figures: [
        (counts.loads / counts.pages).toFixed(1),
        ...[
          counts.retries,
          counts.readerQueries,
          counts.readerUncertain,
          counts.readerFalselyShared,
          counts.readerFalselyExclusive,
        ].map(count => count.toLocaleString('en-US')),
      ],
      isFalse: counts.readerFalselyShared + counts.readerFalselyExclusive > 0,
    }))
}
