import type { Agent, AgentMachine } from '../agent/agent.ts'
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
 * wall clock one, since the first decides for all whether KVM is used. `kept` are the kernels that
 * the run begins with: they are left running, and need not boot again. Rejects with the first
 * failure when all machines are closed.
 */
export async function tryKernels(
  plan: Plan,
  kernels: readonly number[],
  host: Facts,
  boot: (variantIndex: number) => Promise<Agent>,
): Promise<{ guests: Guest[]; kept: TriedKernel[] }> {
  const guests: Guest[] = []
  let kept: TriedKernel[] = []
  for (const group of groupsOf(plan, kernels, host)) {
    await Promise.all(kept.map(({ agent }) => agent.close()))
    const results = await Promise.allSettled(group.map(index => tryKernel(plan, index, boot)))
    kept = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    for (const { variantIndex, agent, facts } of kept)
      if (agent.machine) guests.push(guestOf(agent, agent.machine, variantIndex, facts))
    const failed = results.find(result => result.status === 'rejected')
    if (failed) {
      await Promise.all(kept.map(({ agent }) => agent.close()))
      throw failed.reason
    }
  }
  return { guests: guests.sort((left, right) => left.variantIndex - right.variantIndex), kept }
}

/** What is stored of a kernel that has booted. */
export function guestOf(
  { hello }: Pick<Agent, 'hello'>,
  machine: AgentMachine,
  variantIndex: number,
  facts: Facts,
): Guest {
  return { ...machine, variantIndex, facts, basePageBytes: hello.basePageBytes }
}

/**
 * The kernels that the run begins with come last, so that they do not run idle while others boot.
 */
function groupsOf(plan: Plan, kernels: readonly number[], host: Facts): number[][] {
  const { variants } = plan
  const measured = [...new Set(scheduleBlock(plan, 0).map(({ variantIndex }) => variantIndex))]
  const order = measured.filter(index => kernels.includes(index)).reverse()
  const atOnce = variants.every(variant => clockOf(variant) === 'instructions')
    ? machinesThatFit(variants, host)
    : 1
  // The last group is as full as can be.
  const groups: number[][] = []
  for (let end = order.length; end > 0; end -= atOnce)
    groups.unshift(order.slice(Math.max(0, end - atOnce), end))
  return groups
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
