/**
 * The advisor’s questions, an advice under way and a finished one, in the
 * words of the screen. Pure.
 */
import {
  farthestOf,
  type Advice,
  type AdviceCandidate,
  type AdviceOutcome,
  type AdvicePart,
  type AdviceQuestion,
  type AdviceVerdict,
  type CurrentAdvice,
} from '../../../engine/contract/advice.ts'
import { benchmarkOf } from '../../../engine/contract/benchmark.ts'
import type { Facts } from '../../../engine/contract/environment.ts'
import type { FailureRecord } from '../../../engine/contract/failure.ts'
import { adviceVerdictNames } from '../../../engine/text/advice-text.ts'
import { contradictionText } from '../../../engine/text/contradiction-text.ts'
import { quietWaitText } from '../../../engine/contract/machine-load.ts'
import { returnsTitles } from '../../../engine/contract/returns.ts'
import { processorName } from '../../../engine/text/machine-text.ts'
import {
  formatDuration,
  formatInterval,
  formatMoment,
  formatPercent,
  formatQuantity,
  formatSigned,
} from '../../../engine/text/format.ts'
import { questionViews, questionsAbout } from '../../view-models/advice-questions.ts'
import { percentScale, whiskerOf, type PercentScale, type Whisker } from './percent-scale.ts'

/** The time limits that can be chosen. */
export const budgetChoices = [
  { value: '15', label: '15 s, a first look' },
  { value: '30', label: '30 s' },
  { value: '60', label: '60 s, most certain' },
] as const

const subjects: Readonly<Record<AdviceQuestion, string>> = {
  'exclusive-writer': 'the exclusive writer',
  batching: 'batching',
}

/** What is asked about, for people. */
export function nameOf(question: AdviceQuestion): string {
  return questionViews.find(view => view.question === question)?.name ?? question
}

/** Which kernels show the same on real operations. */
export function kernelsText(question: AdviceQuestion): string {
  return question === 'batching'
    ? 'Compare real kernels: Linux 6.9 and later account fork and unmapping in batches, older ones page by page.'
    : 'Compare real kernels: none has the exclusive writer yet; what was merged instead differs from release to release.'
}

/** Whether the question is still open. */
export function isOpen({ verdict }: Advice): boolean {
  return verdict === 'not-resolved'
}

/** One sentence that answers the question of a processor, without numbers. */
export function headlineOf(question: AdviceQuestion, verdict: AdviceVerdict, cpu: string): string {
  const subject = subjects[question]
  const name = subject.charAt(0).toUpperCase() + subject.slice(1)
  switch (verdict) {
    case 'helps':
      return `${name} helps on ${cpu}.`
    case 'hurts':
      return `${name} hurts on ${cpu}.`
    case 'no-difference':
      return `${name} makes no difference on ${cpu}.`
    case 'not-resolved':
      return `No verdict yet on ${subject} on ${cpu}.`
  }
}

/**
 * The processor that an answer is about. It may not be that of this machine (`own`): measured over
 * ssh, or read from a file.
 */
function processorOf({ environment: { facts } }: Advice, own: Facts | null): string {
  const isOwn = own === null || facts.identity.machineIdHash === own.identity.machineIdHash
  return isOwn ? 'this CPU' : (facts.cpu.name ?? 'another CPU')
}

export type AdviceProgressView = Readonly<{
  title: string
  /** 0 to 1. */
  share: number
  percent: string
  current: string
  rounds: string
  elapsed: string
  left: string
}>

/**
 * How far an advice under way has come, in words and as a share from 0 to 1. `machine`: the name
 * of the one that is asked; empty: this one.
 */
export function adviceProgressView(
  { request, progress }: CurrentAdvice,
  machine: string,
): AdviceProgressView {
  const elapsed = progress?.elapsedSeconds ?? 0
  const share = Math.min(1, elapsed / request.budgetSeconds)
  return {
    title: questionsAbout(machine).find(view => view.question === request.question)?.title ?? '',
    share,
    percent: `${Math.floor(share * 100)} %`,
    current:
      progress?.wait === undefined
        ? (progress?.current ?? 'starting the agent')
        : quietWaitText(progress.wait),
    rounds: formatQuantity(progress?.rounds ?? 0, 'round'),
    elapsed: formatDuration(elapsed),
    left: `at most ${formatDuration(Math.max(1, request.budgetSeconds - elapsed))} left`,
  }
}

export type PartView = Readonly<{
  key: string
  operation: string
  where: string
  /** What the percent is of, and which way is better. */
  quantity: string
  change: string
  interval: string
  /** What two copies of the same code could differ by. */
  copy: string
  verdict: AdviceVerdict
  reason: string
  rounds: number
  whisker: Whisker
  /** The whole row for those who do not see the plot. */
  description: string
}>

export type CandidateView = Readonly<{
  label: string
  verdict: AdviceVerdict
  counts: string
  parts: readonly PartView[]
}>

export type AdviceView = Readonly<{
  headline: string
  /** What the headline rests on: the sentence of the answer, and what there is to count. */
  because: string
  /**
   * The answer under the other kind of returns, and what contradicts the
   * published table; often empty.
   */
  background: string
  contradictions: readonly string[]
  name: string
  moment: string
  facts: readonly Readonly<{ name: string; value: string }>[]
  scale: PercentScale
  candidates: readonly CandidateView[]
  /** Where every sample can be seen; empty for an answer that kept none. */
  runs: readonly Readonly<{ id: string; name: string; rounds: string }>[]
  resemblance: ResemblanceView | null
}>

export type ResemblanceView = Readonly<{
  cpu: string
  sentence: string
  rows: readonly Readonly<{
    key: string
    operation: string
    candidate: string
    published: string
    measured: string
  }>[]
}>

/** An answer as the screen shows it, with what it rests on. */
export function adviceView(advice: Advice, own: Facts | null): AdviceView {
  const { parts, candidates, environment } = advice
  const scale = percentScale(parts)
  const views = candidates.map((candidate, index) => {
    const own = parts.filter(part => part.candidate === index)
    return {
      label: candidate.label,
      verdict: candidate.verdict,
      counts: countWords(own),
      parts: own.map(part => partView(part, candidate, scale)),
    }
  })
  return {
    headline: headlineOf(advice.question, advice.verdict, processorOf(advice, own)),
    because: becauseOf(advice, views),
    background: advice.background?.sentence ?? '',
    contradictions: (advice.contradictions ?? []).map(contradictionText),
    name: nameOf(advice.question),
    moment: formatMoment(advice.createdAt),
    facts: [
      { name: 'Processor', value: processorName(environment.facts) },
      { name: 'Kernel', value: environment.facts.kernel.release },
      { name: 'Returns', value: returnsTitles[advice.returns] },
      {
        name: 'Took',
        value: `${formatDuration(advice.elapsedSeconds)} of at most ${formatDuration(advice.budgetSeconds)}`,
      },
      { name: 'Rounds', value: String(Math.max(0, ...parts.map(({ n }) => n))) },
      { name: 'Seed', value: String(advice.seed) },
      { name: 'Folio Lab', value: environment.applicationVersion },
      { name: 'Agent', value: environment.agentVersion },
    ],
    scale,
    candidates: views,
    runs: (advice.runs ?? []).map(({ id, name, rounds, voidRounds }) => ({
      ...{ id, name },
      rounds: `${formatQuantity(rounds, 'round')}${voidRounds === 0 ? '' : `, ${voidRounds} disturbed`}`,
    })),
    resemblance: resemblanceView(advice),
  }
}

function becauseOf(
  { verdict, sentence, disturbances }: Advice,
  candidates: readonly Pick<CandidateView, 'label' | 'counts'>[],
): string {
  switch (verdict) {
    case 'helps':
    case 'hurts':
      return sentence
    case 'no-difference':
      return `${sentence} Every operation stays within what the placement of code and processors can change.`
    case 'not-resolved':
      return disturbances.length > 0
        ? sentence
        : `${sentence} ${candidates.map(({ label, counts }) => `${label}: ${counts}`).join('; ')}.`
  }
}

/** `3 help, 1 hurts, 2 without a clear result`. */
export function countWords(parts: readonly Pick<AdvicePart, 'verdict'>[]): string {
  const words: readonly (readonly [AdviceVerdict, string, string])[] = [
    ['helps', 'helps', 'help'],
    ['hurts', 'hurts', 'hurt'],
    ['no-difference', 'makes no difference', 'make no difference'],
    ['not-resolved', 'without a clear result', 'without a clear result'],
  ]
  return words
    .map(
      ([verdict, one, many]) => [parts.filter(part => part.verdict === verdict).length, one, many] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`)
    .join(', ')
}

function partView(part: AdvicePart, { label }: AdviceCandidate, scale: PercentScale): PartView {
  const { operation, setting, percent, low, high, n, verdict, reason } = part
  const farthest = farthestOf(part.layoutFloor)
  const isTime = benchmarkOf(operation).metric === 'time'
  const change = percent === null ? 'no estimate' : formatPercent(percent)
  const interval = low === null || high === null ? 'no interval' : formatInterval(low, high)
  const copy = farthest === null ? 'no interval' : `±${formatSize(farthest)}`
  return {
    key: `${operation} ${setting.label}`,
    operation,
    where: setting.label,
    quantity: isTime ? 'time, less is better' : 'throughput, more is better',
    change,
    interval,
    copy,
    verdict,
    reason,
    rounds: n,
    whisker: whiskerOf(part, scale),
    description: `${label}: ${operation}, ${setting.label}: ${adviceVerdictNames[verdict]}, ${change} ${
      isTime ? 'time' : 'throughput'
    }, interval ${interval}, copy ${copy}, ${formatQuantity(n, 'round')}; ${reason}`,
  }
}

function resemblanceView({ resembles }: Advice): ResemblanceView | null {
  if (resembles === null) return null
  const { cpu, returns, distancePercent, nextDistancePercent, compared } = resembles
  const next =
    nextDistancePercent === null
      ? ''
      : `; those of the next published CPU differ by ${formatSize(nextDistancePercent)}${isClear(resembles) ? '' : ', which is hardly more, so this match says little'}`
  return {
    cpu,
    sentence: `Its kernel had ${returnsTitles[returns]}. Its published changes differ from those measured with the same returns by ${formatSize(distancePercent)} (root mean square)${next}.`,
    rows: compared.map(({ operation, candidate = '', publishedPercent, measuredPercent }) => ({
      key: `${operation} ${candidate}`,
      operation,
      candidate,
      published: formatSigned(publishedPercent),
      measured: formatSigned(measuredPercent),
    })),
  }
}

function formatSize(percent: number): string {
  return `${percent.toFixed(1)}\u202f%`
}

/** Whether the runner-up is farther by half as much again. */
function isClear({
  distancePercent,
  nextDistancePercent,
}: Readonly<{ distancePercent: number; nextDistancePercent: number | null }>): boolean {
  return nextDistancePercent === null || nextDistancePercent >= 1.5 * distancePercent
}

export type AdviceItem = Readonly<{
  id: string
  verdict: AdviceVerdict
  headline: string
  machine: string
  moment: string
}>

/** An advice as a line of a list. */
export function adviceItem(advice: Advice, own: Facts | null): AdviceItem {
  const { id, question, verdict, environment, createdAt } = advice
  return {
    id,
    verdict,
    headline: headlineOf(question, verdict, processorOf(advice, own)),
    machine: processorName(environment.facts),
    moment: formatMoment(createdAt),
  }
}

/** Why there is no answer; null when there is one. */
export function noAnswer({ status, reason }: AdviceOutcome): FailureRecord | null {
  if (status === 'complete') return null
  return status === 'cancelled'
    ? {
        code: 'cancelled',
        message: 'Cancelled before there was an answer.',
        advice: 'The samples so far are kept under Runs.',
      }
    : { code: 'internal', message: `There is no answer: ${reason}`, advice: '' }
}

/** How an advice ended, for those who look at something else. */
export function outcomeWords(outcome: AdviceOutcome, own: Facts | null): string {
  const { advice } = outcome
  return advice === null
    ? (noAnswer(outcome)?.message ?? '')
    : headlineOf(advice.question, advice.verdict, processorOf(advice, own))
}
