import * as z from 'zod'
import { KernelReturns } from './returns.ts'

const text = z.string().nullable()
const number = z.number().nullable()
const flag = z.boolean().nullable()

/** Facts about a machine and its kernel as the agent reports them (docs/protocol.md); null: not told here. */
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
    caches: z.array(
      z.object({ level: z.number(), type: z.string(), bytes: z.number(), sharedCpus: z.string() }),
    ),
    microcode: text,
    /** How functions of the running kernel return. */
    kernelReturns: KernelReturns,
  }),
  kernel: z.object({
    release: z.string(),
    version: z.string(),
    architecture: z.string(),
    commandLine: text,
    config: z.record(z.string(), z.string()),
  }),
  thp: z.object({
    enabled: text,
    defrag: text,
    shmem: text,
    khugepagedDefrag: text,
    zeroPage: text,
    /** Whether MADV_HUGEPAGE is switched off for the agent by whatever started it; agents before 0.2 do not tell. */
    disabledForProcess: z.boolean().optional(),
    sizes: z.array(z.object({ folioBytes: z.number(), enabled: z.string() })),
  }),
  frequency: z.object({ governor: text, driver: text, boost: flag, minKhz: number, maxKhz: number }),
  numa: z.object({
    nodes: z.array(z.object({ node: z.number(), cpus: z.string(), memoryBytes: z.number() })),
    balancing: text,
  }),
  memory: z.object({
    totalBytes: z.number(),
    availableBytes: z.number(),
    swapTotalBytes: z.number(),
    swapFreeBytes: z.number(),
    overcommit: text,
  }),
  cgroup: z.object({ path: text, memoryMaxBytes: number, memoryCurrentBytes: number, cpuMax: text }),
  virtualisation: z.object({ hypervisor: text, balloon: flag, freePageReporting: flag }),
  mitigations: z.record(z.string(), z.string()),
  clock: z.object({ source: text, resolutionNs: number, costNs: number, available: text }),
  aslr: number,
  ksm: z.object({ run: number }),
  perfEventParanoid: number,
  kpageflagsReadable: z.boolean(),
  load: z.object({ one: number, five: number, fifteen: number, stealPercent: number, running: number }),
  /** Which processors the agent may use, and with what right; agents before 0.2 do not tell. */
  scheduling: z
    .object({
      allowedCpus: z.string(),
      /** CPUs' worth of time, the least of all control groups on the way to the root; null without a quota. */
      cpuQuota: number,
      policy: text,
      priority: z.number(),
      nice: z.number(),
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
  variantIndex: z.int().min(0),
  /** Version of QEMU. */
  emulator: z.string(),
  /** `kvm`: the guest ran on the processor itself; `tcg`: it was emulated in software. */
  accelerator: z.enum(['kvm', 'tcg']),
  /** Why hardware virtualisation was not used, for people; empty when it was or was not wanted. */
  note: z.string(),
  bootSeconds: z.number(),
  facts: Facts,
})
export type Guest = z.infer<typeof Guest>

/** Facts with the programs that took them: what is stored with every run. */
export const Environment = z.object({
  facts: Facts,
  agentVersion: z.string(),
  applicationVersion: z.string(),
  capturedAt: z.number(),
  /** The virtual machines of a run on `vm`, one a variant; `facts` are then those of the machine around them. */
  guests: z.array(Guest).optional(),
})
export type Environment = z.infer<typeof Environment>

/** How a preflight check turned out: it blocks a valid run, biases results, or merely informs. */
export const PreflightStatus = z.enum(['pass', 'inform', 'bias', 'block'])

/** One preflight check: what was read, why it matters, and the command or setting that mends it. */
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
