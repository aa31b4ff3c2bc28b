/** From verdicts to words: the sentence, the evidence, and what to set. Pure. */
import type {
  Advice,
  AdviceBackground,
  AdviceCandidate,
  AdviceOperation,
  AdvicePart,
  AdviceSetting,
  AdviceVerdict,
  Contradiction,
} from '../contract/advice.ts'
import { benchmarkOf, type BenchmarkName } from '../contract/benchmark.ts'
import { returnsTitles, type Returns } from '../contract/returns.ts'
import type { Percent } from '../contract/units.ts'
import { logRatioOf } from '../statistics/log-ratio.ts'
import { signedPercent } from '../statistics/words.ts'
import type { Question } from './questions.ts'
import { combine, judgeOperations } from './verdicts.ts'

type Conclusion = Pick<
  Advice,
  'verdict' | 'sentence' | 'candidates' | 'operations' | 'evidenceFor' | 'evidenceAgainst' | 'recommendation'
>

const verdictWords: Readonly<Record<AdviceVerdict, string>> = {
  helps: 'helps',
  hurts: 'hurts',
  'no-difference': 'makes no difference',
  'not-resolved': 'has no clear result',
}

/** How functions of the model returned, and of the running kernel, where that is reported. */
export type MeasuredReturns = Readonly<{ returns: Returns; kernel: Returns | null }>

/** `overruled`: where the model contradicts a published kernel; those parts have no verdict. */
export function conclude(
  question: Question,
  parts: readonly AdvicePart[],
  disturbances: readonly string[],
  measured: MeasuredReturns,
  overruled: readonly Contradiction[] = [],
): Conclusion {
  const { subject, candidates, otherwise } = question
  const judged = candidates.map(({ label, scheme }, index): AdviceCandidate => ({
    label,
    scheme,
    verdict: combine(partsOf(parts, index).map(({ verdict }) => verdict)),
  }))
  const operations = judgeOperations(parts)
  const verdict =
    overruled.length > 0 ? 'not-resolved' : combine(operations.map(operation => operation.verdict))
  const findings = { verdict, operations, judged, parts }
  return {
    verdict,
    sentence: sentenceFor(subject, findings, disturbances, measured, overruled),
    candidates: judged,
    operations,
    evidenceFor: evidence(judged, parts, 'helps'),
    evidenceAgainst: evidence(judged, parts, 'hurts'),
    recommendation:
      verdict === 'helps'
        ? (candidates[bestCandidate(findings)]?.recommendation ?? otherwise)
        : overruled.length > 0
          ? 'Measure kernels with and without it on that machine; the model alone cannot decide.'
          : isMixed(findings)
            ? 'Decide by the operations that your workload does most.'
            : verdict === 'not-resolved'
              ? 'Don’t act on this result. Close other programs and ask again.'
              : otherwise,
  }
}

type Findings = Readonly<{
  verdict: AdviceVerdict
  operations: readonly AdviceOperation[]
  judged: readonly AdviceCandidate[]
  parts: readonly AdvicePart[]
}>

function sentenceFor(
  subject: string,
  findings: Findings,
  disturbances: readonly string[],
  measured: MeasuredReturns,
  overruled: readonly Contradiction[],
): string {
  const { verdict } = findings
  const condition = `with ${returnsWords(measured)},`
  const [disturbance] = disturbances
  if (disturbance !== undefined)
    return `No verdict yet on ${subject} ${condition} because the measurement was disturbed. ${disturbance}`
  if (overruled.length > 0)
    return (
      `No verdict on ${subject} ${condition} because the model contradicts the published measurements of a kernel ` +
      `on this core (${overruled.map(overruledWords).join(', ')}).`
    )
  if (isMixed(findings))
    return (
      `W${condition.slice(1)} ${subject} helps some operations and hurts others (${changesOf(findings, 'helps')}; ` +
      `${changesOf(findings, 'hurts')}): which weighs more depends on the workload.`
    )
  if (verdict === 'not-resolved')
    return `No verdict yet on ${subject} ${condition} because there is no clear result.`
  return `W${condition.slice(1)} ${subject} ${verdictWords[verdict]}${numbersFor(findings)}.`
}

function overruledWords({ operation, candidate, measuredPercent, publishedPercent }: Contradiction): string {
  const [model, published] = [signedPercent(measuredPercent), signedPercent(publishedPercent)]
  return `${operation}, ${candidate}: ${model} measured, ${published} published`
}

function isMixed({ operations }: Findings): boolean {
  const verdicts = new Set(operations.map(({ verdict }) => verdict))
  return verdicts.has('helps') && verdicts.has('hurts')
}

function returnsWords({ returns, kernel }: MeasuredReturns): string {
  if (kernel === null) return returnsTitles[returns]
  return returns === kernel
    ? `the ${returnsTitles[returns]} of the kernel`
    : `${returnsTitles[returns]} instead of the kernel’s ${returnsTitles[kernel]}`
}

/**
 * The changes that decided: for “helps” those of the best candidate, for “hurts” those of all.
 * Empty when there are none.
 */
function numbersFor(findings: Findings): string {
  const { verdict, judged } = findings
  if (verdict !== 'helps' && verdict !== 'hurts') return ''
  if (verdict === 'hurts') return ` (${changesOf(findings, 'hurts')})`
  const best = bestCandidate(findings)
  const own = changesOf(findings, 'helps', best)
  return own === '' ? ` (${changesOf(findings, 'helps')})` : ` (${judged[best]?.label ?? ''}: ${own})`
}

/**
 * Changes of the operations with this verdict: `fork +9.0% to +18.1% time`; by one candidate, or
 * by all that have it too.
 */
function changesOf({ operations, parts }: Findings, verdict: AdviceVerdict, candidate?: number): string {
  return operations
    .filter(operation => operation.verdict === verdict)
    .flatMap(({ operation, setting }) => {
      const those = parts.filter(
        part =>
          part.operation === operation &&
          part.setting.label === setting.label &&
          part.verdict === verdict &&
          (candidate === undefined || part.candidate === candidate),
      )
      const percents = those.flatMap(({ percent }) => percent ?? []).sort((a, b) => a - b)
      const [least] = percents
      const most = percents.at(-1)
      return least === undefined || most === undefined ? [] : [changeWords(operation, setting, least, most)]
    })
    .join(', ')
}

/** What makes a kernel return with a plain ret, on its command line. */
const plainParameters: Readonly<Record<Exclude<Returns, 'plain'>, string>> = {
  'safe-ret': 'spec_rstack_overflow=off',
  untrained: 'retbleed=off',
  stuffing: 'retbleed=off',
  'aligned-thunk': 'indirect_target_selection=off',
}

const wouldWords: Readonly<Record<Exclude<AdviceVerdict, 'not-resolved'>, string>> = {
  helps: 'would help',
  hurts: 'would hurt',
  'no-difference': 'would make no difference',
}

/** The answer under `returns`, beside that under `main`. */
export function concludeBackground(
  question: Question,
  parts: readonly AdvicePart[],
  disturbances: readonly string[],
  { returns, main }: Readonly<{ returns: Returns; main: Returns }>,
): AdviceBackground {
  const {
    verdict,
    candidates,
    operations = [],
  } = conclude(question, parts, disturbances, {
    returns,
    kernel: null,
  })
  const condition =
    main === 'plain'
      ? `On a kernel with ${returnsTitles[returns]}`
      : `Booted with ${plainParameters[main]} (${returnsTitles[returns]})`
  const findings = { verdict, operations, judged: candidates, parts }
  const sentence =
    verdict === 'not-resolved'
      ? `${condition}: no clear result.`
      : `${condition} it ${wouldWords[verdict]}${numbersFor(findings)}.`
  return { returns, verdict, sentence, candidates, parts: [...parts] }
}

/**
 * The candidate that helps most: the least mean logarithmic change without contention among
 * those with the best verdict.
 */
function bestCandidate({ judged, parts }: Findings): number {
  const indices = judged.map((_, index) => index)
  const helping = indices.filter(index => judged[index]?.verdict === 'helps')
  return (helping.length > 0 ? helping : indices).toSorted((a, b) => score(a) - score(b))[0] ?? 0

  function score(candidate: number): number {
    const logs = partsOf(parts, candidate).flatMap(({ setting, percent }) =>
      setting.kind === 'uncontended' && percent !== null ? [logRatioOf(percent)] : [],
    )
    return logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length)
  }
}

function evidence(
  judged: readonly AdviceCandidate[],
  parts: readonly AdvicePart[],
  verdict: AdviceVerdict,
): string[] {
  return parts
    .filter(part => part.verdict === verdict)
    .map(part => `${judged[part.candidate]?.label ?? ''}: ${describePart(part)} [${intervalWords(part)}]`)
}

function describePart({ operation, setting, percent }: AdvicePart): string {
  return percent === null ? operation : changeWords(operation, setting, percent, percent)
}

function changeWords(
  operation: BenchmarkName,
  setting: AdviceSetting,
  least: Percent,
  most: Percent,
): string {
  const unit = benchmarkOf(operation).metric === 'time' ? 'time' : 'throughput'
  const where = setting.kind === 'uncontended' ? '' : ` with ${setting.label}`
  const [from, to] = [signedPercent(least), signedPercent(most)]
  return `${operation}${where} ${from === to ? from : `${from} to ${to}`} ${unit}`
}

function intervalWords({ low, high, n }: AdvicePart): string {
  return low === null || high === null
    ? 'no interval'
    : `${signedPercent(low)} to ${signedPercent(high)}, ${n} rounds`
}

function partsOf(parts: readonly AdvicePart[], candidate: number): AdvicePart[] {
  return parts.filter(part => part.candidate === candidate)
}
