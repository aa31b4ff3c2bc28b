import type { Facts } from '../../engine/contract/environment.ts'
import { formatQuantity } from '../../engine/text/format.ts'
import { formatBytes } from '../../engine/text/size-text.ts'

/**
 * `value` is null when the machine does not tell; `isCode` marks texts that
 * are typed rather than read.
 */
export type Fact = Readonly<{ name: string; value: string | null; isCode?: boolean }>

/** The few facts that name a machine at a glance. */
export function headlineFacts(facts: Facts): readonly Fact[] {
  const { cpu, kernel, memory, virtualisation, thp } = facts
  return [
    { name: 'Kernel', value: kernel.release },
    { name: 'CPUs', value: cpu.threads === null ? null : formatQuantity(cpu.threads, 'thread') },
    { name: 'Memory available', value: formatBytes(memory.availableBytes) },
    { name: 'Huge pages', value: thp.enabled },
    { name: 'Runs on', value: virtualisation.hypervisor ?? 'bare metal' },
  ]
}
