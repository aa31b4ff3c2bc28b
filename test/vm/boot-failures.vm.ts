/**
 * What goes wrong with virtual machines says what happened and what to do,
 * and leaves nothing running.
 */
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findProgram } from '../../build/setup/programs.mjs'
import type { Agent } from '../../engine/agent/agent.ts'
import { VirtualMachines } from '../../engine/agent/virtual-machines.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { gibibyte, kibibyte, mebibyte } from '../../engine/contract/units.ts'
import type { KernelVariant } from '../../engine/contract/variant.ts'
import { openKernelImage } from '../../engine/vm/kernel-image.ts'
import { tinyKernel, type TinyKernel } from '../fixtures/tiny-kernel.ts'
import {
  agentPath,
  emulatorsOf,
  guestOf,
  isAlive,
  newerKernel,
  statusField,
  until,
  whereMachinesRun,
  writtenBytes,
} from './guests.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

// A busy machine.
const patience = { start: 600_000, quick: 600_000, perGibibyte: 1_200_000, end: 60_000 }
const limits = { kvm: patience, tcg: patience }

let folder: string
let booted: Agent[] = []

beforeEach(() => {
  folder = temporaryFolder('vm')
  vi.stubEnv('TMPDIR', folder) // where the console of a boot that fails is kept
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(booted.map(agent => agent.close()))
  booted = []
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

/** A boot that has to fail, and the console that it left in a folder of its own. */
async function failedBoot(variant: KernelVariant, program = agentPath) {
  const failure: unknown = await new VirtualMachines(program, limits)
    .boot(variant)
    .catch((error: unknown) => error)
  if (!(failure instanceof Failure)) throw new Error('the kernel has booted')
  const [left = '', ...others] = readdirSync(folder).filter(name => name.startsWith('folio-lab-'))
  expect(others).toEqual([])
  const file = path.join(folder, left, 'console.log')
  expect(failure.advice).toContain(`All of its console is in ${file}.`)
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
  return {
    code: failure.code,
    message: failure.message,
    advice: failure.advice,
    kept: readFileSync(file, 'utf8'),
  }
}

function tinyKernelFile(kernel: TinyKernel): string {
  const file = path.join(folder, 'bzImage')
  writeFileSync(file, tinyKernel(kernel))
  return file
}

test('without QEMU the way to install it is reported', async () => {
  vi.stubEnv('PATH', folder)
  await expect(boot(guestOf('/bin/true'))).rejects.toMatchObject({
    code: 'qemu-missing',
    advice: expect.stringContaining('apt-get install qemu-system-x86') as string,
  })
  await expect(boot(guestOf('/bin/true', { armProcessor: 'max' }))).rejects.toMatchObject({
    code: 'qemu-missing',
    message: expect.stringContaining('qemu-system-aarch64') as string,
    advice: expect.stringContaining('apt-get install qemu-system-arm ') as string,
  })
})

describe('with QEMU', whereMachinesRun, () => {
  test('an image that is not a kernel is named as what it is', async () => {
    await expect(boot(guestOf(process.execPath))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('it is an ELF file') as string,
    })
  })

  test('a kernel that panics is quoted, and its whole console kept', async () => {
    // In the guest this agent is a script without a shell to run it: the
    // kernel has nothing to start.
    const script = path.join(folder, 'agent')
    writeFileSync(script, `#!/bin/sh\nexec ${agentPath} "$@"\n`)
    chmodSync(script, 0o755)
    const { message, code, kept } = await failedBoot(guestOf(newerKernel), script)
    expect(code).toBe('boot-failed')
    expect(message).toMatch(/did not boot: it panicked: .*init.*\nIts console ends:\n(.*\n)*.*panic/)
    expect(kept).toMatch(/Linux version 6\.12.*(.*\n)*.*Kernel panic/)
  })

  test('a kernel that floods its console fills neither disk nor memory, and its console says so', async () => {
    // Every byte takes both programs several system calls: no more of them than show it.
    const moreThanKept = 144 * kibibyte
    const failing = failedBoot(guestOf(tinyKernelFile({ deed: 'flood' })))
    let flooded: number | undefined
    await until(() => {
      flooded = emulatorsOf(process.pid).find(pid => writtenBytes(pid) > moreThanKept)
      return flooded !== undefined
    }, 600)
    if (flooded !== undefined) process.kill(flooded, 'SIGKILL')
    const { kept } = await failing
    expect(kept).toMatch(/X{1000}\n\[\d+ bytes left out\]\nX{1000}/)
    expect(kept.length).toBeLessThan(130 * kibibyte)
  })

  test('a kernel that resets the machine before there is a system is quoted', async () => {
    const { message } = await failedBoot(guestOf(tinyKernelFile({ deed: 'panic' })))
    expect(message).toMatch(/did not boot: it panicked: tiny\./)
  })

  test('the machine runs in the sandbox of QEMU', async () => {
    const booting = new AbortController()
    const boot = new VirtualMachines(agentPath, limits).boot(guestOf(tinyKernelFile({ deed: 'hang' })), {
      signal: booting.signal,
    })
    const ended = expect(boot).rejects.toThrow()
    await until(() => emulatorsOf(process.pid).some(pid => statusField(pid, 'Seccomp') === '2'), 60)
    booting.abort()
    await ended
  })

  test('a QEMU without a sandbox is used, and the run says so', async () => {
    const real = findProgram('qemu-system-x86_64')
    const stub = path.join(folder, 'qemu-system-x86_64')
    writeFileSync(
      stub,
      `#!/bin/sh\ncase "$1" in -sandbox) echo "qemu: There is no option group 'sandbox'" >&2; exit 1;; esac\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    )
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
    const { machine } = await boot(guestOf(newerKernel))
    expect(machine?.note).toContain('built without seccomp')
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

  test('a kernel without serial ports panics, and what it needs is reported', async () => {
    const { message, advice } = await failedBoot(guestOf(newerKernel, { bootParameters: '8250.nr_uarts=0' }))
    expect(message).toMatch(/did not boot: it panicked: .*init/)
    expect(advice).toContain('two 8250 serial ports')
  })

  test('a console on the port of the agent is not an agent', async () => {
    const { message } = await failedBoot(guestOf(newerKernel, { bootParameters: '8250.nr_uarts=1' }))
    expect(message).toMatch(/did not boot: The agent sent “[^”]*”, which is not JSON/)
  })

  test('a kernel of which nothing is heard is booted once more', async () => {
    const impatient = { ...patience, start: 3000, end: 1000 }
    const machines = new VirtualMachines(agentPath, { kvm: impatient, tcg: impatient })
    await expect(boot(guestOf(tinyKernelFile({ deed: 'hang' })), machines)).rejects.toMatchObject({
      code: 'boot-failed',
      message: expect.stringMatching(/said nothing for 3 s after “hello”.*It was booted 2 times\./) as string,
    })
  })

  test('QEMU reports that a host has not enough memory', async () => {
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
        /^No kernel boots under \/dev\/null: .+ QEMU said: .+ emulated in software/,
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
    const booting = new VirtualMachines(agentPath, limits).boot(guestOf(newerKernel), {
      signal: wish.signal,
    })
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
