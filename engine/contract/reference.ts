import * as z from 'zod'
import { BenchmarkName } from './benchmark.ts'
import { Returns } from './returns.ts'

/** One published number: percent change of a stage against the baseline of its table. */
export const Reference = z.object({
  /** Key of the machine, and its name for people. */
  machine: z.string(),
  cpu: z.string(),
  /** How functions of the kernel returned that was measured; published-results.json says why. */
  returns: Returns,
  /** Stage of the published series, as the model names it. */
  stage: z.string(),
  benchmark: BenchmarkName,
  /** Of run time for time benchmarks, of throughput for throughput benchmarks. */
  percent: z.number(),
  /** Where it was published: subject, author, date, message id. */
  source: z.string(),
})
export type Reference = z.infer<typeof Reference>
