import { expect, test } from 'vitest'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { machineName, processorName } from './machine-text.ts'

test('a machine without a CPU name is called by what is known of it', () => {
  const { cpu, kernel } = exampleFacts
  const nameless = {
    ...exampleFacts,
    cpu: { ...cpu, name: null },
    kernel: { ...kernel, architecture: 'aarch64' },
  }
  expect(processorName(exampleFacts)).toBe('Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz')
  expect(processorName(nameless)).toBe('GenuineIntel aarch64')
})

test('a machine is called by its processor and what that is built into, as far as it tells', () => {
  const { cpu } = exampleFacts
  const silent = {
    ...exampleFacts,
    cpu: { ...cpu, name: null, vendor: null },
    identity: { machineIdHash: null, product: null },
  }
  expect(machineName(exampleFacts)).toBe('Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz, Example Server')
  expect(machineName(silent)).toBe('x86_64')
})
