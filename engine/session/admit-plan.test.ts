import { expect, test } from 'vitest'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import { examplePlan } from '../../test/fixtures/run.ts'
import { kibibyte, mebibyte } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { admitKernel, admitPlan } from './admit-plan.ts'

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

test('remap is refused on a kernel whose entries map more than the folios of the plan', () => {
  const plan = examplePlan({
    target: 'vm',
    benchmarks: ['munmap', 'remap'],
    folioSizes: [2 * mebibyte],
    variants: [schemeVariant('baseline', { label: '6.12-16k' })],
  })
  const facts = {
    ...exampleFacts,
    thp: { ...exampleFacts.thp, sizes: [{ folioBytes: 2 * mebibyte, enabled: 'always' }] },
  }
  const large = { ...exampleReport.hello, basePageBytes: 16 * kibibyte }
  expect(() => admitKernel(plan, 0, large, facts)).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: expect.stringContaining(
        'on “6.12-16k”, with pages of 16 KiB, is one of 32 MiB and not of 2 MiB',
      ) as string,
      advice: expect.stringContaining('--folio 32M') as string,
    }),
  )
  expect(() => admitKernel(plan, 0, exampleReport.hello, facts)).not.toThrow()
})
