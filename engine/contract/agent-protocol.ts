import * as z from 'zod'
import { InstructionLatency } from './advice.ts'
import { Facts } from './environment.ts'
import { OperationCounts } from './operation-counts.ts'
import { Returns } from './returns.ts'
import { Measurement } from './sample.ts'

/** Version of the lines between engine and agent (docs/protocol.md). */
export const protocolVersion = 2

const id = z.string()

export const Hello = z.object({
  type: z.literal('hello'),
  protocol: z.number(),
  agent: z.string(),
  pid: z.number(),
  targets: z.array(z.string()),
  benchmarks: z.array(
    z.object({ name: z.string(), metric: z.enum(['time', 'throughput']), summary: z.string() }),
  ),
  schemes: z.array(z.object({ name: z.string(), summary: z.string(), section: z.string() })),
  basePageBytes: z.number(),
  /** Kinds of returns that the model of this build holds. */
  returns: z.array(Returns),
})
export type Hello = z.infer<typeof Hello>

export const SettingChange = z.object({ path: z.string(), from: z.string(), to: z.string() })
export type SettingChange = z.infer<typeof SettingChange>

/** Every line that an agent may send. */
export const AgentReply = z.discriminatedUnion('type', [
  Hello,
  z.object({ type: z.literal('facts'), id, facts: Facts }),
  z.object({ type: z.literal('latencies'), id, latencies: z.array(InstructionLatency) }),
  z.object({ type: z.literal('progress'), id, step: z.string(), done: z.number(), total: z.number() }),
  z.object({ type: z.literal('settings'), id, changed: z.array(SettingChange) }),
  Measurement.extend({ type: z.literal('sample'), id, startedNs: z.number() }),
  z.object({ type: z.literal('counts'), id, counts: OperationCounts }),
  z.object({ type: z.literal('error'), id: id.nullable(), code: z.string(), message: z.string() }),
  z.object({ type: z.literal('bye'), id }),
])
export type AgentReply = z.infer<typeof AgentReply>
