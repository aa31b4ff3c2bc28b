import { expect, test } from 'vitest'
import { schemeVariant } from '../../contract/variant.ts'
import { examplePlan, exampleSamples, runOf } from '../../../test/fixtures/run.ts'
import { modelShares, modelShareTable } from './model-share-table.ts'
import { renderText } from '../format/text.ts'

const modelPlan = examplePlan({
  target: 'model',
  benchmarks: ['fork'],
  variants: [schemeVariant('mm-id')],
})
const hostPlan = examplePlan({ benchmarks: ['fork'], variants: [{ target: 'host', label: 'here' }] })
const pages = modelPlan.sizeBytes / 4096
const model = runOf(
  modelPlan,
  exampleSamples(modelPlan, () => 10 * pages),
)
const host = runOf(
  hostPlan,
  exampleSamples(hostPlan, () => 40 * pages),
)

test('the share is what the model takes of the kernel’s time, for a page', () => {
  expect(modelShares(model, host)).toEqual([
    {
      folioBytes: modelPlan.folioBytes,
      benchmark: 'fork',
      modelNsPerPage: 10,
      hostNsPerPage: 40,
      sharePercent: 25,
    },
  ])
})

test('without a valid sample of the kernel there is no share', () => {
  const nothing = { ...host, samples: [] }
  const shares = modelShares(model, nothing)
  expect(shares[0]).toMatchObject({ modelNsPerPage: 10, hostNsPerPage: null, sharePercent: null })
  const words = { scheme: 'mm-id', returns: 'plain returns', release: '6.18' }
  expect(renderText([modelShareTable(shares, words)])).toContain('10.0')
})
