import * as z from 'zod'

/** Systems of others that a run can be handed to: engine/report/systems. */
export const otherSystems = ['kcidb', 'lava', 'mmtests', 'lkp', 'openmetrics'] as const
export const OtherSystem = z.enum(otherSystems)
export type OtherSystem = z.infer<typeof OtherSystem>

/** A file for another system; its path is relative, with forward slashes and without `..`. */
export const ExportedFile = z.object({ path: z.string(), text: z.string() })
export type ExportedFile = z.infer<typeof ExportedFile>
