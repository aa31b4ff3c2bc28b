import type { Agent } from '../agent/agent.ts'
import type { MachineReport } from '../contract/api.ts'
import { readPowerSupply } from '../machine/power-supply.ts'
import { preflight } from '../machine/preflight.ts'
import type { Clock } from '../process/clock.ts'

/** What the machine is and whether it is fit to measure; starts an agent for it and ends it again. */
export async function inspectMachine(
  startAgent: () => Promise<Agent>,
  applicationVersion: string,
  clock: Clock,
): Promise<MachineReport> {
  const agent = await startAgent()
  try {
    const facts = await agent.facts()
    const { hello } = agent
    return {
      environment: { facts, agentVersion: hello.agent, applicationVersion, capturedAt: clock.now() },
      hello,
      preflight: preflight(facts, readPowerSupply()),
    }
  } finally {
    await agent.close()
  }
}
