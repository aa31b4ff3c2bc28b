/** From verdicts to words: the sentence, the evidence, and what to set. Pure. */
import type {
  Advice,
  AdviceBackground,
  AdviceCandidate,
  AdvicePart,
  AdviceVerdict,
} from '../contract/advice.ts'
import { benchmarkOf } from '../contract/benchmark.ts'
import { returnsTitles, type Returns } from '../contract/returns.ts'
import { logRatioOf } from '../statistics/log-ratio.ts'
import { signedPercent } from '../statistics/words.ts'
import type { Question } from './questions.ts'
import { answerFrom, combine } from './verdicts.ts'

type Conclusion = Pick<
  Advice,
  'verdict' | 'sentence' | 'candidates' | 'evidenceFor' | 'evidenceAgainst' | 'recommendation'
>

const verdictWords: Readonly<Record<AdviceVerdict, string>> = {
  helps: 'helps',
  hurts: 'hurts',
  'no-difference': 'makes no difference',
  'not-resolved': 'is not resolved',
}

/** How functions of the model returned, and of the running kernel, where that is told. */
export type MeasuredReturns = Readonly<{ returns: Returns; kernel: Returns | null }>

export function conclude(
  { subject, candidates, otherwise }: Question,
  parts: readonly AdvicePart[],
  disturbances: readonly string[],
  measured: MeasuredReturns,
): Conclusion {
  const judged = candidates.map(({ label, scheme }, index): AdviceCandidate => ({
    label,
    scheme,
    verdict: combine(partsOf(parts, index).map(({ verdict }) => verdict)),
  }))
  const verdict = answerFrom(judged.map(candidate => candidate.verdict))
  const best = bestCandidate(judged, parts)
  return {
    verdict,
    sentence: sentenceFor(subject, verdict, judged, parts, best, disturbances, measured),
    candidates: judged,
    evidenceFor: evidence(judged, parts, 'helps'),
    evidenceAgainst: evidence(judged, parts, 'hurts'),
    recommendation:
      verdict === 'helps'
        ? (candidates[best]?.recommendation ?? otherwise)
        : verdict === 'not-resolved'
          ? 'Change nothing on the strength of this: leave the machine alone and ask again with a larger budget.'
          : otherwise,
  }
}

function sentenceFor(
  subject: string,
  verdict: AdviceVerdict,
  judged: readonly AdviceCandidate[],
  parts: readonly AdvicePart[],
  best: number,
  disturbances: readonly string[],
  measured: MeasuredReturns,
): string {
  const where = `here, with ${returnsWords(measured)},`
  const [disturbance] = disturbances
  if (disturbance !== undefined) return `Whether ${subject} helps ${where} is not resolved. ${disturbance}`
  if (verdict === 'not-resolved') return `Whether ${subject} helps ${where} is not resolved.`
  const numbers = numbersFor(verdict, judged, parts, best)
  return `H${where.slice(1)} ${subject} ${verdictWords[verdict]}${numbers}.`
}

function returnsWords({ returns, kernel }: MeasuredReturns): string {
  if (kernel === null) return returnsTitles[returns]
  return returns === kernel
    ? `the ${returnsTitles[returns]} of this kernel`
    : `${returnsTitles[returns]} instead of this kernel’s ${returnsTitles[kernel]}`
}

/** The parts that decided, of the candidate that is named; empty when there is nothing to count. */
function numbersFor(
  verdict: AdviceVerdict,
  judged: readonly AdviceCandidate[],
  parts: readonly AdvicePart[],
  best: number,
): string {
  if (verdict !== 'helps' && verdict !== 'hurts') return ''
  const shown = partsOf(parts, best).filter(part => part.verdict === verdict && part.percent !== null)
  return shown.length === 0 ? '' : ` (${judged[best]?.label ?? ''}: ${shown.map(describePart).join(', ')})`
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
  const { verdict, candidates } = conclude(question, parts, disturbances, { returns, kernel: null })
  const condition =
    main === 'plain'
      ? `On a kernel with ${returnsTitles[returns]}`
      : `Booted with ${plainParameters[main]} (${returnsTitles[returns]})`
  const sentence =
    verdict === 'not-resolved'
      ? `${condition}: not resolved.`
      : `${condition} it ${wouldWords[verdict]}${numbersFor(verdict, candidates, parts, bestCandidate(candidates, parts))}.`
  return { returns, verdict, sentence, candidates, parts: [...parts] }
}

/** The candidate that helps most: the least mean logarithmic change without contention among those with the best verdict. */
function bestCandidate(judged: readonly AdviceCandidate[], parts: readonly AdvicePart[]): number {
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
  const unit = benchmarkOf(operation).metric === 'time' ? 'time' : 'throughput'
  const where = setting.kind === 'uncontended' ? '' : ` with ${setting.label}`
  return `${operation}${where} ${percent === null ? '?' : signedPercent(percent)} ${unit}`
}

function intervalWords({ low, high, n }: AdvicePart): string {
  return low === null || high === null
    ? 'no interval'
    : `${signedPercent(low)} to ${signedPercent(high)}, ${n} rounds`
}

function partsOf(parts: readonly AdvicePart[], candidate: number): AdvicePart[] {
  return parts.filter(part => part.candidate === candidate)
}
