/**
 * What an advice measures, as plans: one for each setting and kind of returns, each of
 * which becomes a run. Pure.
 */
import type { AdviceId, AdviceRequest, AdviceSetting } from '../contract/advice.ts'
import type { BenchmarkName } from '../contract/benchmark.ts'
import type { Plan } from '../contract/plan.ts'
import { returnsTitles, type Returns } from '../contract/returns.ts'
import { mebibyte, type Percent, type Seconds } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { aloneOperations, contendedOperation, type Question } from './questions.ts'
import { alone } from './settings.ts'

// Small enough for a hundred rounds within a minute, larger than second-level caches.
const sizeBytes = 32 * mebibyte
const folioBytes = 2 * mebibyte

/**
 * With this many rounds all intervals exist, including those that hold together: 20 parts need 10.
 */
const leastRounds = 12

const mostRounds = 1000 // a minute has room for fewer

/**
 * Half-width of the widest interval at which measuring ends: far below δ, so that it may end up
 * inside or outside.
 */
const resolutionPercent: Percent = 0.5

/**
 * Share of the budget for the same question under other returns: brief, since it decides nothing.
 */
const backgroundShare = 0.25

export type AdvicePlan = Readonly<{
  /** What it measures, for people: “alone, safe RET”. */
  name: string
  /** Its operations, in the order of its cells. */
  operations: readonly BenchmarkName[]
  setting: AdviceSetting
  returns: Returns
  /** Whether it decides nothing. */
  isBackground: boolean
  /** Of the budget. */
  share: number
  /** The plan, given what it may take. */
  planFor: (budgetSeconds: Seconds) => Plan
}>

export type Asked = Readonly<{
  id: AdviceId
  request: Pick<AdviceRequest, 'question'>
  question: Question
  /** Settings in which several tasks do the same. */
  contended: readonly AdviceSetting[]
  returns: Returns
  /** The other kind, if there is one: background. */
  other: Returns | undefined
  seed: number
}>

/** The plans in the order in which they are measured: what decides first. */
export function advicePlans(asked: Asked): AdvicePlan[] {
  const { contended, returns, other } = asked
  const deciding = other === undefined ? 1 : 1 - backgroundShare
  const operations = aloneOperations.length + contended.length
  return [
    planOf(asked, aloneOperations, alone, returns, (deciding * aloneOperations.length) / operations),
    ...contended.map(setting => planOf(asked, [contendedOperation], setting, returns, deciding / operations)),
    ...(other === undefined ? [] : [planOf(asked, aloneOperations, alone, other, backgroundShare)]),
  ]
}

function planOf(
  { id, request, question, other, seed }: Asked,
  operations: readonly BenchmarkName[],
  setting: AdviceSetting,
  returns: Returns,
  share: number,
): AdvicePlan {
  const schemes = [question.shared, ...question.candidates].map(({ scheme }) => scheme)
  const isBackground = returns === other
  const name = `${setting.label}, ${returnsTitles[returns]}${isBackground ? ', background' : ''}`
  return {
    name,
    operations,
    setting,
    returns,
    isBackground,
    share,
    planFor: budgetSeconds => ({
      label: `Advice (${request.question}): ${name}`,
      target: 'model',
      benchmarks: [...operations],
      variants: [...schemes, question.copy].map(scheme => schemeVariant(scheme, { returns })),
      sizeBytes,
      folioSizes: [folioBytes],
      tasks: [setting.tasks],
      stopping: {
        kind: 'resolution',
        resolutionPercent,
        minimumRounds: leastRounds,
        maximumRounds: mostRounds,
        budgetSeconds,
      },
      warmupRounds: 1,
      seed,
      order: 'williams',
      changeSettings: false,
      cpus: [...setting.cpus],
      advice: id,
    }),
  }
}
