import * as z from 'zod'
import { lineCharacters, listUpTo, mostVariants, reasonCharacters, textUpTo } from './bounds.ts'

/** What a search for the first changed kernel has found. */
export const BisectionReport = z.object({
  /** The result for people; null while the search has not ended. */
  sentence: textUpTo(reasonCharacters).nullable(),
  /** Indices of the first kernel that has changed and of the last before it that has not. */
  changed: z.int().nonnegative().nullable(),
  unchanged: z.int().nonnegative().nullable(),
  /** All of them, oldest first. */
  kernels: listUpTo(
    z.object({
      label: textUpTo(lineCharacters),
      /** Empty for one that never came up. */
      release: textUpTo(lineCharacters),
      /** Instructions per page; null for one that was not or could not be measured. */
      count: z.number().nullable(),
      /** Against the first. */
      changePercent: z.number().nullable(),
      /** Why it was not measured, or that it is the first that changed. */
      note: textUpTo(reasonCharacters),
    }),
    mostVariants,
  ),
  booted: z.int().nonnegative(),
})
export type BisectionReport = z.infer<typeof BisectionReport>
