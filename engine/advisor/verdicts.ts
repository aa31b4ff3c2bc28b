/** From measured rounds to verdicts, and from the verdicts of the parts to one over all. Pure. */
import {
  farthestOf,
  type AdviceOperation,
  type AdvicePart,
  type AdviceSetting,
  type AdviceVerdict,
  type LayoutFloor,
} from '../contract/advice.ts'
import { benchmarkOf, type BenchmarkName } from '../contract/benchmark.ts'
import type { Percent } from '../contract/units.ts'
import { comparePaired } from '../statistics/comparison.ts'
import type { RoundValue } from '../statistics/log-ratio.ts'
import type { Verdict } from '../statistics/verdict.ts'
import { verdictWords } from '../statistics/words.ts'

/**
 * One operation in one setting: rounds of the shared scheme, of its copy, and of each candidate.
 */
export type MeasuredCell = Readonly<{
  operation: BenchmarkName
  setting: AdviceSetting
  /**
   * δ: a smaller change makes no difference; copies that could differ by more
   * cannot serve as a floor.
   */
  regionPercent: Percent
  shared: readonly RoundValue[]
  copy: readonly RoundValue[]
  candidates: readonly (readonly RoundValue[])[]
  /** Whether something else ran at the same time, so that nothing is concluded. */
  isDisturbed?: boolean
}>

const layoutPercent: Percent = 10
const placementPercent: Percent = 20

/**
 * δ of an advice. Where a compiler happens to put the same code moved whole operations by up to 9
 * %, so that less than a tenth says nothing of a way of accounting. Where a hypervisor happens to
 * put the processors moved what several tasks do by 13 points from session to session, so that
 * there it is a fifth. Source of both: docs/advisor.md.
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

/** Verdicts on all candidates of all cells; their intervals hold together. */
export function judgeCells(cells: readonly MeasuredCell[]): AdvicePart[] {
  const familyRows = countParts(cells)
  return cells.flatMap(cell => {
    const { operation, setting, regionPercent, isDisturbed = false } = cell
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
  if (isDisturbed) return { verdict: 'not-resolved', reason: 'disturbed by other programs' }
  const floorPercent = farthestOf(floor)
  if (floorPercent === null) return { verdict: 'not-resolved', reason: 'too few rounds for a layout floor' }
  if (floorPercent > regionPercent)
    return {
      verdict: 'not-resolved',
      reason: `two copies of the same code could differ by ${floorPercent.toFixed(1)} %`,
    }
  return { verdict: adviceVerdictOf(verdict), reason: verdictWords(verdict) }
}

/**
 * A change that excludes 0 and yet crosses δ is not resolved: its size is not separated
 * from what layout can make.
 */
function adviceVerdictOf({ kind }: Verdict): AdviceVerdict {
  if (kind === 'improved') return 'helps'
  if (kind === 'regressed') return 'hurts'
  return kind === 'no-change' ? 'no-difference' : 'not-resolved'
}

/**
 * Combines verdicts: of the candidates on an operation, of a candidate's operations, or of all
 * operations. Help and hurt together give no clear result: which weighs more depends on the
 * workload. Otherwise a single help, or hurt, decides when most are resolved; without either, all
 * must say “no difference” for the whole to say so.
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

/**
 * What all candidates together say of each operation in each setting; the
 * answer is combined from these.
 */
export function judgeOperations(parts: readonly AdvicePart[]): AdviceOperation[] {
  const groups = new Map<string, AdvicePart[]>()
  for (const part of parts) {
    const key = `${part.operation} ${part.setting.label}`
    groups.set(key, [...(groups.get(key) ?? []), part])
  }
  return [...groups.values()].flatMap(group =>
    group.slice(0, 1).map(({ operation, setting }) => ({
      operation,
      setting,
      verdict: combine(group.map(({ verdict }) => verdict)),
    })),
  )
}

export const combinationRule =
  'How the verdict is made: an operation gets faster (slower) when at least one way of doing it does, none does the ' +
  'opposite, and more than half of the ways gave a clear result. “Helps” means that at least one operation gets faster, ' +
  'none gets slower, and more than half of them gave a clear result; “hurts” is the mirror image; “makes no difference” ' +
  'needs all of them to say so. The model does not overrule a kernel: where it says the opposite of what was published for ' +
  'this core, the answer is open.'

function countParts(cells: readonly MeasuredCell[]): number {
  return Math.max(
    1,
    cells.reduce((sum, { candidates }) => sum + candidates.length, 0),
  )
}

function directionOf(operation: BenchmarkName): Readonly<{ better: 'less' | 'more' }> {
  return { better: benchmarkOf(operation).metric === 'time' ? 'less' : 'more' }
}
