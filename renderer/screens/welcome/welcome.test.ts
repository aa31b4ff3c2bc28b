import { expect, test } from 'vitest'
import { exampleReport } from '../../../test/fixtures/machine-report.ts'
import { welcomePlans } from './welcome.ts'

test('a newcomer is offered the published table of the model and this kernel against itself', () => {
  const plans = welcomePlans(exampleReport, 1)
  expect(plans.map(({ id, plan }) => [id, plan.target, plan.variants.length])).toEqual([
    ['model', 'model', 2],
    ['host', 'host', 2],
  ])
})

test('an agent without the model offers its kernel alone', () => {
  const report = { ...exampleReport, hello: { ...exampleReport.hello, schemes: [] } }
  expect(welcomePlans(report, 1).map(({ id }) => id)).toEqual(['host'])
})
