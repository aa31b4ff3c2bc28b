/** What is known of every machine whose results the library holds, its own and those of others. */
import * as z from 'zod'
import { Advice, AdviceQuestion, AdviceVerdict } from './advice.ts'
import { Moment } from './bounds.ts'
import { BenchmarkName } from './benchmark.ts'
import { MachineFinding } from './machine-comparison.ts'
import { StoredReturns } from './returns.ts'
import { RunId } from './run.ts'

/** The newest answer of the advisor to a question, under one kind of returns. */
export const AtlasAnswer = z.object({
  question: AdviceQuestion,
  verdict: AdviceVerdict,
  returns: StoredReturns,
  sentence: z.string(),
  createdAt: Moment,
})
export type AtlasAnswer = z.infer<typeof AtlasAnswer>

/** What a stage changes for a benchmark, in the model on this machine. */
export const AtlasChange = z.object({
  stage: z.string(),
  benchmark: BenchmarkName,
  percent: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  finding: MachineFinding,
})
export type AtlasChange = z.infer<typeof AtlasChange>

export const AtlasMachine = z.object({
  name: z.string(),
  cpu: z.string(),
  /** `AMD 25 model 1`. */
  family: z.string(),
  kernelRelease: z.string(),
  /**
   * How functions of the model returned when the stages were measured; null where they were not.
   */
  returns: StoredReturns.nullable(),
  answers: z.array(AtlasAnswer),
  changes: z.array(AtlasChange),
  /** The run that the stages are from; null where they were not measured. */
  runId: RunId.nullable(),
})
export type AtlasMachine = z.infer<typeof AtlasMachine>

export const Atlas = z.object({
  /** By family and model of the processor, then by name. */
  machines: z.array(AtlasMachine),
  /** Stages and benchmarks that any machine has measured, in their order. */
  stages: z.array(z.string()),
  benchmarks: z.array(BenchmarkName),
})
export type Atlas = z.infer<typeof Atlas>

/** Name and version of a file of advices; a change of meaning raises the number. */
export const adviceFileFormat = 'folio-lab/advices/1'

/** Advices for another library: what each says and rests on, and the machine that it is of. */
export const AdviceFile = z.object({
  format: z.literal(adviceFileFormat),
  advices: z.array(Advice).max(100_000),
})
export type AdviceFile = z.infer<typeof AdviceFile>
