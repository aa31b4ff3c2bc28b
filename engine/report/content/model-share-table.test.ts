import { expect, test } from 'vitest'
import { schemeVariant } from '../../contract/variant.ts'
import { examplePlan, exampleSamples, runOf } from '../../../test/fixtures/run.ts'
import { modelShares, modelShareTable } from './model-share-table.ts'
import { renderText } from '../format/text.ts'

const modelPlan = examplePlan({
  target: 'model',
  benchmarks: ['fork'],
  variants: [schemeVariant('mm-id')],
  stopping: { kind: 'rounds', rounds: 10 },
})
const hostPlan = examplePlan({
  benchmarks: ['fork'],
  variants: [{ target: 'host', label: 'here' }],
  stopping: { kind: 'rounds', rounds: 10 },
})
const pages = modelPlan.sizeBytes / 4096
const model = runOf(
  modelPlan,
  exampleSamples(modelPlan, () => 10 * pages),
)
const host = runOf(
  hostPlan,
  exampleSamples(hostPlan, ({ round }) => (round % 2 === 0 ? 39 : 41) * pages),
)
const words = { scheme: 'mm-id', returns: 'plain returns', release: '6.18' }

test('the share is what the model takes of the kernel’s time, for a page, with its interval', () => {
  const [share] = modelShares(model, host)
  expect(share).toMatchObject({ folioBytes: modelPlan.folioSizes[0], benchmark: 'fork', n: 10 })
  expect(share?.modelNsPerPage).toBeCloseTo(10)
  expect(share?.hostNsPerPage).toBeCloseTo(40)
  expect(share?.share?.percent).toBeCloseTo(25, 0)
  expect(share?.share?.low).toBeCloseTo(1000 / 41)
  expect(share?.share?.high).toBeCloseTo(1000 / 39)
  expect(renderText([modelShareTable([share!], words, [])])).toMatch(
    /fork +10\.0 +40\.0 +10 +25\.\d % \[24\.4, 25\.6\]/,
  )
})

test('what was disturbed counts for nothing, and too few samples give no interval', () => {
  const samples = host.samples.map(sample => {
    const isKept = sample.warmup || sample.round <= 1
    const measurement = { ...sample.measurement, elapsedNs: 400 * pages }
    return isKept ? sample : { ...sample, measurement, voidReason: 'switched out' }
  })
  const [share] = modelShares(model, { ...host, samples })
  expect(share?.hostNsPerPage).toBeLessThan(42)
  expect(share?.share).toMatchObject({ low: null, high: null })
  const text = renderText([modelShareTable([share!], words, ['Disturbed: other programs.'])])
  expect(text).toContain('[too few samples]')
  expect(text).toContain('Disturbed: other programs.')
})

test('without a sample of the kernel there is no share', () => {
  const shares = modelShares(model, { ...host, samples: [] })
  expect(shares[0]).toMatchObject({ hostNsPerPage: null, share: null, n: 0 })
  expect(renderText([modelShareTable(shares, words, [])])).toMatch(/fork +10\.0 +- +0 +-/)
})
