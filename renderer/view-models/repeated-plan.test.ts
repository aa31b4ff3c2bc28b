import { expect, test } from 'vitest'
import { schemeVariant, type Variant } from '../../engine/contract/variant.ts'
import { exampleAdviceId } from '../../test/fixtures/advice.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { examplePlan } from '../../test/fixtures/run.ts'
import { canRepeat, repeatedPlan } from './repeated-plan.ts'

const { release } = exampleEnvironment.facts.kernel

test('a run is repeated with its plan, but for the seed', () => {
  const plan = examplePlan({ seed: 1, label: 'mine' })
  expect(repeatedPlan({ plan, environment: exampleEnvironment }, 7, release)).toEqual({ ...plan, seed: 7 })
})

test('what counts instructions is repeated in the same order', () => {
  const kernel: Variant = {
    target: 'vm',
    label: '6.12',
    kernel: '/k/vmlinuz',
    clock: 'instructions',
    cpus: 1,
    memoryBytes: 2 ** 30,
    bootParameters: '',
  }
  const plan = examplePlan({ seed: 1, target: 'vm', variants: [kernel] })
  expect(repeatedPlan({ plan, environment: exampleEnvironment }, 7, release)).toEqual(plan)
})

test('on another kernel the names that held the release of the old one hold that of the new one', () => {
  const plan = examplePlan({
    label: `Quick on ${release}`,
    variants: [release, `${release} again`, 'tuned'].map(label => ({ target: 'host', label })),
  })
  const again = repeatedPlan({ plan, environment: exampleEnvironment }, 7, '7.0.1')
  expect(again.label).toBe('Quick on 7.0.1')
  expect(again.variants.map(({ label }) => label)).toEqual(['7.0.1', '7.0.1 again', 'tuned'])
})

test('names of schemes stay, and a name stays short enough', () => {
  const plan = examplePlan({
    target: 'model',
    label: `on ${release}`,
    variants: [schemeVariant('baseline', { label: release })],
  })
  const again = repeatedPlan({ plan, environment: exampleEnvironment }, 7, 'r'.repeat(100))
  expect(again.variants).toEqual(plan.variants)
  expect(again.label).toHaveLength(80)
})

test('what an advice measured is not repeated alone', () => {
  expect(canRepeat(examplePlan())).toBe(true)
  expect(canRepeat(examplePlan({ advice: exampleAdviceId }))).toBe(false)
})
