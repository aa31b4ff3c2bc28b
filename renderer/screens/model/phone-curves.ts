/** Memory after a fork as curves over the number of writes. Pure. */
import type { PhoneResult } from '../../../engine/contract/phone.ts'
import { kibibyte } from '../../../engine/contract/units.ts'

/** What a chart of the scenario shows of each point. */
export const phoneQuantities = ['bytes', 'queued'] as const
export type PhoneQuantity = (typeof phoneQuantities)[number]

export const phoneTitles: Readonly<Record<PhoneQuantity, string>> = {
  bytes: 'KiB in use per folio',
  queued: 'Folios on the deferred-split queue, %',
}

export type PhoneCurves = Readonly<{
  title: string
  unit: string
  /** Written pages of each folio, from 0. */
  writes: readonly number[]
  series: readonly Readonly<{ label: string; isKernel: boolean; values: readonly number[] }>[]
}>

/** A line for each result. */
export function phoneCurves(results: readonly PhoneResult[], quantity: PhoneQuantity): PhoneCurves {
  return {
    title: phoneTitles[quantity],
    unit: quantity === 'bytes' ? 'KiB' : '%',
    writes: results[0]?.scenario.points.map(({ writes }) => writes) ?? [],
    series: results.map(({ label, isKernel, scenario: { folios, points } }) => ({
      ...{ label, isKernel },
      values: points.map(({ bytes, queued }) =>
        quantity === 'bytes' ? bytes / folios / kibibyte : (queued / folios) * 100,
      ),
    })),
  }
}

/** The most that a folio ever takes, and the most that are ever queued, as a sentence. */
export function phoneSummary({ label, scenario: { folios, points } }: PhoneResult): string {
  const most = Math.max(...points.map(({ bytes }) => bytes)) / folios / kibibyte
  const least = (points[0]?.bytes ?? 0) / folios / kibibyte
  const queued = (Math.max(...points.map(point => point.queued)) / folios) * 100
  const wasted =
    most > least ? `up to ${whole(most)} KiB for a folio of ${whole(least)} KiB` : 'nothing wasted'
  return `${label}: ${wasted}, ${queued === 0 ? 'none' : `${whole(queued)} %`} queued.`
}

function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}
