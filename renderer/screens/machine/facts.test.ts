import { expect, test } from 'vitest'
import { exampleFacts } from '../../../test/fixtures/environment.ts'
import { exampleReport } from '../../../test/fixtures/machine-report.ts'
import { factGroups } from './facts.ts'

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
