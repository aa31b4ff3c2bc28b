/**
 * Boots kernels in virtual machines that hold nothing but the agent, and
 * hands out the agents in them.
 */
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { machine as ownArchitecture, tmpdir } from 'node:os'
import path from 'node:path'
import { architectureSynonyms, type Architecture } from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'
import { kibibyte, type Bytes, type Seconds } from '../contract/units.ts'
import { architectureOf, type KernelVariant } from '../contract/variant.ts'
import { createAnonymousFile, type AnonymousFile } from '../vm/anonymous-file.ts'
import { ConsoleLog, lastLines, panicReason } from '../vm/console.ts'
import { encodeInitramfs } from '../vm/initramfs.ts'
import { openKernelImage, type KernelImage } from '../vm/kernel-image.ts'
import { swapModules, type KernelModule } from '../vm/kernel-modules.ts'
import { qemuArguments, sandboxArguments, type Machine } from '../vm/machine.ts'
import { findQemu, type Qemu } from '../vm/qemu.ts'
import { agentFor } from './agent-for.ts'
import type { Agent, AgentMachine } from './agent.ts'
import {
  AgentSilence,
  startAgentProgram,
  type AgentDeath,
  type AgentProgram,
  type SilenceLimits,
} from './child-agent.ts'

const defaultLimits: Readonly<Record<Machine['accelerator'], SilenceLimits>> = {
  // A guest that hangs under a broken KVM says nothing at all; one that works boots
  // in two or three seconds.
  kvm: { start: 30_000, quick: 20_000, perGibibyte: 20_000, end: 5_000 },
  // Emulation is some thirty times slower, and a busy host several times slower still.
  tcg: { start: 300_000, quick: 120_000, perGibibyte: 600_000, end: 15_000 },
}

/** How often a kernel is booted that stays silent. */
const silentBoots = 2

type Acceleration = Readonly<Pick<AgentMachine, 'accelerator' | 'note'>>

/** What every machine of a run is started with. */
type Equipment = Readonly<{ qemu: Qemu; initramfs: AnonymousFile }>

/** The root of a machine that is to have swap, and why there are no modules for it. */
type SwapRoot = Readonly<{ initramfs: AnonymousFile; withoutModules: Failure | null }>

type BootOptions = Readonly<{
  /** Gives the boot up. */
  signal?: AbortSignal | undefined
  /** How much the operations will swap out; 0 for a machine without swap. */
  swapBytes?: Bytes
  counter?: BlockCounter | undefined
}>

type Boot = Readonly<{
  variant: KernelVariant
  image: KernelImage
  equipment: Equipment
  options: BootOptions
}>

/** Counts what a machine executes, block by block: a plugin of QEMU, and where it writes. */
export type BlockCounter = Readonly<{ plugin: string; descriptor: number }>

export class VirtualMachines {
  readonly #agentPath: string
  readonly #equipment = new Map<Architecture, Promise<Equipment>>()
  readonly #images = new Map<string, Promise<KernelImage>>()
  /** By kernel. */
  readonly #swapRoots = new Map<string, Promise<SwapRoot>>()
  /** Decided by the first boot by wall clock: all kernels of a run are to run alike. */
  #acceleration: Acceleration | undefined

  readonly #limits: typeof defaultLimits
  readonly #kvmDevice: string

  constructor(agentPath: string, limits = defaultLimits, kvmDevice = '/dev/kvm') {
    this.#agentPath = agentPath
    this.#limits = limits
    this.#kvmDevice = kvmDevice
  }

  /**
   * Boots the kernel, once more when nothing is heard of it, as on a machine that is overloaded;
   * resolves when the agent in it has said hello. Rejects with
   * `not-found` or `bad-input` (the image), `qemu-missing`, `not-enough-memory`, `unsupported`
   * where it has not the swap that is wanted, or `boot-failed` with the end of the console.
   */
  async boot(variant: KernelVariant, options: BootOptions = {}): Promise<Agent> {
    for (let attempt = 1; ; attempt++)
      try {
        return await this.#boot(variant, options)
      } catch (error) {
        if (!(error instanceof BootFailure) || options.signal?.aborted === true) throw error
        if (!error.wasSilent || attempt === silentBoots) throw error.withConsoleKept(attempt)
      }
  }

  async #boot(variant: KernelVariant, options: BootOptions): Promise<Agent> {
    const equipment = await this.#equipmentFor(architectureOf(variant))
    const image = await this.#imageOf(variant.kernel)
    refuseOtherImage(variant, image)
    const boot = { variant, image, equipment, options }
    if (variant.clock === 'instructions') return this.#start(boot, { accelerator: 'tcg', note: '' })
    const obstacle = foreignProcessor(variant)
    if (obstacle !== null) return this.#startEmulated(boot, obstacle)
    if (this.#acceleration) return this.#start(boot, this.#acceleration)
    return this.#probe(boot)
  }

  #equipmentFor(architecture: Architecture): Promise<Equipment> {
    const equipment = this.#equipment.get(architecture) ?? equip(this.#agentPath, architecture)
    this.#equipment.set(architecture, equipment)
    return equipment
  }

  #imageOf(kernel: string): Promise<KernelImage> {
    const opened = this.#images.get(kernel) ?? openKernelImage(kernel)
    this.#images.set(kernel, opened)
    return opened
  }

  #swapRootOf({ kernel, ...variant }: KernelVariant, { release }: KernelImage): Promise<SwapRoot> {
    const root =
      this.#swapRoots.get(kernel) ?? swapRoot(this.#agentPath, architectureOf(variant), kernel, release)
    this.#swapRoots.set(kernel, root)
    return root
  }

  /**
   * The first boot by wall clock: under KVM when the device can be used, in
   * emulation when that fails.
   */
  async #probe(boot: Boot): Promise<Agent> {
    const obstacle = kvmObstacle(this.#kvmDevice)
    if (obstacle !== null) return this.#emulateAll(boot, obstacle)
    try {
      const agent = await this.#start(boot, { accelerator: 'kvm', note: '' })
      this.#acceleration = { accelerator: 'kvm', note: '' }
      return agent
    } catch (error) {
      if (!(error instanceof Failure) || boot.options.signal?.aborted === true) throw error
      const [reason = ''] = error.message.split('\n')
      return this.#emulateAll(boot, `No kernel boots under ${this.#kvmDevice}: ${reason}`)
    }
  }

  async #emulateAll(boot: Boot, reason: string): Promise<Agent> {
    const agent = await this.#startEmulated(boot, reason)
    this.#acceleration = emulation(reason)
    return agent
  }

  #startEmulated(boot: Boot, reason: string): Promise<Agent> {
    return this.#start(boot, emulation(reason))
  }

  async #start(boot: Boot, { accelerator, note }: Acceleration): Promise<Agent> {
    const { variant, image } = boot
    const { signal, counter, swapBytes = 0 } = boot.options
    const { qemu } = boot.equipment
    const swap = swapBytes > 0 ? await this.#swapRootOf(variant, image) : null
    const { initramfs } = swap ?? boot.equipment
    const { memoryBytes, cpus, clock, bootParameters, armProcessor } = variant
    const log = new ConsoleLog()
    const [kernel, root] = [3, 4]
    const counts = counter && { plugin: counter.plugin, descriptor: 5 }
    const console = counter ? 6 : 5 // it comes after all others
    const words = [
      ...(qemu.hasSandbox ? sandboxArguments : []),
      ...qemuArguments(
        { memoryBytes, cpus, clock, bootParameters, swapBytes, accelerator, armProcessor },
        { kernel, initramfs: root, console, counter: counts ?? null },
      ),
    ]
    const program: AgentProgram = {
      name: `agent in the virtual machine of “${variant.label}”`,
      file: this.#agentPath,
      // QEMU does not notice the end of this process.
      words: ['tether', String(process.pid), qemu.program, ...words],
      descriptors: [image.descriptor, initramfs.descriptor, ...(counter ? [counter.descriptor] : [])],
      hear: bytes => log.hear(bytes),
      endsWithInput: false,
      // A guest that skips its idle time would spend hours of it while another one is asked.
      restsUnasked: clock === 'instructions',
      startFailure: error => startFailure(this.#agentPath, error),
      deathFailure: death => deathFailure(variant, death, log.text()),
    }
    const startedAt = performance.now()
    try {
      const agent = await startAgentProgram(program, this.#limits[accelerator], signal)
      const bootSeconds: Seconds = (performance.now() - startedAt) / 1000
      if (swap) await requireSwap(agent, swapBytes, variant, swap, log.text())
      const notes = [note, qemu.hasSandbox ? '' : withoutSandbox].filter(text => text !== '')
      return {
        ...agent,
        machine: { emulator: qemu.version, accelerator, note: notes.join(' '), bootSeconds },
      }
    } catch (error) {
      throw bootFailure(variant, error, log.text())
    }
  }
}

const withoutSandbox = 'This QEMU was built without seccomp, and so runs without a sandbox.'

function emulation(reason: string): Acceleration {
  const note = `${reason} The processor is emulated in software, whose times say little about a real one.`
  return { accelerator: 'tcg', note }
}

/** Why this machine's own processor cannot be that of the variant; null when it may be. */
function foreignProcessor(variant: KernelVariant): string | null {
  const { armProcessor } = variant
  const own = ownArchitecture()
  if (architectureSynonyms[architectureOf(variant)].uname !== own)
    return `The guest is an ${architectureOf(variant)} machine, and this one is not.`
  return armProcessor === undefined || armProcessor === 'max'
    ? null
    : `Not the processor of this machine but ${armProcessor} was asked for.`
}

/** An image that would not start in the machine prints nothing at all, so its header decides. */
function refuseOtherImage(variant: KernelVariant, { name, architecture, pageBytes }: KernelImage): void {
  const wanted = architectureOf(variant)
  if (architecture !== wanted)
    throw new Failure(
      'bad-input',
      `“${name}” is a kernel for ${architecture}, and the virtual machine of “${variant.label}” is for ${wanted}.`,
      `Choose ${architecture} for it (--arch ${architecture}), or give a kernel for ${wanted}.`,
    )
  if (variant.armProcessor !== 'cortex-a72' || pageBytes !== 16 * kibibyte) return
  throw new Failure(
    'bad-input',
    `“${name}” has pages of 16 KiB, which a ${variant.armProcessor} does not have.`,
    'Choose another processor (--cpu neoverse-n1), or a kernel with pages of 4 KiB.',
  )
}

async function equip(agentPath: string, architecture: Architecture): Promise<Equipment> {
  const qemu = await findQemu(architecture)
  return { qemu, initramfs: makeRoot(agentPath, architecture, []) }
}

function makeRoot(
  agentPath: string,
  architecture: Architecture,
  modules: readonly KernelModule[],
): AnonymousFile {
  const agent = readAgent(agentFor(agentPath, architectureSynonyms[architecture].uname))
  const initramfs = createAnonymousFile()
  initramfs.write(encodeInitramfs(agent, modules))
  return initramfs
}

/** A kernel with zram built in needs no modules: only the guest knows whether they are missing. */
async function swapRoot(
  agentPath: string,
  architecture: Architecture,
  kernel: string,
  release: string,
): Promise<SwapRoot> {
  try {
    const modules = await swapModules(kernel, release)
    return { initramfs: makeRoot(agentPath, architecture, modules), withoutModules: null }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { initramfs: makeRoot(agentPath, architecture, []), withoutModules: error }
  }
}

/** Ends the agent where its machine lacks the swap that is wanted. */
async function requireSwap(
  agent: Agent,
  swapBytes: Bytes,
  { label }: KernelVariant,
  { withoutModules }: SwapRoot,
  console: string,
): Promise<void> {
  const { memory } = await agent.facts()
  if (memory.swapFreeBytes >= swapBytes) return
  await agent.close()
  const [, complaint] = /^folio-agent: (.*?)\.?\r?$/m.exec(console) ?? []
  const reason = withoutModules?.message ?? `${complaint ?? 'its kernel gives no reason'}.`
  throw new Failure(
    'unsupported',
    `The virtual machine of “${label}” has no swap: ${reason}`,
    `Leave out what swaps out (pageout, munmap-swapped-forked). ${withoutModules?.advice ?? ''}`.trim(),
    { cause: withoutModules },
  )
}

function readAgent(agentPath: string): Buffer {
  try {
    return readFileSync(agentPath)
  } catch (error) {
    throw startFailure(agentPath, error)
  }
}

/** Why KVM cannot even be tried; null when it can. */
function kvmObstacle(kvmDevice: string): string | null {
  if (!existsSync(kvmDevice))
    return `There is no ${kvmDevice}: this machine offers no hardware virtualisation.`
  try {
    accessSync(kvmDevice, constants.R_OK | constants.W_OK)
    return null
  } catch {
    return `${kvmDevice} may not be opened: add yourself to the group “kvm”.`
  }
}

/**
 * A machine that ended while it booted is reported by `bootFailure`, which
 * knows more of what was tried.
 */
function deathFailure({ label }: KernelVariant, { how, during, log }: AgentDeath, text: string): Failure {
  if (/cannot set up guest memory|Cannot allocate memory/.test(log))
    return new Failure(
      'not-enough-memory',
      `QEMU could not get memory for the virtual machine of “${label}”: ${log}`,
      'Give the virtual machine less memory (--memory), or close other programs.',
    )
  const panic = panicReason(text)
  const what = panic === null ? `QEMU ended ${how}` : `its kernel panicked (${panic})`
  const when = during === null ? '' : ` during “${during}”`
  return new Failure(
    'agent-died',
    `The virtual machine of “${label}” is gone${when}: ${what}.${quote('QEMU said', log)}${quoteConsole(text)}`,
    'If QEMU ran out of memory, choose a smaller size; otherwise resume the run.',
  )
}

function bootFailure(variant: KernelVariant, error: unknown, text: string): unknown {
  if (!(error instanceof Failure) || (error.code !== 'agent-died' && error.code !== 'agent-protocol'))
    return error
  return new BootFailure(variant, error, text)
}

const needs: Readonly<Record<Architecture, string>> = {
  'x86-64':
    'It needs an initramfs, two 8250 serial ports, devtmpfs and tmpfs built in, and enough memory (--memory).',
  arm64:
    'It needs an initramfs, a PL011, an 8250 on the PCI bus, devtmpfs and tmpfs built in, and enough memory (--memory).',
}

/** A kernel that did not boot, with its console until somebody wants to keep that. */
class BootFailure extends Failure {
  readonly #console: string
  readonly wasSilent: boolean

  constructor(variant: KernelVariant, cause: Failure, text: string) {
    const { label, kernel } = variant
    const panic = panicReason(text)
    const why = panic === null ? cause.message : `it panicked: ${panic}.${quoteConsole(text)}`
    super(
      'boot-failed',
      `The kernel “${label}” (${kernel}) did not boot: ${why}`,
      needs[architectureOf(variant)],
      {
        cause,
      },
    )
    this.#console = text
    this.wasSilent = cause instanceof AgentSilence && panic === null
  }

  withConsoleKept(attempts: number): Failure {
    const kept = this.#console === '' ? '' : ` ${keepConsole(this.#console)}`
    const repeated = attempts > 1 ? ` It was booted ${attempts} times.` : ''
    return new Failure(this.code, `${this.message}${repeated}`, `${this.advice}${kept}`, {
      cause: this.cause,
    })
  }
}

/**
 * In a folder of this user alone: whoever knows the name of a file in a shared folder could
 * put a link there before.
 */
function keepConsole(text: string): string {
  try {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'folio-lab-console-')), 'console.log')
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
    return `All of its console is in ${file}.`
  } catch (error) {
    return `Its console could not be kept: ${String(error)}.`
  }
}

function quoteConsole(text: string): string {
  const lines = lastLines(text)
  return lines.length === 0 ? ' Its console is empty.' : `\nIts console ends:\n  ${lines.join('\n  ')}\n`
}

function quote(intro: string, text: string): string {
  return text === '' ? '' : ` ${intro}: ${text}`
}

function startFailure(agentPath: string, error: unknown): Failure {
  return new Failure(
    'agent-missing',
    `The agent ${agentPath} cannot be started: ${error instanceof Error ? error.message : String(error)}.`,
    'Build it with “npm run setup”.',
    { cause: error },
  )
}
