/** From measured rounds to verdicts, and from the verdicts of the parts to one over all. Pure. */
import {
  farthestOf,
  type AdvicePart,
  type AdviceSetting,
  type AdviceVerdict,
  type LayoutFloor,
} from '../contract/advice.ts'
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
  /** δ: a smaller change makes no difference; copies that could differ by more are no floor to stand on. */
  regionPercent: Percent
  shared: readonly RoundValue[]
  copy: readonly RoundValue[]
  candidates: readonly (readonly RoundValue[])[]
}>

const layoutPercent: Percent = 10
const placementPercent: Percent = 20

/**
 * δ of an advice. Where a compiler happens to put the same code moved whole operations by up to 9 %, so that less than a
 * tenth tells nothing of a way of accounting. Where a hypervisor happens to put the processors moved what several tasks do by 13
 * points from session to session, so that there it is a fifth. Source of both: docs/method.md.
 */
export function regionOf({ kind }: AdviceSetting, isGuest: boolean): Percent {
  return isGuest && kind !== 'uncontended' ? placementPercent : layoutPercent
}

/** What the copy of the shared scheme shows, at the confidence of one row. */
export function layoutFloor({ operation, shared, copy }: MeasuredCell): LayoutFloor {
  const { better } = directionOf(operation)
  const { percent, low, high, coverage } = comparePaired(shared, copy, { better, noiseFloorPercent: 0 })
  return { percent, low, high, coverage }
}

/** Verdicts on all candidates of all cells; their intervals hold together. A disturbance leaves nothing resolved. */
export function judgeCells(cells: readonly MeasuredCell[], isDisturbed: boolean): AdvicePart[] {
  const familyRows = countParts(cells)
  return cells.flatMap(cell => {
    const { operation, setting, regionPercent } = cell
    const floor = layoutFloor(cell)
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
  const floorPercent = farthestOf(floor)
  if (floorPercent === null) return { verdict: 'not-resolved', reason: 'too few rounds for a layout floor' }
  if (floorPercent > regionPercent)
    return {
      verdict: 'not-resolved',
      reason: `two copies of the same code could differ by ${floorPercent.toFixed(1)} %`,
    }
  return { verdict: adviceVerdictOf(verdict), reason: verdictWords(verdict) }
}

/** A change that excludes 0 and yet crosses δ is not resolved: its size is not separated from what layout can make. */
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
