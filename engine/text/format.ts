import type { Metric } from '../contract/benchmark.ts'
import type { CaseParameters } from '../contract/case.ts'
import { isInFuture } from '../contract/bounds.ts'
import { formatBytes } from './size-text.ts'
import { signedText } from './signed-text.ts'
import type { Percent, Seconds, Timestamp } from '../contract/units.ts'

const minus = '\u2212'
const thinSpace = '\u202f' // between number and unit; does not break

/**
 * Sign and one decimal, as the published tables have it, without the unit: `+13.4`, `−2.1`, `0.0`.
 */
export function formatSigned(value: number, decimals = 1): string {
  return signedText(value, decimals).replace('-', minus)
}

/** `+13.4 %`, with a true minus sign. */
export function formatPercent(percent: Percent): string {
  return `${formatSigned(percent)}${thinSpace}%`
}

/**
 * An interval in percent, without the unit: `[+12.9, +14.1]`; from 100 on without
 * decimals: `[+122, +126]`.
 */
export function formatInterval(low: Percent, high: Percent): string {
  const decimals = Math.max(Math.abs(low), Math.abs(high)) >= 100 ? 0 : 1
  return `[${formatSigned(low, decimals)}, ${formatSigned(high, decimals)}]`
}

/** A duration for people, in at most two units: `42 s`, `12 min 30 s`, `2 h 05 min`. */
export function formatDuration(seconds: Seconds): string {
  if (seconds < 1) return 'under 1 s'
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

const countFormat = new Intl.NumberFormat('en')
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const momentFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** A whole number with thousands separated: `12,345`. */
export function formatCount(count: number): string {
  return countFormat.format(count)
}

/** `1 sample`, `12,345 samples`. */
export function formatQuantity(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** `21 Nov 2026` */
export function formatDay(moment: Timestamp): string {
  return dayFormat.format(moment)
}

/** Day and time of the reader’s place. */
export function formatMoment(moment: Timestamp): string {
  return momentFormat.format(moment)
}

/** When a run was started; a moment in the future comes from a clock that is wrong. */
export function formatStart(moment: Timestamp, now: Timestamp): string {
  return `${formatMoment(moment)}${isInFuture(moment, now) ? ' (in the future)' : ''}`
}

/** Which way of the number is the good one. */
export function directionOf(metric: Metric): string {
  return metric === 'time' ? 'less is better' : 'more is better'
}

/** `1 GiB in folios of 2 MiB, 1 task`. */
export function describeParameters({ sizeBytes, folioBytes, tasks }: CaseParameters): string {
  return `${formatBytes(sizeBytes)} in folios of ${formatBytes(folioBytes)}, ${formatQuantity(tasks, 'task')}`
}
