/** From measured rounds to verdicts, and from the verdicts of the parts to one over all. Pure. */
import type { AdvicePart, AdviceSetting, AdviceVerdict, LayoutFloor } from '../contract/advice.ts'
import { benchmarkOf, type BenchmarkName } from '../contract/benchmark.ts'
import type { Percent } from '../contract/units.ts'
import { comparePaired } from '../statistics/comparison.ts'
import type { RoundValue } from '../statistics/log-ratio.ts'
import { defaultThresholdPercent, type Verdict } from '../statistics/verdict.ts'
import { verdictWords } from '../statistics/words.ts'

/** One operation in one setting: rounds of the shared scheme, of its copy, and of each candidate. */
export type MeasuredCell = Readonly<{
  operation: BenchmarkName
  setting: AdviceSetting
  shared: readonly RoundValue[]
  copy: readonly RoundValue[]
  candidates: readonly (readonly RoundValue[])[]
}>

/** A copy that differs by more than this is no floor to stand on, percent. */
export const largestFloorPercent: Percent = 10

/** What the copy of the shared scheme shows, at the confidence of one row. */
export function layoutFloor({ operation, shared, copy }: MeasuredCell): LayoutFloor {
  const { better } = directionOf(operation)
  const { percent, low, high, coverage } = comparePaired(shared, copy, { better, noiseFloorPercent: 0 })
  return { percent, low, high, coverage }
}

/** δ: the threshold, or the farther end of what layout and noise make of two copies of the same code. */
export function regionOf({ low, high }: LayoutFloor): Percent {
  return Math.max(defaultThresholdPercent, Math.abs(low ?? 0), Math.abs(high ?? 0))
}

/** Verdicts on all candidates of all cells; their intervals hold together. A disturbance leaves nothing resolved. */
export function judgeCells(cells: readonly MeasuredCell[], isDisturbed: boolean): AdvicePart[] {
  const familyRows = countParts(cells)
  return cells.flatMap(cell => {
    const { operation, setting } = cell
    const floor = layoutFloor(cell)
    const regionPercent = regionOf(floor)
    return cell.candidates.map((values, candidate): AdvicePart => {
      const { percent, low, high, coverage, n, verdict } = comparePaired(cell.shared, values, {
        ...directionOf(operation),
        noiseFloorPercent: regionPercent,
        familyRows,
      })
      return {
        operation,
        setting,
        candidate,
        percent,
        low,
        high,
        coverage,
        n,
        regionPercent,
        layoutFloor: floor,
        ...wordVerdict(verdict, floor, regionPercent, isDisturbed),
      }
    })
  })
}

function wordVerdict(
  verdict: Verdict,
  floor: LayoutFloor,
  regionPercent: Percent,
  isDisturbed: boolean,
): Pick<AdvicePart, 'verdict' | 'reason'> {
  if (isDisturbed) return { verdict: 'not-resolved', reason: 'something else ran meanwhile' }
  if (floor.low === null) return { verdict: 'not-resolved', reason: 'too few rounds for a layout floor' }
  if (regionPercent > largestFloorPercent)
    return {
      verdict: 'not-resolved',
      reason: `two copies of the same code could differ by ${regionPercent.toFixed(1)} %`,
    }
  return { verdict: adviceVerdictOf(verdict), reason: verdictWords(verdict) }
}

/** A change that excludes 0 and yet crosses δ is not resolved: its size is not separated from the floor. */
function adviceVerdictOf({ kind }: Verdict): AdviceVerdict {
  if (kind === 'improved') return 'helps'
  if (kind === 'regressed') return 'hurts'
  return kind === 'no-change' ? 'no-difference' : 'not-resolved'
}

/**
 * The verdict over all parts of one candidate. Any help and any hurt together are not resolved: which weighs more is for
 * the workload to say. Otherwise help, or hurt, of one part decides when most of the parts are resolved; without either,
 * no difference needs all parts to say so.
 */
export function combine(verdicts: readonly AdviceVerdict[]): AdviceVerdict {
  const helps = countOf(verdicts, 'helps')
  const hurts = countOf(verdicts, 'hurts')
  const isMostlyResolved = countOf(verdicts, 'not-resolved') * 2 < verdicts.length
  if (verdicts.length === 0 || !isMostlyResolved || (helps > 0 && hurts > 0)) return 'not-resolved'
  if (helps > 0) return 'helps'
  if (hurts > 0) return 'hurts'
  return countOf(verdicts, 'not-resolved') === 0 ? 'no-difference' : 'not-resolved'
}

function countOf(verdicts: readonly AdviceVerdict[], wanted: AdviceVerdict): number {
  return verdicts.filter(verdict => verdict === wanted).length
}

export const combinationRule =
  'A candidate helps (hurts) when at least one operation does, none does the opposite, and more than half of its parts are ' +
  'resolved; it makes no difference when all parts say so; everything else is not resolved. The question is answered by ' +
  'its best candidate: it helps if one helps; hurts if each hurts.'

/** The answer to the question from the verdicts of its candidates. */
export function answerFrom(verdicts: readonly AdviceVerdict[]): AdviceVerdict {
  if (verdicts.length === 0) return 'not-resolved'
  if (verdicts.includes('helps')) return 'helps'
  if (verdicts.includes('not-resolved')) return 'not-resolved'
  return verdicts.every(verdict => verdict === 'hurts') ? 'hurts' : 'no-difference'
}

/** Whether every interval is at most 1 % wide, all holding together; never where one lies, so that looking is free. */
export function isNarrowEnough(cells: readonly MeasuredCell[]): boolean {
  const familyRows = countParts(cells)
  return cells.every(({ operation, shared, candidates }) =>
    candidates.every(values => {
      const options = { ...directionOf(operation), noiseFloorPercent: 0, familyRows }
      const { low, high } = comparePaired(shared, values, options)
      return low !== null && high !== null && high - low <= defaultThresholdPercent
    }),
  )
}

function countParts(cells: readonly MeasuredCell[]): number {
  return Math.max(
    1,
    cells.reduce((sum, { candidates }) => sum + candidates.length, 0),
  )
}

function directionOf(operation: BenchmarkName): Readonly<{ better: 'less' | 'more' }> {
  return { better: benchmarkOf(operation).metric === 'time' ? 'less' : 'more' }
}
