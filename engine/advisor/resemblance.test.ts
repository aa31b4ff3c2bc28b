import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AdvicePart } from '../contract/advice.ts'
import type { BenchmarkName } from '../contract/benchmark.ts'
import type { Reference } from '../contract/reference.ts'
import { publishedReferences } from '../comparison/published-tables.ts'
import { logRatioOf, percentChange } from '../statistics/log-ratio.ts'
import { aloneOperations, contendedOperation, questions } from './questions.ts'
import { findContradictions, findResemblance, type MeasuredParts } from './resemblance.ts'
import { alone } from './settings.ts'

const question = questions['exclusive-writer']
const references = publishedReferences()
const xeon = 'xeon-4210r'
const machines = [...new Set(references.map(({ machine }) => machine))]

type Part = Pick<AdvicePart, 'operation' | 'setting' | 'candidate' | 'percent' | 'verdict'>

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
      verdict: 'not-resolved' as const,
      percent: percentChange(
        logRatioOf(published(machine, scheme, operation).percent) -
          logRatioOf(published(machine, 'batch', operation).percent) +
          Math.log(factor),
      ),
    })),
  )
}

/** Measured with the returns of the published kernel. */
function measuredLike(machine: string, factor = 1): MeasuredParts {
  return new Map([[returnsOf(machine), partsLike(machine, factor)]])
}

function returnsOf(machine: string): Reference['returns'] {
  return references.find(other => other.machine === machine)!.returns
}

test.each(machines)('what was published for %s resembles it, at no distance', machine => {
  const found = findResemblance(question, measuredLike(machine), references)
  expect(found).toMatchObject({ machine, cpu: references.find(other => other.machine === machine)!.cpu })
  expect(found!.distancePercent).toBeCloseTo(0, 9)
  expect(found!.compared).toHaveLength(aloneOperations.length * question.candidates.length)
  for (const { publishedPercent, measuredPercent } of found!.compared)
    expect(measuredPercent).toBeCloseTo(publishedPercent, 9)
})

test('fork of the Xeon from batch to exclusive is 100·(1.405/1.955 − 1) = −28.1 %', () => {
  const found = findResemblance(question, measuredLike(xeon), references)
  expect(found!.compared.find(({ operation }) => operation === 'fork')!.publishedPercent).toBeCloseTo(
    -28.13,
    2,
  )
})

test('the distance is the common factor by which all changes differ', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1.01, noNaN: true }), factor => {
      const found = findResemblance(question, measuredLike(xeon, factor), references)
      expect(found!.distancePercent).toBeCloseTo(100 * (factor - 1), 6)
    }),
  )
})

test('only what was measured without contention is compared', () => {
  const contended: Part = {
    operation: contendedOperation,
    setting: { kind: 'tasks', tasks: 2, cpus: [0, 1], label: '2 tasks' },
    candidate: 0,
    verdict: 'helps',
    percent: 1000,
  }
  const parts = partsLike(xeon)
  expect(findResemblance(question, new Map([['plain', [...parts, contended]]]), references)).toEqual(
    findResemblance(question, new Map([['plain', parts]]), references),
  )
})

test('nothing published or nothing measured resembles nothing', () => {
  expect(findResemblance(question, measuredLike(xeon), [])).toBeNull()
  const unmeasured = partsLike(xeon).map(part => ({ ...part, percent: null }))
  expect(findResemblance(question, new Map([['plain', unmeasured]]), references)).toBeNull()
})

test('each published machine is compared with what was measured with the returns of its own kernel', () => {
  const both: MeasuredParts = new Map([
    ['plain', partsLike('epyc-7313')],
    ['safe-ret', partsLike('epyc-7313')],
  ])
  const found = findResemblance(question, both, references)
  expect(found).toMatchObject({ machine: 'epyc-7313', returns: 'safe-ret' })
  expect(found!.nextDistancePercent).toBeGreaterThan(1)
  const plainAlone: MeasuredParts = new Map([['plain', partsLike('epyc-7313')]])
  expect(findResemblance(question, plainAlone, references)).toMatchObject({ machine: xeon, returns: 'plain' })
})

const helps: Part = {
  operation: 'munmap',
  setting: alone,
  candidate: 0,
  verdict: 'helps',
  percent: -16,
}

test('a verdict that says the opposite of what was published is reported with both numbers', () => {
  const measured: MeasuredParts = new Map([['safe-ret', [helps]]])
  const found = findContradictions(question, measured, references, 'epyc-7313')
  expect(found).toMatchObject([
    { cpu: 'AMD EPYC 7313', operation: 'munmap', returns: 'safe-ret', measuredPercent: -16 },
  ])
  expect(found[0]!.publishedPercent).toBeCloseTo(100 * (1.14 / 1.072 - 1), 9)
})

test('what was measured with other returns, or is not resolved, contradicts nothing', () => {
  for (const measured of [
    new Map([['plain', [helps]]]),
    new Map([['safe-ret', [{ ...helps, verdict: 'not-resolved' }]]]),
    new Map([['safe-ret', [{ ...helps, verdict: 'hurts', percent: 16 }]]]),
  ] as MeasuredParts[])
    expect(findContradictions(question, measured, references, 'epyc-7313')).toEqual([])
})

test('a single published machine has no runner-up', () => {
  const only = references.filter(({ machine }) => machine === xeon)
  expect(findResemblance(question, measuredLike(xeon), only)).toMatchObject({ nextDistancePercent: null })
})
