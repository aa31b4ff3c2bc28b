/** Readers of single words of the command line; each throws `bad-input` that names the option. */
import { Failure } from '../contract/failure.ts'
import { reportFormats, type ReportFormat } from '../contract/report-format.ts'
import { resolveReturns, returnsChoices, type Returns, type ReturnsOffer } from '../contract/returns.ts'
import { parseBytes } from '../text/size-text.ts'
import type { Bytes, Percent, Seconds } from '../contract/units.ts'

/** Words between commas. */
export function parseList(text: string): string[] {
  return text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
}

/**
 * Words between commas, at least one: an empty text, as from an unset variable of a shell, would
 * otherwise silently mean the default.
 */
function parseSome(option: string, text: string): string[] {
  const words = parseList(text)
  if (words.length > 0) return words
  throw new Failure(
    'bad-input',
    `${option}: the value is empty.`,
    'Leave it out to use the default. If it came from a shell variable, the variable may not be set.',
  )
}

/** One of the choices; throws `bad-input`, which lists them. */
export function parseChoice<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const choice = choices.find(candidate => candidate === text)
  if (choice !== undefined) return choice
  throw new Failure('bad-input', `${option}: “${text}” is unknown.`, `Choose one of: ${choices.join(', ')}.`)
}

/** The format of a report; `--json` is the same as `--format json`. */
export function parseFormat({ json, format }: Readonly<{ json?: boolean; format: string }>): ReportFormat {
  return json === true ? 'json' : parseChoice('--format', format, reportFormats)
}

/** A whole number, which may be negative; throws `bad-input`. */
export function parseWholeNumber(option: string, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text)
  throw new Failure('bad-input', `${option}: “${text}” is not a whole number.`, `Example: ${option} 10.`)
}

/** Whole numbers between commas; undefined when the option was not given. */
export function parseWholeNumbers(option: string, text: string | undefined): number[] | undefined {
  return text === undefined ? undefined : parseSome(option, text).map(word => parseWholeNumber(option, word))
}

/** Kinds of returns between commas, `host` resolved; at least one. */
export function parseReturns(text: string, offer: ReturnsOffer): Returns[] {
  const choices = parseSome('--returns', text).map(word => parseChoice('--returns', word, returnsChoices))
  return resolveReturns(choices, offer)
}

const secondsPerUnit: Readonly<Record<string, Seconds>> = { '': 1, s: 1, m: 60, min: 60, h: 3600 }

/** A duration such as `60s`, `2m` or `1h`; a bare number is seconds. */
export function parseDuration(option: string, text: string): Seconds {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text) ?? []
  const factor = secondsPerUnit[unit]
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor
  throw new Failure('bad-input', `${option}: “${text}” is not a duration.`, `Example: ${option} 60s or 2m.`)
}

/** A percentage such as `1%`; a bare number is percent too. */
export function parsePercent(option: string, text: string): Percent {
  const [, amount] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text) ?? []
  if (amount !== undefined) return Number(amount)
  throw new Failure('bad-input', `${option}: “${text}” is not a percentage.`, `Example: ${option} 1%.`)
}

/** Sizes between commas; undefined when the option was not given. */
export function parseSizes(option: string, text: string | undefined): Bytes[] | undefined {
  return text === undefined ? undefined : parseList(text).map(word => parseSize(option, word))
}

/** A size such as `64M` or `1G`. */
export function parseSize(option: string, text: string): Bytes {
  const size = parseBytes(text)
  if (size !== null) return size
  throw new Failure(
    'bad-input',
    `${option}: “${text}” is not a valid size.`,
    'Give a whole number of bytes, or a number with K, M or G: 64M, 1G.',
  )
}
