/**
 * What the tests of virtual machines share: the kernels that set-up has fetched, and
 * the agent to boot in them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { missingForVirtualMachines, findTestKernel, testKernels } from '../../build/setup/virtual-machine.mjs'
import { inProject } from '../../build/setup/paths.mjs'
import { unlessMissing } from '../fixtures/conditions.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import type { KernelVariant } from '../../engine/contract/variant.ts'

export const agentPath = inProject('out/native/release/folio-agent')

export const whereMachinesRun = unlessMissing(missingForVirtualMachines())

/** Packages of Debian's kernels 6.1 and 6.12. */
export const [olderKernel, newerKernel] = testKernels.map(({ pattern }) => findTestKernel(pattern) ?? '') as [
  string,
  string,
] // as many as testKernels has

export function guestOf(kernel: string, change: Partial<KernelVariant> = {}): KernelVariant {
  return {
    target: 'vm',
    label: 'test',
    kernel,
    bootParameters: '',
    memoryBytes: 512 * mebibyte,
    cpus: 1,
    clock: 'instructions',
    ...change,
  }
}

/** Ids of the processes that `parent` has started and that are QEMU. */
export function emulatorsOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => parentOf(pid) === parent && commandOf(pid).includes('qemu-system'))
}

/** False as soon as the process has ended, also before it was waited for. */
export function isAlive(pid: number): boolean {
  return !['', 'Z', 'X'].includes(statusField(pid, 'State').slice(0, 1))
}

function parentOf(pid: number): number {
  return Number(statusField(pid, 'PPid'))
}

/** A field of proc(5)’s `status`; empty when the process is gone. */
export function statusField(pid: number, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? ''
}

/** How much the process has written so far, to files and sockets alike (proc(5), `io`). */
export function writtenBytes(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0)
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the process has gone in the meantime
  }
}

export async function until(condition: () => boolean, seconds: number): Promise<void> {
  const end = Date.now() + 1000 * seconds
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not true after ${seconds} s`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
