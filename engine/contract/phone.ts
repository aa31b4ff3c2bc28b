import * as z from 'zod'
import { Amount, lineCharacters, listUpTo, textUpTo } from './bounds.ts'
import { FolioBytes, RegionBytes } from './plan.ts'
import { mebibyte } from './units.ts'

/** A point for each page of a folio, so that larger ones would make a line too long to send. */
export const largestPhoneFolioBytes = 2 * mebibyte
const mostPoints = 513
const mostSchemes = 64

/** The schemes that the proposal of reusing whole folios compares (docs/schemes.md, section G). */
export const phoneSchemes = ['baseline', 'upstream-6.10', 'mthp-reuse'] as const

/**
 * Memory after a fork whose child is gone: a process writes one word of the first page of every
 * folio, then of the second, and so on.
 */
export const PhoneScenario = z.object({
  folios: z.int().positive(),
  points: listUpTo(
    z.object({
      /** Pages of each folio that have been written. */
      writes: z.int().nonnegative(),
      /** Folios on the deferred-split queue. */
      queued: z.int().nonnegative(),
      /** Of the folios and the copies of their pages. */
      bytes: Amount,
    }),
    mostPoints,
  ).min(1),
  warnings: listUpTo(textUpTo(lineCharacters), 10),
})
export type PhoneScenario = z.infer<typeof PhoneScenario>

export const PhoneRequest = z
  .object({
    /** Of the model. */
    schemes: listUpTo(textUpTo(lineCharacters).min(1), mostSchemes),
    /** Whether the running kernel is asked as well, from its statistics for this folio size. */
    withKernel: z.boolean(),
    /** Whether the agent may switch the folio size on for the time of the scenario. */
    changeSettings: z.boolean(),
    sizeBytes: RegionBytes,
    folioBytes: FolioBytes.max(largestPhoneFolioBytes, 'a folio has at most 2 MiB here'),
  })
  .refine(({ sizeBytes, folioBytes }) => sizeBytes % folioBytes === 0, {
    path: ['sizeBytes'],
    message: 'the size must be a multiple of the folio size',
  })
export type PhoneRequest = z.infer<typeof PhoneRequest>

/** A scheme by its name, or a kernel by its release. */
export const PhoneResult = z.object({
  label: textUpTo(lineCharacters),
  isKernel: z.boolean(),
  scenario: PhoneScenario,
})
export type PhoneResult = z.infer<typeof PhoneResult>
