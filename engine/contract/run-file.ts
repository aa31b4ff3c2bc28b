import * as z from 'zod'
import { listUpTo, Moment, noteCharacters, reasonCharacters, textUpTo } from './bounds.ts'
import { Environment } from './environment.ts'
import { Plan } from './plan.ts'
import { RunId, RunStatus } from './run.ts'
import { Sample } from './sample.ts'
import { gibibyte, type Bytes } from './units.ts'
import { Label } from './variant.ts'

/** Name and version of the file format; a change of meaning raises the number. */
export const runFileFormat = 'folio-lab/run/5'

/** More than any run has: some five million samples. */
export const largestRunFile: Bytes = 8 * gibibyte

/**
 * A whole run as a file: everything the library keeps of it, so that export
 * and import lose nothing.
 */
export const RunFile = z.object({
  format: z.literal(runFileFormat),
  run: z.object({
    id: RunId,
    label: Label,
    status: RunStatus,
    statusReason: textUpTo(reasonCharacters),
    createdAt: Moment,
    endedAt: Moment.nullable(),
    note: textUpTo(noteCharacters),
    /**
     * What else ran at the same time, for readers; where it is imported the samples tell it again.
     * Absent in earlier files.
     */
    disturbances: listUpTo(textUpTo(reasonCharacters), 100).optional(),
  }),
  plan: Plan,
  environment: Environment,
  samples: z.array(Sample),
})
export type RunFile = z.infer<typeof RunFile>
