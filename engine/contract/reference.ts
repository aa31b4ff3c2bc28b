import * as z from 'zod'
import { BenchmarkName } from './benchmark.ts'
import { FolioBytes } from './plan.ts'
import { Returns } from './returns.ts'

/** One published number: percent change of a scheme against the baseline of its table. */
export const Reference = z.object({
  /** Key of the table, and its name for people. */
  table: z.string(),
  title: z.string(),
  /** Key of the machine, and its name for people. */
  machine: z.string(),
  cpu: z.string(),
  /** How functions of the kernel returned that was measured; published-results.json says why. */
  returns: Returns,
  /** The scheme of the model that the numbers of the table are changes against. */
  baseline: z.string(),
  /** The scheme that was measured: a stage of the published series, or a release. */
  stage: z.string(),
  benchmark: BenchmarkName,
  /** What 1 GiB of memory was made of. */
  folioBytes: FolioBytes,
  /** Of run time for time benchmarks, of throughput for throughput benchmarks. */
  percent: z.number(),
  /** Where it was published: subject, author, date, message id. */
  source: z.string(),
})
export type Reference = z.infer<typeof Reference>
