import type { InstructionLatency } from '../contract/advice.ts'
import type { Hello, SettingChange } from '../contract/agent-protocol.ts'
import type { Cell } from '../contract/case.ts'
import type { Counterexample } from '../contract/counterexample.ts'
import type { Facts, Guest } from '../contract/environment.ts'
import type { OperationCounts } from '../contract/operation-counts.ts'
import type { PhoneScenario } from '../contract/phone.ts'
import type { Measurement } from '../contract/sample.ts'
import type { Bytes } from '../contract/units.ts'
import type { KernelVariant, Variant } from '../contract/variant.ts'

/** Everything the agent has to know to take one sample. */
export type SampleRequest = Readonly<{
  variant: Variant
  cell: Cell
  /** Of what is random in the operation. */
  seed: number
  /** CPUs to pin the tasks to, in turn; empty: the scheduler decides. */
  cpus: readonly number[]
}>

/** Memory after a fork: of a scheme of the model, or of the running kernel. */
export type AgentPhoneRequest = Readonly<{ sizeBytes: Bytes; folioBytes: Bytes }> &
  (Readonly<{ target: 'model'; scheme: string }> | Readonly<{ target: 'host' }>)

/** Called as the agent goes through a long request; both numbers in bytes. */
export type OnProgress = (done: Bytes, total: Bytes) => void

/** The virtual machine around an agent. */
export type AgentMachine = Omit<Guest, 'variantIndex' | 'facts'>

/**
 * Starts an agent on this machine, or one in a virtual machine that boots `kernel` and has swap for
 * `swapBytes`; `signal` gives it up before it has said hello.
 */
export type StartAgent = (kernel?: KernelVariant, signal?: AbortSignal, swapBytes?: Bytes) => Promise<Agent>

/**
 * A running agent, wherever it runs. It answers one request at a time. Every method rejects with a
 * `Failure`: `agent-died` when the agent is gone, `agent-protocol` when it breaks the protocol or
 * is silent for too long, and the failure it reports itself otherwise (docs/protocol.md). After
 * either of the first two the agent cannot be used any more.
 */
export type Agent = Readonly<{
  hello: Hello
  /** Present when the lab made the machine that the agent runs in. */
  machine?: AgentMachine
  facts: () => Promise<Facts>
  /** What single instructions take on this CPU, back to back. */
  latencies: () => Promise<readonly InstructionLatency[]>
  /** Populates and releases so much memory. */
  condition: (size: Bytes, onProgress?: OnProgress) => Promise<void>
  /** Makes folios of this size available until the agent ends. */
  settings: (folio: Bytes) => Promise<readonly SettingChange[]>
  sample: (request: SampleRequest) => Promise<Measurement>
  /** What a case of the model does, counted; rejects for other targets. */
  counts: (request: SampleRequest) => Promise<OperationCounts>
  /**
   * Memory after a fork, write by write; rejects with `unsupported` where the kernel keeps no
   * statistics of the folio size.
   */
  phone: (request: AgentPhoneRequest) => Promise<PhoneScenario>
  /** The histories in which the posted series is wrong, replayed. */
  counterexample: () => Promise<Counterexample>
  /** The functions of its kernel that these addresses (hexadecimal) are in; empty for none. */
  symbols: (addresses: readonly string[]) => Promise<readonly string[]>
  /** Ends the agent, also in the middle of a sample; resolves when it is gone. */
  close: () => Promise<void>
}>
