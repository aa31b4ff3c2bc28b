import type { Agent } from '../agent/agent.ts'
import type { Facts, Guest } from '../contract/environment.ts'
import type { Plan } from '../contract/plan.ts'
import { availableBytes } from '../plan/presets.ts'
import { clockOf } from '../contract/variant.ts'
import { scheduleBlock } from '../plan/schedule.ts'
import { admitKernel } from './admit-plan.ts'

/** A kernel that has booted, with the agent in it. */
export type TriedKernel = Readonly<{ variantIndex: number; agent: Agent; facts: Facts }>

/**
 * Boots these kernels of the plan once, so that one that cannot be measured is known before the run
 * begins: by counted instructions as many at a time as `host` has processors and memory for, by
 * wall clock one, since the first decides for all whether KVM is used. `first` is the kernel that
 * the run begins with: it is left running, and need not boot again. Rejects with the first failure
 * when all machines are closed.
 */
export async function tryKernels(
  plan: Plan,
  kernels: readonly number[],
  host: Facts,
  boot: (variantIndex: number) => Promise<Agent>,
): Promise<{ guests: Guest[]; first: TriedKernel | undefined }> {
  const firstIndex = scheduleBlock(plan, 0).find(({ variantIndex }) =>
    kernels.includes(variantIndex),
  )?.variantIndex
  const guests: Guest[] = []
  let first: TriedKernel | undefined
  for (const group of groupsOf(plan, kernels, host, firstIndex)) {
    const results = await Promise.allSettled(group.map(index => tryKernel(plan, index, boot)))
    const tried = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    const failed = results.find(result => result.status === 'rejected')
    for (const { variantIndex, agent, facts } of tried)
      if (agent.machine) guests.push({ ...agent.machine, variantIndex, facts })
    if (!failed) first = tried.find(({ variantIndex }) => variantIndex === firstIndex)
    await Promise.all(tried.filter(kernel => kernel !== first).map(({ agent }) => agent.close()))
    if (failed) throw failed.reason
  }
  return { guests: guests.sort((left, right) => left.variantIndex - right.variantIndex), first }
}

/** The kernel that is left running comes last, so that it does not run idle while others boot. */
function groupsOf(
  { variants }: Plan,
  kernels: readonly number[],
  host: Facts,
  last: number | undefined,
): number[][] {
  const order = [...kernels].sort((left, right) => Number(left === last) - Number(right === last))
  const atOnce = variants.every(variant => clockOf(variant) === 'instructions')
    ? machinesThatFit(variants, host)
    : 1
  return Array.from({ length: Math.ceil(order.length / atOnce) }, (_, group) =>
    order.slice(group * atOnce, (group + 1) * atOnce),
  )
}

/** How many of these virtual machines the host has processors and memory for; at least one. */
export function machinesThatFit(variants: Plan['variants'], host: Facts): number {
  const machineBytes = Math.max(
    ...variants.map(variant => (variant.target === 'vm' ? variant.memoryBytes : 0)),
  )
  return Math.max(1, Math.min(host.cpu.threads ?? 1, Math.floor(availableBytes(host) / machineBytes)))
}

async function tryKernel(
  plan: Plan,
  variantIndex: number,
  boot: (variantIndex: number) => Promise<Agent>,
): Promise<TriedKernel> {
  const agent = await boot(variantIndex)
  try {
    const facts = await agent.facts()
    admitKernel(plan, variantIndex, agent.hello, facts)
    return { variantIndex, agent, facts }
  } catch (error) {
    await agent.close()
    throw error
  }
}
