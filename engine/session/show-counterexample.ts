/** The histories in which the posted series is wrong, replayed by an agent of its own. */
import type { Agent } from '../agent/agent.ts'
import type { Counterexample } from '../contract/counterexample.ts'

/** Starts an agent for it, and ends it. */
export async function showCounterexample(startAgent: () => Promise<Agent>): Promise<Counterexample> {
  const agent = await startAgent()
  try {
    return await agent.counterexample()
  } finally {
    await agent.close()
  }
}
