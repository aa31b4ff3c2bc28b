import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AdvicePart } from '../contract/advice.ts'
import type { BenchmarkName } from '../contract/benchmark.ts'
import type { Reference } from '../contract/reference.ts'
import { publishedReferences } from '../library/references.ts'
import { logRatioOf, percentChange } from '../statistics/log-ratio.ts'
import { aloneOperations, contendedOperation, questions } from './questions.ts'
import { findResemblance } from './resemblance.ts'
import { alone } from './settings.ts'

const question = questions['exclusive-writer']
const references = publishedReferences()
const xeon = 'xeon-4210r'
const machines = [...new Set(references.map(({ machine }) => machine))]

type Part = Pick<AdvicePart, 'operation' | 'setting' | 'candidate' | 'percent'>

function published(machine: string, stage: string, benchmark: BenchmarkName): Reference {
  return references.find(
    other => other.machine === machine && other.stage === stage && other.benchmark === benchmark,
  )!
}

/** What the advisor would measure on a machine that is just as published, times `factor`. */
function partsLike(machine: string, factor = 1): Part[] {
  return aloneOperations.flatMap(operation =>
    question.candidates.map(({ scheme }, candidate) => ({
      operation,
      setting: alone,
      candidate,
      percent: percentChange(
        logRatioOf(published(machine, scheme, operation).percent) -
          logRatioOf(published(machine, 'batch', operation).percent) +
          Math.log(factor),
      ),
    })),
  )
}

test.each(machines)('what was published for %s resembles it, at no distance', machine => {
  const found = findResemblance(question, partsLike(machine), references)
  expect(found).toMatchObject({ machine, cpu: references.find(other => other.machine === machine)!.cpu })
  expect(found!.distancePercent).toBeCloseTo(0, 9)
  expect(found!.nextDistancePercent).toBeGreaterThan(1)
  expect(found!.compared).toHaveLength(aloneOperations.length * question.candidates.length)
  for (const { publishedPercent, measuredPercent } of found!.compared)
    expect(measuredPercent).toBeCloseTo(publishedPercent, 9)
})

test('fork of the Xeon from batch to exclusive is 100·(1.405/1.955 − 1) = −28.1 %', () => {
  const found = findResemblance(question, partsLike(xeon), references)
  expect(found!.compared.find(({ operation }) => operation === 'fork')!.publishedPercent).toBeCloseTo(
    -28.13,
    2,
  )
})

test('the distance is the common factor by which all changes differ', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1.01, noNaN: true }), factor => {
      const found = findResemblance(question, partsLike(xeon, factor), references)
      expect(found!.distancePercent).toBeCloseTo(100 * (factor - 1), 6)
    }),
  )
})

test('only what was measured without contention is compared', () => {
  const contended: Part = {
    operation: contendedOperation,
    setting: { kind: 'tasks', tasks: 2, cpus: [0, 1], label: '2 tasks' },
    candidate: 0,
    percent: 1000,
  }
  const parts = partsLike(xeon)
  expect(findResemblance(question, [...parts, contended], references)).toEqual(
    findResemblance(question, parts, references),
  )
})

test('nothing published or nothing measured resembles nothing', () => {
  expect(findResemblance(question, partsLike(xeon), [])).toBeNull()
  const unmeasured = partsLike(xeon).map(part => ({ ...part, percent: null }))
  expect(findResemblance(question, unmeasured, references)).toBeNull()
})

test('a single published machine has no runner-up', () => {
  const only = references.filter(({ machine }) => machine === xeon)
  expect(findResemblance(question, partsLike(xeon), only)).toMatchObject({ nextDistancePercent: null })
})
