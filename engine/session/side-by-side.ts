/**
 * Kernels whose instructions are counted, several at a time: what one guest counts does not depend
 * on what runs beside it. Each kernel takes its own samples in their order.
 */
import type { Agent } from '../agent/agent.ts'
import { Failure } from '../contract/failure.ts'
import type { SamplePlace } from '../contract/sample.ts'

const maximumRestarts = 3 // an agent that keeps dying will die again

export type KernelLane = Readonly<{
  /** Boots the kernel and brings it into the state in which `place` is to find it. */
  start: (place: SamplePlace) => Promise<Agent>
  /** Takes and stores the sample. */
  take: (agent: Agent, place: SamplePlace) => Promise<void>
  /** Resolves when the next sample may begin; rejects when none may. */
  goOn: () => Promise<void>
}>

/**
 * Takes the places of each kernel, `atOnce` kernels at a time. Rejects with the first failure when
 * all have stopped, which they do before their next sample.
 */
export async function takeSideBySide(
  lane: KernelLane,
  kernels: readonly (readonly SamplePlace[])[],
  atOnce: number,
): Promise<void> {
  const waiting = [...kernels]
  const failures: unknown[] = []
  const careful: KernelLane = {
    ...lane,
    async goOn() {
      if (failures.length > 0) throw failures[0]
      await lane.goOn()
    },
  }
  async function work(): Promise<void> {
    for (let places = waiting.shift(); places && failures.length === 0; places = waiting.shift())
      await takeKernel(careful, places).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, kernels.length) }, work))
  if (failures.length > 0) throw failures[0]
}

async function takeKernel(lane: KernelLane, places: readonly SamplePlace[]): Promise<void> {
  let agent: Agent | undefined
  let restarts = 0
  try {
    for (const place of places) {
      await lane.goOn()
      while (!(await isTaken(place))) restarts++
    }
  } finally {
    await agent?.close()
  }

  /** False when the guest died, and may be booted again. */
  async function isTaken(place: SamplePlace): Promise<boolean> {
    try {
      agent ??= await lane.start(place)
      await lane.take(agent, place)
      return true
    } catch (error) {
      await agent?.close()
      agent = undefined
      if (!isGone(error) || restarts >= maximumRestarts) throw error
      await lane.goOn()
      return false
    }
  }
}

/** Whether the agent is gone, so that another one may do better. */
export function isGone(error: unknown): boolean {
  return error instanceof Failure && (error.code === 'agent-died' || error.code === 'agent-protocol')
}
