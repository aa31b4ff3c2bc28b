import type { Agent } from '../agent/agent.ts'
import type { MachineReport } from '../contract/api.ts'
import { readPowerSupply, type PowerSource } from '../machine/power-supply.ts'
import { preflight } from '../machine/preflight.ts'
import type { Clock } from '../process/clock.ts'

export type LookedAt = Readonly<{ machine: string | null; powerSupply: () => PowerSource }>

const here: LookedAt = { machine: null, powerSupply: readPowerSupply }

/**
 * What the machine is and whether it is fit to measure; starts an agent for it and ends it again.
 * `where` says what the agent does not.
 */
export async function inspectMachine(
  startAgent: () => Promise<Agent>,
  applicationVersion: string,
  clock: Clock,
  { machine, powerSupply }: LookedAt = here,
): Promise<MachineReport> {
  const agent = await startAgent()
  try {
    const facts = await agent.facts()
    const { hello } = agent
    return {
      environment: {
        facts,
        agentVersion: hello.agent,
        applicationVersion,
        capturedAt: clock.now(),
        ...(machine === null ? {} : { machine }),
      },
      hello,
      preflight: preflight(facts, powerSupply()),
    }
  } finally {
    await agent.close()
  }
}
