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

test.each([
  ['pageout', mebibyte, 0, 'pageout needs 16 MiB of swap, and this machine has none.'],
  [
    'pageout',
    64 * mebibyte,
    16 * mebibyte,
    'pageout needs 64 MiB of swap, and this machine has 16 MiB of it free.',
  ],
  [
    'munmap-swapped-forked',
    4 * mebibyte,
    0,
    'munmap-swapped-forked needs 4 MiB of swap, and this machine has none.',
  ],
] as const)(
  '%s of %d bytes is refused where %d bytes of swap are free',
  (benchmark, sizeBytes, swapFreeBytes, message) => {
    const facts = { ...exampleFacts, memory: { ...exampleFacts.memory, swapFreeBytes } }
    const plan = examplePlan({ benchmarks: [benchmark], sizeBytes })
    expect(() => admitPlan(plan, exampleReport.hello, facts)).toThrow(
      expect.objectContaining({ code: 'unsupported', message }),
    )
    const enough = { ...facts, memory: { ...facts.memory, swapFreeBytes: 64 * mebibyte } }
    expect(() => admitPlan(plan, exampleReport.hello, enough)).not.toThrow()
  },
)

test('shared memory is asked for single pages alone', () => {
  const benchmarks: 'mprotect-shared-dirty'[] = ['mprotect-shared-dirty']
  const plan = examplePlan({ benchmarks, folioSizes: [2 * mebibyte] })
  expect(() => admitPlan(plan, exampleReport.hello, exampleFacts)).toThrow(
    expect.objectContaining({ code: 'unsupported', advice: 'Leave it out, or add folios of 4 KiB.' }),
  )
  const single = examplePlan({ benchmarks, folioSizes: [4 * kibibyte] })
  expect(() => admitPlan(single, exampleReport.hello, exampleFacts)).not.toThrow()
})
