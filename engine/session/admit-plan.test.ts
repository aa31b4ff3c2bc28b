import { expect, test } from 'vitest'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import { examplePlan } from '../../test/fixtures/run.ts'
import { kibibyte, mebibyte } from '../contract/units.ts'
import { admitPlan } from './admit-plan.ts'

test.each([
  [4 * kibibyte, '4 KiB, 2 MiB'],
  [16 * kibibyte, '16 KiB, 32 MiB'],
  [64 * kibibyte, '64 KiB, 512 MiB'],
])('a kernel with pages of %d bytes that lists no folio sizes offers %s', (basePageBytes, size) => {
  const facts = { ...exampleFacts, thp: { ...exampleFacts.thp, sizes: [] } }
  const hello = { ...exampleReport.hello, basePageBytes }
  expect(() => admitPlan(examplePlan({ folioSizes: [mebibyte] }), hello, facts)).toThrow(
    expect.objectContaining({ code: 'unsupported', advice: `Choose among ${size}.` }),
  )
})
