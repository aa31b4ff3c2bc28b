/** Where a session measures: the machine of the lab, or another one over ssh. */
import type { StartAgent } from '../agent/agent.ts'
import { createStartAgent } from '../agent/start-agent.ts'
import type { TargetMachine } from '../contract/target-machine.ts'
import { readPowerSupply, type PowerSource } from '../machine/power-supply.ts'
import { RemoteMachine, type RemoteMachineParts } from '../remote/remote-machine.ts'
import { systemClock } from '../process/clock.ts'
import { machineWatcher, type MachineWatcher } from '../session/wait-until-quiet.ts'

export type MeasuringPlace = Readonly<{
  /** The name of another machine; null: this one. */
  machine: string | null
  /** For a run or an advice, which has the machine to itself. */
  startAgent: StartAgent
  /** For a look at the machine, which is in nobody's way. */
  startLooking: StartAgent
  /** What else the machine does. */
  watcher: MachineWatcher
  powerSupply: () => PowerSource
  /** Ends the connection, if there is one. */
  close: () => Promise<void>
}>

/** `agentPath` is the program. */
export function thisMachine(agentPath: string): MeasuringPlace {
  const startAgent = createStartAgent(agentPath)
  return {
    machine: null,
    startAgent,
    startLooking: startAgent,
    watcher: machineWatcher,
    powerSupply: readPowerSupply,
    close: () => Promise.resolve(),
  }
}

/** Measuring on another machine, which is reached over ssh when it is first asked. */
export function otherMachine(machine: TargetMachine, parts: RemoteMachineParts): MeasuringPlace {
  const remote = new RemoteMachine(machine, parts)
  return {
    machine: machine.name,
    startAgent: remote.startMeasuring,
    startLooking: remote.startLooking,
    watcher: {
      read: async () => ({
        at: systemClock.monotonicNs() / 1e9,
        own: 0,
        ...(await remote.readProcessorTime()),
      }),
      sleep: machineWatcher.sleep,
    },
    powerSupply: () => 'unknown',
    close: () => remote.close(),
  }
}
