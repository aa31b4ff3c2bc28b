import type { Facts } from '../contract/environment.ts'

/**
 * Text that is equal for two environments of one machine and differs between machines. Holds
 * nothing that a reboot, an update or a setting changes: no kernel, no microcode, no SMT state, and
 * no memory size, of which each kernel build keeps another share for itself.
 */
export function fingerprint({ cpu, virtualisation, identity }: Facts): string {
  return JSON.stringify({
    machineIdHash: identity.machineIdHash,
    product: identity.product,
    hypervisor: virtualisation.hypervisor,
    cpu: [cpu.vendor, cpu.family, cpu.model, cpu.stepping, cpu.name, cpu.sockets, cpu.cores],
  })
}
