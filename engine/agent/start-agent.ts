import type { StartAgent } from './agent.ts'
import { startChildAgent } from './child-agent.ts'
import { VirtualMachines } from './virtual-machines.ts'

/** How this process starts agents, wherever they run; `agentPath` is the program. */
export function createStartAgent(agentPath: string): StartAgent {
  const machines = new VirtualMachines(agentPath)
  return (kernel, signal, swapBytes = 0) =>
    kernel ? machines.boot(kernel, { signal, swapBytes }) : startChildAgent(agentPath)
}
