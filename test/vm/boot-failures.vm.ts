/** What goes wrong with virtual machines says what happened and what to do, and leaves nothing running. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Agent } from '../../engine/agent/agent.ts'
import { VirtualMachines } from '../../engine/agent/virtual-machines.ts'
import { gibibyte, mebibyte } from '../../engine/contract/units.ts'
import type { KernelVariant } from '../../engine/contract/variant.ts'
import { openKernelImage } from '../../engine/vm/kernel-image.ts'
import { agentPath, emulatorsOf, guestOf, isAlive, newerKernel, until, whereMachinesRun } from './guests.ts'

const patience = { start: 600_000, quick: 600_000, perGibibyte: 1_200_000, end: 60_000 } // a busy machine
const limits = { kvm: patience, tcg: patience }

let folder: string
let booted: Agent[] = []

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-vm-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(booted.map(agent => agent.close()))
  booted = []
  rmSync(folder, { recursive: true })
  expect(emulatorsOf(process.pid)).toEqual([])
})

async function boot(
  variant: KernelVariant,
  machines = new VirtualMachines(agentPath, limits),
): Promise<Agent> {
  const agent = await machines.boot(variant)
  booted.push(agent)
  return agent
}

function cow(variant: KernelVariant, sizeBytes: number): Parameters<Agent['sample']>[0] {
  const parameters = { sizeBytes, folioBytes: 2 * mebibyte, tasks: 1 }
  return { variant, cell: { benchmark: 'cow', parameters }, seed: 1, cpus: [] }
}

test('without QEMU the way to install it is told', async () => {
  vi.stubEnv('PATH', folder)
  await expect(boot(guestOf('/bin/true'))).rejects.toMatchObject({
    code: 'qemu-missing',
    advice: expect.stringContaining('apt-get install qemu-system-x86') as string,
  })
})

describe('with QEMU', whereMachinesRun, () => {
  test('an image that is no kernel is named as what it is', async () => {
    await expect(boot(guestOf(process.execPath))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('it is an ELF file') as string,
    })
  })

  test('a kernel that panics is quoted, and its whole console kept', async () => {
    // In the guest this agent is a script without a shell to run it: the kernel has nothing to start.
    const script = path.join(folder, 'agent')
    writeFileSync(script, `#!/bin/sh\nexec ${agentPath} "$@"\n`)
    chmodSync(script, 0o755)
    const label = path.basename(folder)
    const kept = path.join(tmpdir(), `folio-lab-console-${label}.log`)
    onTestFinished(() => rmSync(kept))
    await expect(
      boot(guestOf(newerKernel, { label }), new VirtualMachines(script, limits)),
    ).rejects.toMatchObject({
      code: 'boot-failed',
      message: expect.stringMatching(
        /did not boot: it panicked: .*init.*\nIts console ends:\n(.*\n)*.*panic/,
      ) as string,
      advice: expect.stringContaining(kept) as string,
    })
    expect(readFileSync(kept, 'utf8')).toMatch(/Linux version 6\.12.*(.*\n)*.*Kernel panic/)
  })

  test('a kernel that hangs is given up', async () => {
    const image = await openKernelImage(newerKernel)
    const truncated = path.join(folder, 'bzImage')
    await copyFile(`/proc/self/fd/${image.descriptor}`, truncated)
    image.close()
    truncateSync(truncated, 2 * mebibyte)
    const impatient = { ...patience, start: 20_000, end: 1000 }
    const machines = new VirtualMachines(agentPath, { kvm: impatient, tcg: impatient })
    await expect(boot(guestOf(truncated), machines)).rejects.toMatchObject({
      code: 'boot-failed',
      message: expect.stringMatching(/did not boot: .*(said nothing for 20 s|QEMU ended)/) as string,
    })
  })

  test('a host without enough memory is told so by QEMU', async () => {
    await expect(boot(guestOf(newerKernel, { memoryBytes: 200_000 * gibibyte }))).rejects.toMatchObject({
      code: expect.stringMatching(/^(not-enough-memory|boot-failed)$/) as string,
      message: expect.stringMatching(/memory|too large|invalid|RAM/i) as string,
    })
  })

  test('a machine whose KVM does not work emulates, and says why', async () => {
    // QEMU opens /dev/kvm itself, whatever is tested for: without a working one it ends at once.
    const machines = new VirtualMachines(agentPath, limits, '/dev/null')
    const { machine } = await boot(guestOf(newerKernel, { clock: 'wall' }), machines)
    if (machine?.accelerator === 'kvm') expect(machine.note).toBe('')
    else
      expect(machine?.note).toMatch(
        /^No kernel boots under \/dev\/null: .*[Kk][Vv][Mm].* emulated in software/,
      )
  })

  test('a guest without enough memory refuses, and goes on', async () => {
    const variant = guestOf(newerKernel)
    const agent = await boot(variant)
    await expect(agent.sample(cow(variant, 512 * mebibyte))).rejects.toMatchObject({
      code: 'not-enough-memory',
    })
    expect(await agent.sample(cow(variant, 32 * mebibyte))).toMatchObject({ valid: true, reason: null })
  })

  test('a QEMU that is killed in the middle of a sample is reported at once', async () => {
    const variant = guestOf(newerKernel)
    const agent = await boot(variant)
    const [pid] = emulatorsOf(process.pid)
    if (pid === undefined) throw new Error('QEMU does not run')
    const sample = agent.sample(cow(variant, 128 * mebibyte))
    const rejected = expect(sample).rejects.toMatchObject({
      code: 'agent-died',
      message: expect.stringMatching(
        /^The virtual machine of “test” is gone during “sample”: QEMU ended by signal SIGKILL/,
      ) as string,
    })
    process.kill(pid, 'SIGKILL')
    await rejected
    await until(() => !isAlive(pid), 10)
  })

  test('closing in the middle of a sample ends the machine', async () => {
    const variant = guestOf(newerKernel)
    const agent = await boot(variant)
    const rejected = expect(agent.sample(cow(variant, 128 * mebibyte))).rejects.toMatchObject({
      code: 'agent-died',
    })
    await agent.close()
    await rejected
  })

  test('a boot that is not wanted any more ends at once', async () => {
    const wish = new AbortController()
    const booting = new VirtualMachines(agentPath, limits).boot(guestOf(newerKernel), wish.signal)
    const rejected = expect(booting).rejects.toThrow()
    await until(() => emulatorsOf(process.pid).length === 1, 60)
    wish.abort()
    await rejected
  })

  test('several processors share the writing of anon-cow by wall clock', async () => {
    const variant = guestOf(newerKernel, { clock: 'wall', cpus: 2, memoryBytes: gibibyte })
    const agent = await boot(variant)
    expect((await agent.facts()).cpu.threads).toBe(2)
    const parameters = { sizeBytes: 32 * mebibyte, folioBytes: 2 * mebibyte, tasks: 2 }
    for (const benchmark of ['anon-cow-seq', 'anon-cow-rand'] as const) {
      const sample = await agent.sample({ variant, cell: { benchmark, parameters }, seed: 1, cpus: [] })
      expect(sample).toMatchObject({ valid: true, reason: null })
      expect(sample.tasks).toHaveLength(2)
    }
  })
})
