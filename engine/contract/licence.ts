import * as z from 'zod'

/** The licence of one npm package that the application contains. */
export const PackageLicence = z.object({
  name: z.string(),
  version: z.string(),
  /** SPDX expression. */
  licence: z.string(),
  text: z.string(),
})
export type PackageLicence = z.infer<typeof PackageLicence>
