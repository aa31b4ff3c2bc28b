/** What variants of the model do, counted by an agent that is started for it. */
import type { Agent } from '../agent/agent.ts'
import type { CountedCase, CountRequest } from '../contract/operation-counts.ts'

const seed = 1 // of the order in which anon-cow-rand writes; counts of a page do not depend on it

/** The counts of every cell by every variant, cells first. The agent is ended, whatever happens. */
export async function countOperations(
  startAgent: () => Promise<Agent>,
  { variants, cells }: CountRequest,
): Promise<CountedCase[]> {
  const agent = await startAgent()
  try {
    const cases: CountedCase[] = []
    for (const cell of cells)
      for (const variant of variants) {
        const counts = await agent.counts({ variant, cell, seed, cpus: [] })
        cases.push({ variant: variant.label, cell, counts })
      }
    return cases
  } finally {
    await agent.close()
  }
}
