import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { InstructionLatency } from '../../engine/contract/advice.ts'
import { protocolVersion, type Hello, type RawFacts } from '../../engine/contract/agent-protocol.ts'
import type { Facts } from '../../engine/contract/environment.ts'
import { exampleFacts, exampleLatencies, exampleMachineId } from '../fixtures/environment.ts'
import { exampleReport } from '../fixtures/machine-report.ts'

/** What the fake agent shall do; samples count from 1 in each of its processes. */
export type FakeAgentBehaviour = Readonly<{
  protocol?: number
  targets?: readonly string[]
  facts?: Partial<Facts>
  schemes?: Hello['schemes']
  sampleMs?: number
  /** How much longer than others a scheme of the model takes. */
  timeFactors?: Readonly<Record<string, number>>
  dieAtSample?: number
  /** Dies unless the marker file exists, which it then makes. */
  dieOnce?: Readonly<{ atSample: number; marker: string }>
  /** Dies at each of these requests in turn, once; the marker file counts them. */
  deaths?: Readonly<{ requests: readonly string[]; marker: string }>
  garbageAtSample?: number
  silentAtSample?: number
  refuseAtSample?: number
  invalidAtSample?: number
  allInvalid?: boolean
}>

/** Everything the fake agent says and does. */
export type FakeAgentScript = Readonly<{
  hello: Hello
  facts: Facts
  raw: RawFacts
  latencies: readonly InstructionLatency[]
  behaviour: FakeAgentBehaviour
}>

/** Makes a program in `folder` that starts the fake agent with this behaviour; returns its path. */
export function fakeAgentPath(folder: string, behaviour: FakeAgentBehaviour): string {
  const program = path.join(folder, 'fake-agent')
  const source = path.join(import.meta.dirname, 'fake-agent.ts')
  const facts = { ...exampleFacts, ...behaviour.facts }
  const script: FakeAgentScript = {
    hello: {
      ...exampleReport.hello,
      protocol: behaviour.protocol ?? protocolVersion,
      targets: [...(behaviour.targets ?? exampleReport.hello.targets)],
      schemes: behaviour.schemes ?? exampleReport.hello.schemes,
    },
    facts,
    raw: { kernelConfig: configFile(facts.kernel.config), machineId: exampleMachineId },
    latencies: exampleLatencies,
    behaviour,
  }
  const json = JSON.stringify(script).replaceAll("'", "'\\''")
  writeFileSync(program, `#!/bin/sh\nFAKE_AGENT='${json}' exec '${process.execPath}' '${source}'\n`)
  chmodSync(program, 0o755)
  return program
}

function configFile(config: Facts['kernel']['config']): string {
  const lines = Object.entries(config).map(([name, value]) =>
    value === 'n' ? `# ${name} is not set` : `${name}=${value}`,
  )
  return Buffer.from(lines.join('\n')).toString('base64')
}
