/** In which functions of a kernel an operation executes its instructions. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { mostSwapBytes } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import { Failure } from '../contract/failure.ts'
import type { KernelVariant } from '../contract/variant.ts'
import { createAnonymousFile } from '../vm/anonymous-file.ts'
import { BlockCountReader, type BlockCounts } from '../vm/block-counts.ts'
import type { Agent } from './agent.ts'
import type { VirtualMachines } from './virtual-machines.ts'

export type FunctionCounts = Readonly<{
  /** The release of the kernel. */
  release: string
  /** Instructions of one sample by function; those of the agent itself under `userspace`. */
  functions: ReadonlyMap<string, number>
  /** What the machine's clock says of the same sample. */
  instructions: number
  /** Base pages, or calls of a control. */
  work: number
}>

/** Everything that is not the kernel. */
export const userspace = '(the agent itself)'
const unnamed = '(no name)'

/** Addresses of kernels have the highest bit set, on x86-64 and arm64 alike. */
const kernelAddress = /^[89a-f][0-9a-f]{15}$/

/** Where set-up puts the plugin: beside the agent. */
export function counterPluginOf(agentPath: string): string {
  return path.join(path.dirname(agentPath), 'folio-count.so')
}

/**
 * Boots the kernel, executes each cell after some passes that are not counted, and counts the last
 * one by function: one answer for each cell. Throws `unsupported` where the plugin is missing, and
 * the failures of a boot and of samples.
 */
export async function countFunctions(
  machines: VirtualMachines,
  plugin: string,
  variant: KernelVariant,
  cells: readonly Cell[],
  warmupPasses: number,
): Promise<FunctionCounts[]> {
  if (!existsSync(plugin)) throw pluginMissing(plugin)
  const file = createAnonymousFile()
  try {
    const swapBytes = Math.max(
      0,
      ...cells.map(({ benchmark, parameters }) => mostSwapBytes([benchmark], parameters.sizeBytes)),
    )
    const counter = { plugin, descriptor: file.descriptor }
    const agent = await machines.boot(variant, { swapBytes, counter })
    try {
      return await countIn(agent, new BlockCountReader(file.descriptor), variant, cells, warmupPasses)
    } finally {
      await agent.close()
    }
  } finally {
    file.close()
  }
}

async function countIn(
  agent: Agent,
  reader: BlockCountReader,
  variant: KernelVariant,
  cells: readonly Cell[],
  warmupPasses: number,
): Promise<FunctionCounts[]> {
  const { kernel } = await agent.facts()
  const counted: (Omit<FunctionCounts, 'functions'> & Readonly<{ blocks: BlockCounts }>)[] = []
  for (let pass = 0; pass <= warmupPasses; pass++)
    for (const cell of cells) {
      await agent.settings(cell.parameters.folioBytes)
      const { valid, reason, elapsedNs, work } = await agent.sample({ variant, cell, seed: 0, cpus: [] })
      if (!valid)
        throw new Failure(
          'unsupported',
          `${cell.benchmark} cannot be counted on ${variant.label}: ${reason ?? ''}`,
        )
      const blocks = reader.last()
      if (blocks === null) throw pluginSilent()
      if (pass === warmupPasses)
        counted.push({ release: kernel.release, instructions: elapsedNs, work, blocks })
    }
  // Only now: what it takes to read all names would be in the way of what is counted.
  const addresses = [...new Set(counted.flatMap(({ blocks }) => [...blocks.keys()]))].filter(address =>
    kernelAddress.test(address),
  )
  const names = await agent.symbols(addresses)
  const nameOf = new Map(addresses.map((address, index) => [address, names[index] ?? '']))
  return counted.map(({ blocks, ...rest }) => ({ ...rest, functions: byFunction(blocks, nameOf) }))
}

function byFunction(blocks: BlockCounts, nameOf: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const functions = new Map<string, number>()
  for (const [address, count] of blocks) {
    const known = nameOf.get(address)
    const name = known === undefined ? userspace : known === '' ? unnamed : known
    functions.set(name, (functions.get(name) ?? 0) + count)
  }
  return functions
}

function pluginMissing(plugin: string): Failure {
  return new Failure(
    'unsupported',
    `The plugin that counts by function is not there (${plugin}).`,
    'It is built with the agent where QEMU is installed: install qemu-system-x86 or qemu-system-arm, and run “npm run setup” again.',
  )
}

function pluginSilent(): Failure {
  return new Failure(
    'unsupported',
    'The plugin of QEMU counted nothing.',
    'Rebuild the agent and the plugin with “npm run setup”.',
  )
}
