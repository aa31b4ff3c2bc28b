import * as z from 'zod'
import { Environment } from './environment.ts'
import { Plan } from './plan.ts'
import { RunId, RunStatus } from './run.ts'
import { Sample } from './sample.ts'
import { Label } from './variant.ts'

/** Name and version of the file format; a change of meaning raises the number. */
export const runFileFormat = 'folio-lab/run/1'

/** A whole run as a file: everything the library keeps of it, so that export and import lose nothing. */
export const RunFile = z.object({
  format: z.literal(runFileFormat),
  run: z.object({
    id: RunId,
    label: Label,
    status: RunStatus,
    statusReason: z.string(),
    createdAt: z.number(),
    endedAt: z.number().nullable(),
    note: z.string(),
  }),
  plan: Plan,
  environment: Environment,
  samples: z.array(Sample),
})
export type RunFile = z.infer<typeof RunFile>
