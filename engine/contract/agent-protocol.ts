import * as z from 'zod'
import { InstructionLatency } from './advice.ts'
import { lineCharacters, listUpTo, textUpTo } from './bounds.ts'
import { Counterexample } from './counterexample.ts'
import { Facts } from './environment.ts'
import { OperationCounts } from './operation-counts.ts'
import { PhoneScenario } from './phone.ts'
import { Returns } from './returns.ts'
import { Measurement } from './sample.ts'

/** Version of the lines between engine and agent (docs/protocol.md). */
export const protocolVersion = 3

// What comes from a guest is a stranger's: no text and no list without an end.
const line = textUpTo(lineCharacters)
const mostListed = 1000
const id = textUpTo(100)

export const Hello = z.object({
  type: z.literal('hello'),
  protocol: z.number(),
  agent: line,
  pid: z.number(),
  targets: listUpTo(line, mostListed),
  benchmarks: listUpTo(
    z.object({ name: line, metric: z.enum(['time', 'throughput']), summary: line }),
    mostListed,
  ),
  schemes: listUpTo(
    z.object({
      name: line,
      summary: line,
      section: line,
      /** Bytes that account the mappings of a folio, by its size; earlier agents do not say. */
      metadata: listUpTo(z.object({ folioBytes: z.number(), bytes: z.number() }), 100).optional(),
    }),
    mostListed,
  ),
  basePageBytes: z.number(),
  /** Kinds of returns that the model of this build holds. */
  returns: listUpTo(Returns, mostListed),
})
export type Hello = z.infer<typeof Hello>

/** What the agent hands over as it is, for the engine to make facts of. */
export const RawFacts = z.object({
  /** The file of the kernel's configuration in base64, packed with gzip or not. */
  kernelConfig: textUpTo(1_000_000).nullable(),
  /** What identifies the machine (machine-id(5)); it is stored nowhere. */
  machineId: line.nullable(),
})
export type RawFacts = z.infer<typeof RawFacts>

/** Facts as far as the agent knows them. */
export const ToldFacts = Facts.extend({
  kernel: Facts.shape.kernel.omit({ config: true }),
  identity: Facts.shape.identity.omit({ machineIdHash: true }),
})
export type ToldFacts = z.infer<typeof ToldFacts>

export const SettingChange = z.object({ path: line, from: line, to: line })
export type SettingChange = z.infer<typeof SettingChange>

/** Every line that an agent may send. */
export const AgentReply = z.discriminatedUnion('type', [
  Hello,
  z.object({ type: z.literal('facts'), id, facts: ToldFacts, raw: RawFacts }),
  z.object({ type: z.literal('latencies'), id, latencies: listUpTo(InstructionLatency, mostListed) }),
  z.object({ type: z.literal('progress'), id, step: line, done: z.number(), total: z.number() }),
  z.object({ type: z.literal('settings'), id, changed: listUpTo(SettingChange, mostListed) }),
  Measurement.extend({ type: z.literal('sample'), id }),
  z.object({ type: z.literal('counts'), id, counts: OperationCounts }),
  PhoneScenario.extend({ type: z.literal('phone'), id }),
  Counterexample.extend({ type: z.literal('counterexample'), id }),
  z.object({ type: z.literal('symbols'), id, names: listUpTo(line, mostListed) }),
  z.object({ type: z.literal('error'), id: id.nullable(), code: line, message: line }),
  z.object({ type: z.literal('bye'), id }),
])
export type AgentReply = z.infer<typeof AgentReply>
