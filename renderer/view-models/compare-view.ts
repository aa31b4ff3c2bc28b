/**
 * Everything that the Compare screen shows, as it stands in the address, so that a view can be
 * reopened and sent. Pure.
 */
import type { CompareRequest } from '../../engine/contract/comparison.ts'
import { choiceFromQuery, choiceToQuery, type Choice } from './compare-query.ts'

export const chartKinds = ['bars', 'forest', 'scaling', 'folios'] as const
export type ChartKind = (typeof chartKinds)[number]

/** The ways of looking at the samples of one cell. */
export const detailLooks = ['order', 'rounds', 'strip', 'histogram', 'distribution'] as const
export type DetailLook = (typeof detailLooks)[number]

/** Percent; what a change must exceed to be of interest. */
export const thresholds = [0.5, 1, 2, 5] as const
const usualThreshold = 1

export type CompareView = Readonly<{
  choice: Choice
  /** Benchmarks as rows instead of columns. */
  isTransposed: boolean
  /** Key of the published table that is overlaid; null for none. */
  published: string | null
  chart: ChartKind
  thresholdPercent: number
  /** Whether to compare what was not measured alike. */
  insist: boolean
  /** The key of the matrix cell that is open; null for none. */
  openCell: string | null
  look: DetailLook
}>

type Query = Readonly<Record<string, unknown>>

/** What an address says; whatever it does not, or wrongly, is as usual. */
export function viewFromQuery(query: Query): CompareView {
  return {
    choice: choiceFromQuery(query),
    isTransposed: query.rows === 'benchmarks',
    published: typeof query.published === 'string' ? query.published : null,
    chart: chartKinds.find(kind => kind === query.chart) ?? 'bars',
    thresholdPercent: thresholds.find(percent => String(percent) === query.threshold) ?? usualThreshold,
    insist: query.insist === 'yes',
    openCell: typeof query.cell === 'string' ? query.cell : null,
    look: detailLooks.find(look => look === query.look) ?? 'order',
  }
}

/** What is usual is left out, so that addresses stay short. */
export function viewToQuery(view: CompareView): Record<string, string> {
  return {
    ...choiceToQuery(view.choice),
    ...(view.isTransposed ? { rows: 'benchmarks' } : {}),
    ...(view.published === null ? {} : { published: view.published }),
    ...(view.chart === 'bars' ? {} : { chart: view.chart }),
    ...(view.thresholdPercent === usualThreshold ? {} : { threshold: String(view.thresholdPercent) }),
    ...(view.insist ? { insist: 'yes' } : {}),
    ...(view.openCell === null ? {} : { cell: view.openCell }),
    ...(view.look === 'order' ? {} : { look: view.look }),
  }
}

/**
 * What to ask the library with this confidence, 0 to 1, asked for (the interval states what it
 * reaches); null when less than a baseline and a variant are chosen.
 */
export function requestOf(
  { choice, thresholdPercent, insist }: CompareView,
  confidence: number,
): CompareRequest | null {
  const { baseline, variants } = choice
  if (!baseline || variants.length === 0) return null
  return { baseline, variants: [...variants], confidence, thresholdPercent, insist }
}
