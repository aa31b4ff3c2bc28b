/**
 * What counting by function costs: the boot of a kernel with the plugin of QEMU against one
 * without, in alternating order, and a sample likewise. Needs QEMU and a kernel that set-up
 * fetches.
 */
import { counterPluginOf } from '../../engine/agent/count-functions.ts'
import { VirtualMachines, type BlockCounter } from '../../engine/agent/virtual-machines.ts'
import { kibibyte, mebibyte } from '../../engine/contract/units.ts'
import type { KernelVariant } from '../../engine/contract/variant.ts'
import { createAnonymousFile } from '../../engine/vm/anonymous-file.ts'
import { inProject } from '../setup/paths.mjs'
import { findTestKernel, missingForVirtualMachines, testKernels } from '../setup/virtual-machine.mjs'
import { printMeasurements } from './promise.ts'

const rounds = 6 // the least that gives an interval of 95 %
const limitRatio = 3

const missing = missingForVirtualMachines()
if (missing !== undefined) throw new Error(`needs ${missing}`)

const agentPath = inProject('out/native/release/folio-agent')
const machines = new VirtualMachines(agentPath)
const kernel = findTestKernel(testKernels.at(-1)?.pattern ?? /$^/) ?? ''
const variant: KernelVariant = {
  target: 'vm',
  label: 'bench',
  kernel,
  bootParameters: '',
  memoryBytes: 512 * mebibyte,
  cpus: 1,
  clock: 'instructions',
}
const parameters = { sizeBytes: 400 * kibibyte, folioBytes: 4 * kibibyte, tasks: 1 }
const cell = { benchmark: 'cow-byte', parameters } as const

async function measureSeconds(counter?: BlockCounter): Promise<{ boot: number; sample: number }> {
  const agent = await machines.boot(variant, { counter })
  try {
    const startedAt = performance.now()
    await agent.sample({ variant, cell, seed: 0, cpus: [] })
    return { boot: agent.machine?.bootSeconds ?? NaN, sample: (performance.now() - startedAt) / 1000 }
  } finally {
    await agent.close()
  }
}

async function measureWithPlugin(): Promise<{ boot: number; sample: number }> {
  const file = createAnonymousFile()
  try {
    return await measureSeconds({ plugin: counterPluginOf(agentPath), descriptor: file.descriptor })
  } finally {
    file.close()
  }
}

const measured = []
for (let round = 0; round < rounds; round++) {
  if (round % 2 === 0) measured.push({ plain: await measureSeconds(), counted: await measureWithPlugin() })
  else {
    const counted = await measureWithPlugin()
    measured.push({ plain: await measureSeconds(), counted })
  }
}

printMeasurements('Counting by function', [
  { name: 'boot', unit: 's', values: measured.map(({ plain }) => plain.boot), limit: null },
  {
    name: 'boot with the plugin',
    unit: 's',
    values: measured.map(({ counted }) => counted.boot),
    limit: null,
  },
  {
    name: 'boot with the plugin, times the plain one',
    unit: '×',
    values: measured.map(({ plain, counted }) => counted.boot / plain.boot),
    limit: limitRatio,
  },
  {
    name: 'sample with the plugin, times the plain one',
    unit: '×',
    values: measured.map(({ plain, counted }) => counted.sample / plain.sample),
    limit: limitRatio,
  },
])
