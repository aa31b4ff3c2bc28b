/**
 * What a number, a text or a list that comes from outside may be at most: wide enough for
 * everything that can be measured, narrow enough that sums, ratios and dates made from it are
 * still numbers and dates.
 */
import * as z from 'zod'
import type { Milliseconds, Timestamp } from './units.ts'

// The last that is written with four digits.
const lastMoment: Timestamp = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
const smallestAmount = 1e-6 // anything smaller is a mistake, and dividing by it overflows

const keyCharacters = 200
/** A name, a path, a line of a file. */
export const lineCharacters = 4096
/** As many kernels as one bisection may search; a comparison holds fewer (`Plan`). */
export const mostVariants = 1000
/** In one document. */
export const mostReportedRuns = 16
/** Why something is as it is, for people. */
export const reasonCharacters = 10_000
export const noteCharacters = 20_000
/** What a page has in memory as one text: a run of some sixty thousand samples. */
export const largestTextForWindow = 100_000_000

/** A moment of wall-clock time. One in microseconds or nanoseconds lies beyond the end. */
export const Moment = z
  .number('a moment is a number')
  .min(0, 'a moment is counted from 1970')
  .max(lastMoment, 'a moment is in milliseconds since 1970 UTC, up to the year 9999')

/** Nanoseconds, bytes, pages: zero, or between a millionth and 2^53 (104 days, 8 PiB). */
export const Amount = z
  .number()
  .nonnegative()
  .max(Number.MAX_SAFE_INTEGER, 'at most 2^53 − 1')
  .refine(value => value === 0 || value >= smallestAmount, 'zero, or at least a millionth')

/** The value of a counter or a fact, which may be a difference. */
export const CounterValue = z
  .number()
  .min(-(2 ** 64))
  .max(2 ** 64)

/** A position counted from 0, of at most so many. */
export function indexBelow(count: number): z.ZodInt {
  return z
    .int()
    .min(0)
    .max(count - 1, `less than ${count}`)
}

/** A text of at most so many characters. */
export function textUpTo(characters: number): z.ZodString {
  return z.string().max(characters, `at most ${characters} characters`)
}

/**
 * A text made by the lab itself, which is cut where it is too long, so that what it belongs to is
 * not lost.
 */
export function textCutAt(characters: number): z.ZodString {
  return z.string().overwrite(text => shortened(text, characters))
}

/** A list of at most so many elements. */
export function listUpTo<T extends z.ZodType>(element: T, count: number): z.ZodArray<T> {
  return z.array(element).max(count, `at most ${count} entries`)
}

/** A record of at most so many entries, whose keys are names. */
export function recordUpTo<T extends z.ZodType>(value: T, count: number): z.ZodRecord<z.ZodString, T> {
  return z
    .record(textUpTo(keyCharacters), value)
    .refine(record => Object.keys(record).length <= count, `at most ${count} entries`)
}

/** A text of at most so many characters, which says so where something is missing. */
export function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`
}

/**
 * How far a moment may lie ahead of this machine's clock: clocks of two machines differ by as much.
 */
const clockTolerance: Milliseconds = 5 * 60_000

/** Whether a moment lies in the future, so that the clock that gave it, or this one, is wrong. */
export function isInFuture(moment: Timestamp, now: Timestamp): boolean {
  return moment > now + clockTolerance
}
