import type { Environment, Guest } from '../../contract/environment.ts'
import { describeKernelReturns } from '../../contract/returns.ts'
import { processorName } from '../../text/machine-text.ts'
import { formatBytes } from '../../text/size-text.ts'
import { left, textCell, type Table } from './table.ts'

/** The facts that explain a number, in the order in which people ask for them. */
export function environmentTable(
  { facts, guests = [], agentVersion, applicationVersion }: Environment,
  runLabel?: string,
): Table {
  const { cpu, kernel, thp, frequency, memory, virtualisation, identity, scheduling } = facts
  const rows: [string, string | null][] = [
    ['processor', processorName(facts)],
    ['cores and threads', `${cpu.cores ?? 'unknown'} cores, ${cpu.threads ?? 'unknown'} threads`],
    ...(scheduling ? [['CPUs that may be used', scheduling.allowedCpus] satisfies [string, string]] : []),
    ['machine', identity.product],
    ['virtualisation', virtualisation.hypervisor],
    ['memory', formatBytes(memory.totalBytes)],
    ['kernel', `${kernel.release} ${kernel.version}`],
    ...(kernel.commandLine === null ? [] : [['kernel command line', kernel.commandLine] as [string, string]]),
    ['returns of the kernel', describeKernelReturns(cpu.kernelReturns)],
    ['transparent huge pages', thp.enabled],
    ['frequency governor', frequency.governor],
    ['boost', frequency.boost === null ? null : frequency.boost ? 'on' : 'off'],
    ...guests.map(
      guest => [`virtual machine ${guest.variantIndex + 1}`, guestWords(guest)] as [string, string],
    ),
    ['Folio Lab', `${applicationVersion}, agent ${agentVersion}`],
  ]
  return {
    title: runLabel === undefined ? 'Environment' : `Environment of ${runLabel}`,
    columns: [left('fact'), left('value')],
    rows: rows.map(([fact, value]) => [textCell(fact), textCell(value ?? 'not available')]),
    notes: [],
  }
}

function guestWords({ facts, basePageBytes, emulator, accelerator, bootSeconds, note }: Guest): string {
  const pages = basePageBytes === undefined ? '' : ` with pages of ${formatBytes(basePageBytes)}`
  const how = accelerator === 'kvm' ? 'with KVM' : 'emulated'
  return `Linux ${facts.kernel.release}${pages} in QEMU ${emulator}, ${how}, booted in ${bootSeconds.toFixed(1)} s. ${note}`.trim()
}
