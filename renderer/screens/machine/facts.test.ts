import { expect, test } from 'vitest'
import { exampleFacts } from '../../../test/fixtures/environment.ts'
import { exampleReport } from '../../../test/fixtures/machine-report.ts'
import { factGroups, headlineFacts, machineName } from './facts.ts'

function valueOf(title: string, name: string, facts = exampleFacts): string | null | undefined {
  const report = { ...exampleReport, environment: { ...exampleReport.environment, facts } }
  return factGroups(report)
    .find(group => group.title === title)
    ?.facts.find(fact => fact.name === name)?.value
}

test('sizes are shown in binary units', () => {
  expect(valueOf('CPU', 'L1 data')).toBe('32 KiB, CPUs 0')
})

test('what the machine does not say stays apart from what it has none of', () => {
  const { isolation, frequency } = exampleFacts
  const told = { ...exampleFacts, isolation: { ...isolation, isolated: '' } }
  const untold = { ...exampleFacts, isolation: { ...isolation, isolated: null } }
  expect(valueOf('Load and isolation', 'Isolated CPUs', told)).toBe('none')
  expect(valueOf('Load and isolation', 'Isolated CPUs', untold)).toBeNull()
  expect(
    valueOf('Frequency', 'Boost', { ...exampleFacts, frequency: { ...frequency, boost: null } }),
  ).toBeNull()
})

test('a group without facts is left out', () => {
  const facts = { ...exampleFacts, mitigations: {} }
  const report = { ...exampleReport, environment: { ...exampleReport.environment, facts } }
  expect(factGroups(report).map(group => group.title)).not.toContain('Mitigations')
})

test('a machine without a CPU name is called by what is known of it', () => {
  const { cpu, kernel } = exampleFacts
  const nameless = {
    ...exampleFacts,
    cpu: { ...cpu, name: null },
    kernel: { ...kernel, architecture: 'aarch64' },
  }
  expect(machineName(exampleFacts)).toBe('Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz')
  expect(machineName(nameless)).toBe('GenuineIntel aarch64')
})

test('the headline names the kernel first', () => {
  expect(headlineFacts(exampleFacts)[0]).toEqual({ name: 'Kernel', value: '6.15.0' })
})
