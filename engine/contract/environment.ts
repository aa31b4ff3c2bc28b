import * as z from 'zod'
import {
  CounterValue,
  indexBelow,
  lineCharacters,
  listUpTo,
  Moment,
  mostVariants,
  recordUpTo,
  textUpTo,
} from './bounds.ts'
import { basePageBytes, type Bytes } from './units.ts'
import { KernelReturns } from './returns.ts'
import { MachineName } from './target-machine.ts'

const line = textUpTo(lineCharacters)
const text = line.nullable()
const number = CounterValue.nullable()
const flag = z.boolean().nullable()

/**
 * Facts about a machine and its kernel as the agent reports them
 * (docs/protocol.md); null: not reported here.
 */
export const Facts = z.object({
  cpu: z.object({
    vendor: text,
    family: number,
    model: number,
    stepping: number,
    name: text,
    sockets: number,
    cores: number,
    threads: number,
    smt: flag,
    online: text,
    caches: listUpTo(
      z.object({ level: CounterValue, type: line, bytes: CounterValue, sharedCpus: line }),
      65_536,
    ),
    microcode: text,
    /** How functions of the running kernel return. */
    kernelReturns: KernelReturns,
  }),
  kernel: z.object({
    release: line,
    version: line,
    architecture: line,
    commandLine: textUpTo(65_536).nullable(),
    config: recordUpTo(line, 50_000),
  }),
  thp: z.object({
    enabled: text,
    defrag: text,
    shmem: text,
    khugepagedDefrag: text,
    zeroPage: text,
    /**
     * Whether MADV_HUGEPAGE is switched off for the agent by whatever started it;
     * agents before 0.2 do not say.
     */
    disabledForProcess: z.boolean().optional(),
    sizes: listUpTo(z.object({ folioBytes: CounterValue, enabled: line }), 65_536),
  }),
  frequency: z.object({ governor: text, driver: text, boost: flag, minKhz: number, maxKhz: number }),
  numa: z.object({
    nodes: listUpTo(z.object({ node: CounterValue, cpus: line, memoryBytes: CounterValue }), 65_536),
    balancing: text,
  }),
  memory: z.object({
    totalBytes: CounterValue,
    availableBytes: CounterValue,
    swapTotalBytes: CounterValue,
    swapFreeBytes: CounterValue,
    overcommit: text,
  }),
  cgroup: z.object({ path: text, memoryMaxBytes: number, memoryCurrentBytes: number, cpuMax: text }),
  virtualisation: z.object({ hypervisor: text, balloon: flag, freePageReporting: flag }),
  mitigations: recordUpTo(line, 1000),
  clock: z.object({ source: text, resolutionNs: number, costNs: number, available: text }),
  aslr: number,
  ksm: z.object({ run: number }),
  perfEventParanoid: number,
  kpageflagsReadable: z.boolean(),
  load: z.object({ one: number, five: number, fifteen: number, stealPercent: number, running: number }),
  /** Which processors the agent may use, and with what right; agents before 0.2 do not say. */
  scheduling: z
    .object({
      allowedCpus: line,
      /**
       * CPUs' worth of time, the least of all control groups on the way to the
       * root; null without a quota.
       */
      cpuQuota: number,
      policy: text,
      priority: CounterValue,
      nice: CounterValue,
    })
    .optional(),
  /** How /sys, where settings are changed, is mounted for the agent. */
  sysfs: z.enum(['writable', 'read-only', 'missing']).optional(),
  isolation: z.object({ isolated: text, nohzFull: text, rcuNocbs: text }),
  privileges: z.object({ root: z.boolean(), capabilities: text }),
  identity: z.object({ machineIdHash: text, product: text }),
})
export type Facts = z.infer<typeof Facts>

/** A virtual machine that a kernel was booted in, as the kernel inside saw it. */
export const Guest = z.object({
  variantIndex: indexBelow(mostVariants),
  /** Version of QEMU. */
  emulator: line,
  /** `kvm`: the guest ran on the processor itself; `tcg`: it was emulated in software. */
  accelerator: z.enum(['kvm', 'tcg']),
  /** Why hardware virtualisation was not used, for people; empty when it was or was not wanted. */
  note: line,
  bootSeconds: CounterValue,
  facts: Facts,
  /** Of a page of memory; guests of before had pages of 4 KiB. */
  basePageBytes: CounterValue.optional(),
})
export type Guest = z.infer<typeof Guest>

/** Facts with the programs that took them: what is stored with every run. */
export const Environment = z.object({
  facts: Facts,
  agentVersion: line,
  applicationVersion: line,
  capturedAt: Moment,
  /**
   * The virtual machines of a run on `vm`, one a variant; `facts` are then those of
   * the machine around them.
   */
  guests: listUpTo(Guest, mostVariants).optional(),
  /**
   * Name under which the machine was reached over ssh; without one it is the
   * machine of the lab itself.
   */
  machine: MachineName.optional(),
})
export type Environment = z.infer<typeof Environment>

/** How a preflight check turned out: it blocks a valid run, biases results, or merely informs. */
export const PreflightStatus = z.enum(['pass', 'inform', 'bias', 'block'])

/** One preflight check: what was read, why it matters, and the command or setting that fixes it. */
export const PreflightCheck = z.object({
  name: z.string(),
  title: z.string(),
  status: PreflightStatus,
  /** What was found, with its value. */
  finding: z.string(),
  /** Why it matters; empty for `pass`. */
  consequence: z.string(),
  /** The exact command to run or the setting to change; empty when there is none. */
  remedy: z.string(),
})
export type PreflightCheck = z.infer<typeof PreflightCheck>

/** How large the pages were of the kernel that a variant of a run ran on. */
export function pageBytesOf({ guests }: Pick<Environment, 'guests'>, variantIndex: number): Bytes {
  return guests?.find(guest => guest.variantIndex === variantIndex)?.basePageBytes ?? basePageBytes
}
