/** What stored runs say about each other: from values to rows of percent change. Pure. */
import { benchmarkOf } from '../contract/benchmark.ts'
import { cellKey, type Cell } from '../contract/case.ts'
import type {
  CompareRequest,
  Comparison,
  ComparisonRow,
  ComparisonVariant,
  VariantReference,
} from '../contract/comparison.ts'
import { pageBytesOf } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import type { Reference } from '../contract/reference.ts'
import type { RunId } from '../contract/run.ts'
import { formatBytes } from '../text/size-text.ts'
import type { Percent } from '../contract/units.ts'
import { formatScaled, scaleFor } from '../text/value-text.ts'
import { architectureOf, clockOf, type Variant } from '../contract/variant.ts'
import { environmentDifferences } from '../machine/environment-difference.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import {
  pairedJudge,
  unpairedJudge,
  type Comparison as StatisticalComparison,
  type Judge,
} from '../statistics/comparison.ts'
import { compareExact, countGroups } from '../statistics/exact-comparison.ts'
import { isUsable, usableValues, type RoundValue } from '../statistics/log-ratio.ts'
import { holmAdjusted } from '../statistics/multiple-comparisons.ts'
import { median } from '../statistics/quantile.ts'
import { defaultThresholdPercent } from '../statistics/verdict.ts'
import { verdictWords, warningWords } from '../statistics/words.ts'
import { objectionsTo, refuseFor, refuseOtherClock, variantNotes } from './comparability.ts'
import { cellCauses, disturbanceSentences } from '../statistics/disturbed.ts'
import { groupBy } from './group-by.ts'
import type { MeasuredRun, SessionValue } from './measured-run.ts'
import { publishedBeside } from './published-changes.ts'

/** What is known apart from the runs that are compared. */
export type Knowledge = Readonly<{
  references: readonly Reference[]
  /**
   * The A/A floor of the machine that measured `run`, for a cell; null where
   * none was measured or holds.
   */
  noiseFloor: (run: RunId, variant: Variant, cell: Cell) => Percent | null
}>

/** A variant with the run it was measured in. */
type Side = Readonly<{
  reference: VariantReference
  run: MeasuredRun
  variant: Variant
  variantIndex: number
}>

/** A future row: the cell, where each side has it, and whether both measured the same. */
type Pair = Readonly<{
  cell: Cell
  baselineIndex: number
  variant: Side
  variantCell: Cell
  variantIndex: number
  isAlike: boolean
}>

/**
 * Percent change of each variant against the baseline, for every cell that both measured. Variants
 * of one run are paired round by round; runs are compared unpaired. What was not measured alike, or
 * has no cell in common, is refused with `not-comparable`; the request can insist on a comparison
 * without verdicts.
 */
export function compareRuns(
  request: CompareRequest,
  runs: ReadonlyMap<RunId, MeasuredRun>,
  knowledge: Knowledge,
): Comparison {
  const baseline = sideOf(request.baseline, runs)
  const variants = request.variants.map(reference => sideOf(reference, runs))
  refuseOtherClock(
    baseline.variant,
    variants.map(({ variant }) => variant),
  )
  const objections = new Map(variants.map(variant => [variant, objectionsTo(baseline, variant)]))
  const all = [...new Set([...objections.values()].flat())]
  if (!request.insist) refuseFor(all)
  const pairs = variants.flatMap(variant =>
    pairsOf(baseline, variant, objections.get(variant)?.length === 0, request.insist),
  )
  const alone = variants.filter(variant => !pairs.some(pair => pair.variant === variant))
  if (alone.length > 0 && !(request.insist && pairs.length > 0)) throw noCellInCommon(baseline, alone)
  const rows = pairs.map(pair => rowOf(baseline, pair, request, pairs.length, knowledge))
  const corrected = holmAdjusted(rows.map(({ p }) => p))
  const shown = new Set(rows.map(row => cellKey(row.cell)))
  const leftOut = casesLeftOut(baseline, variants, pairs)
  return {
    baseline: describe(baseline),
    variants: variants.map(describe),
    cells: baseline.run.cells.filter(cell => shown.has(cellKey(cell))),
    rows: rows.map((row, index) => ({ ...row, familyP: corrected[index] ?? null })),
    differences: variants
      .filter(variant => variant.run !== baseline.run)
      .flatMap(variant => environmentDifferences(baseline.run.environment, variant.run.environment)),
    confidence: request.confidence,
    thresholdPercent: request.thresholdPercent,
    objections: [...all, ...parameterObjections(pairs)],
    ...(leftOut.length === 0 ? {} : { leftOut }),
    disturbances: disturbancesOf([...new Set([baseline, ...variants].map(({ run }) => run))], rows),
    published: publishedBeside(
      rows,
      {
        baseline: baseline.variant,
        variantOf: ({ runId, variantIndex }) => runs.get(runId)?.plan.variants[variantIndex],
      },
      knowledge.references,
    ),
  }
}

/**
 * What disturbed the runs; where none is disturbed as a whole, how many rows are without
 * a verdict because of it.
 */
function disturbancesOf(
  runs: readonly MeasuredRun[],
  rows: readonly Pick<ComparisonRow, 'verdict'>[],
): string[] {
  const sentences = disturbanceSentences(runs)
  const disturbed = rows.filter(({ verdict }) => verdict === 'disturbed').length
  if (sentences.length > 0 || disturbed === 0) return sentences
  return [`In ${disturbed} of ${rows.length} cells too few rounds were undisturbed for a verdict.`]
}

/**
 * The variants of one run against its first, for each kind of returns and of virtual machines by
 * itself; none where nothing can be compared.
 */
export function compareWithin(run: MeasuredRun, knowledge: Knowledge): Comparison[] {
  const references = run.plan.variants.map((variant, variantIndex) => ({
    reference: { runId: run.id, variantIndex },
    kind: kindOf(run, variant, variantIndex),
  }))
  const groups = [...groupBy(references, ({ kind }) => kind).values()]
  return groups.flatMap(group => {
    const [baseline, ...variants] = group.map(({ reference }) => reference)
    if (!baseline || variants.length === 0) return []
    const request = {
      baseline,
      variants,
      confidence: defaultConfidence,
      thresholdPercent: defaultThresholdPercent,
      insist: false,
    }
    return [compareRuns(request, new Map([[run.id, run]]), knowledge)]
  })
}

/** What two variants must have in common to be compared without a question. */
function kindOf({ environment }: MeasuredRun, variant: Variant, variantIndex: number): string {
  switch (variant.target) {
    case 'host':
      return variant.target
    case 'model':
      return variant.returns
    case 'vm':
      return `${architectureOf(variant)} ${pageBytesOf(environment, variantIndex)}`
  }
}

/** A variant as comparisons name it; throws `not-found`. */
export function describeVariant(
  reference: VariantReference,
  runs: ReadonlyMap<RunId, MeasuredRun>,
): ComparisonVariant {
  return describe(sideOf(reference, runs))
}

function sideOf(reference: VariantReference, runs: ReadonlyMap<RunId, MeasuredRun>): Side {
  const { variantIndex } = reference
  const run = runs.get(reference.runId)
  const variant = run?.plan.variants[variantIndex]
  if (run && variant) return { reference, run, variant, variantIndex }
  throw new Failure(
    'not-found',
    `The run ${reference.runId} has no variant ${variantIndex}.`,
    'Choose a variant of a stored run.',
  )
}

function describe({ reference, run, variant }: Side): ComparisonVariant {
  return {
    reference,
    variant,
    runLabel: run.label,
    kernelRelease: variant.target === 'vm' ? kernelReleaseOf(run, reference.variantIndex) : run.kernelRelease,
    pageBytes: pageBytesOf(run.environment, reference.variantIndex),
  }
}

/** The kernel that a variant ran on: in a virtual machine its own. */
export function kernelReleaseOf(
  { environment, kernelRelease }: Pick<MeasuredRun, 'environment' | 'kernelRelease'>,
  variantIndex: number,
): string {
  const guest = environment.guests?.find(other => other.variantIndex === variantIndex)
  return guest?.facts.kernel.release ?? kernelRelease
}

/**
 * The cells of the baseline that the variant has too; when the request insists, also those with
 * other parameters.
 */
function pairsOf(baseline: Side, variant: Side, isAlike: boolean, insist: boolean): Pair[] {
  const { cells } = variant.run
  return baseline.run.cells.flatMap((cell, baselineIndex) => {
    const variantIndex = matchingCell(cell, cells)
    const variantCell = cells[variantIndex]
    if (!variantCell) return []
    const isSame = cellKey(variantCell) === cellKey(cell)
    if (!isSame && !insist) return []
    return [{ cell, baselineIndex, variant, variantIndex, variantCell, isAlike: isAlike && isSame }]
  })
}

/**
 * Index of the same cell, else of one of the same benchmark, if possible with as many
 * tasks; −1 when there is none.
 */
export function matchingCell(cell: Cell, cells: readonly Cell[]): number {
  const same = cells.findIndex(other => cellKey(other) === cellKey(cell))
  if (same >= 0) return same
  const similar = cells.findIndex(
    ({ benchmark, parameters }) => benchmark === cell.benchmark && parameters.tasks === cell.parameters.tasks,
  )
  return similar >= 0 ? similar : cells.findIndex(({ benchmark }) => benchmark === cell.benchmark)
}

/**
 * What one side has measured and the other has not: nobody should look for it in vain,
 * or take it for unchanged.
 */
function casesLeftOut(baseline: Side, variants: readonly Side[], pairs: readonly Pair[]): string[] {
  const texts = variants.flatMap(variant => {
    const own = pairs.filter(pair => pair.variant === variant)
    const [here, there] = [
      new Set(own.map(pair => cellKey(pair.cell))),
      new Set(own.map(pair => cellKey(pair.variantCell))),
    ]
    const [one, other] = [baseline, variant].map(
      ({ run, variant: { label } }) => `“${label}” of ${run.label}`,
    )
    return [
      ...baseline.run.cells
        .filter(cell => !here.has(cellKey(cell)))
        .map(cell => `${caseText(cell)} was measured for ${one}, not for ${other}.`),
      ...variant.run.cells
        .filter(cell => !there.has(cellKey(cell)))
        .map(cell => `${caseText(cell)} was measured for ${other}, not for ${one}.`),
    ]
  })
  return [...new Set(texts)]
}

function caseText(cell: Cell): string {
  return `${cell.benchmark} (${parametersText(cell)})`
}

function parameterObjections(pairs: readonly Pair[]): string[] {
  const texts = pairs
    .filter(({ cell, variantCell }) => cellKey(cell) !== cellKey(variantCell))
    .map(
      ({ cell, variantCell, variant }) =>
        `${cell.benchmark} was measured with ${parametersText(cell)}, ` +
        `by “${variant.variant.label}” with ${parametersText(variantCell)}`,
    )
  return [...new Set(texts)]
}

function parametersText({ parameters: { sizeBytes, folioBytes, tasks } }: Cell): string {
  const size = `${formatBytes(sizeBytes)} in folios of ${formatBytes(folioBytes)}`
  return tasks === 1 ? size : `${size} and ${tasks} tasks`
}

function noCellInCommon(baseline: Side, [shown = baseline]: readonly Side[]): Failure {
  const [before, after] = [baseline, shown].map(({ run }) => run.cells[0])
  const parameters = [before, after].map(cell => (cell ? parametersText(cell) : 'nothing'))
  return new Failure(
    'not-comparable',
    'No benchmark was measured with equal size, folio size and tasks on both sides: ' +
      `the baseline has ${parameters[0]}, “${shown.variant.label}” ${parameters[1]}.`,
    'Choose runs with the same parameters, run the missing cases, or compare anyway, without verdicts (--insist).',
  )
}

function rowOf(
  baseline: Side,
  { cell, baselineIndex, variant, variantIndex, isAlike }: Pair,
  { confidence, thresholdPercent }: CompareRequest,
  familyRows: number,
  { noiseFloor }: Knowledge,
): Omit<ComparisonRow, 'familyP'> {
  const from = baseline.run.valuesOf(baselineIndex, baseline.variantIndex)
  const to = variant.run.valuesOf(variantIndex, variant.variantIndex)
  const floor = isAlike ? noiseFloor(baseline.run.id, baseline.variant, cell) : null
  const options = {
    better: benchmarkOf(cell.benchmark).metric === 'time' ? 'less' : 'more',
    noiseFloorPercent: floor,
    thresholdPercent,
    confidence,
  } as const
  const { judge, notes, medians, disturbance } = disturbedOrNot(
    [...cellCauses(baseline.run.loads, baselineIndex), ...otherCauses(baseline, variant, variantIndex)],
    comparisonOf(baseline, variant, from, to),
    () => comparisonOf(baseline, variant, from.map(whatever), to.map(whatever)),
    judge => judge({ ...options, familyRows }),
  )
  const own = judge(options)
  const family = familyRows === 1 || own.method === 'exact' ? own : judge({ ...options, familyRows })
  return {
    cell,
    variant: variant.reference,
    percent: own.percent,
    low: own.low,
    high: own.high,
    coverage: own.coverage,
    family: intervalOf(family),
    range: own.range,
    p: own.p,
    n: own.n,
    voidedRounds: own.voidedRounds,
    outlierRounds: own.outlierRounds.length,
    percentWithoutOutliers: own.percentWithoutOutliers,
    method: own.method,
    ...(!isAlike
      ? withoutVerdict
      : disturbance === null
        ? verdictOf(family, own, familyRows, thresholdPercent)
        : { ...withoutVerdict, verdict: 'disturbed', verdictText: `no verdict: ${disturbance}` }),
    noiseFloorPercent: own.method === 'exact' ? null : floor,
    detectablePercent: family.detectablePercent,
    baselineMedian: medians.baseline,
    variantMedian: medians.variant,
    warnings: [
      ...own.warnings.map(warningWords),
      ...notes,
      ...variantNotes(baseline.variant, variant.variant),
    ],
  }
}

/** `medians` are of the values that `judge` compares. */
type Judged = Readonly<{
  judge: Judge
  notes: readonly string[]
  medians: Readonly<{ baseline: number | null; variant: number | null }>
}>

/** What a sample measured, whatever disturbed it. */
function whatever(value: SessionValue): SessionValue {
  return { ...value, value: value.measured }
}

/** Of another run than the baseline's. */
function otherCauses(baseline: Side, variant: Side, cellIndex: number): string[] {
  return variant.run === baseline.run ? [] : cellCauses(variant.run.loads, cellIndex)
}

/**
 * How a row is judged, and what keeps it from a verdict. Where so many rounds are void that those
 * left give no interval, the numbers are those of all rounds.
 */
function disturbedOrNot(
  causes: readonly string[],
  undisturbed: Judged,
  ofAll: () => Judged,
  judged: (judge: Judge) => StatisticalComparison,
): Judged & Readonly<{ disturbance: string | null }> {
  const disturbance = causes.length === 0 ? null : causes.join(', ')
  const left = judged(undisturbed.judge)
  if (left.method === 'exact' || left.verdict.kind !== 'too-few') return { ...undisturbed, disturbance }
  const all = ofAll()
  const { n } = judged(all.judge)
  if (n === left.n) return { ...undisturbed, disturbance }
  return { ...all, disturbance: disturbance ?? `${n - left.n} of ${n} rounds were disturbed` }
}

type RowVerdict = Pick<
  ComparisonRow,
  'verdict' | 'verdictText' | 'regionPercent' | 'regionSource' | 'moreRounds'
>

const withoutVerdict: RowVerdict = {
  verdict: 'not-comparable',
  verdictText: 'no verdict: measured under different conditions',
  regionPercent: null,
  regionSource: null,
  moreRounds: null,
}

/** The verdict on the interval that holds together with all others. */
function verdictOf(
  { verdict }: StatisticalComparison,
  own: StatisticalComparison,
  familyRows: number,
  thresholdPercent: Percent,
): RowVerdict {
  const region = 'deltaPercent' in verdict ? verdict.deltaPercent : null
  const isForFamily = verdict.kind === 'too-few' && own.verdict.kind !== 'too-few'
  return {
    verdict: verdict.kind,
    verdictText: isForFamily
      ? `no verdict: ${familyRows} comparisons need at least ${verdict.need} rounds, but there are ${verdict.have}; add rounds`
      : verdictWords(verdict),
    regionPercent: region,
    regionSource: region === null ? null : region > thresholdPercent ? 'noise-floor' : 'threshold',
    moreRounds: verdict.kind === 'not-resolved' ? verdict.moreRounds : null,
  }
}

function intervalOf({ low, high, coverage }: StatisticalComparison): ComparisonRow['family'] {
  return low === null || high === null ? null : { low, high, coverage }
}

/** Counted instructions repeat and are compared exactly; times are paired within a run. */
function comparisonOf(
  baseline: Side,
  variant: Side,
  from: readonly SessionValue[],
  to: readonly SessionValue[],
): Judged {
  if ([baseline, variant].every(side => clockOf(side.variant) === 'instructions'))
    return {
      judge: options => compareExact(from, to, options),
      notes: [...describeGroups(baseline, from), ...describeGroups(variant, to)],
      medians: mediansOf(from, to),
    }
  if (baseline.run !== variant.run)
    return { judge: unpairedJudge(from, to), notes: [], medians: mediansOf(from, to) }
  const paired = withinSession(from, to)
  return { judge: pairedJudge(from, paired), notes: [], medians: mediansOf(...completeRounds(from, paired)) }
}

function mediansOf(from: readonly RoundValue[], to: readonly RoundValue[]): Judged['medians'] {
  return { baseline: medianOf(from), variant: medianOf(to) }
}

type Sides = [from: readonly RoundValue[], to: readonly RoundValue[]]

/** The rounds that both sides have; where there is none, each side as it is. */
function completeRounds(from: readonly RoundValue[], to: readonly RoundValue[]): Sides {
  const [base, other] = [from, to].map(values => new Set(usableRounds(values)))
  function isComplete({ round }: RoundValue): boolean {
    return base?.has(round) === true && other?.has(round) === true
  }
  const complete: Sides = [from.filter(isComplete), to.filter(isComplete)]
  return complete[0].length === 0 ? [from, to] : complete
}

function usableRounds(values: readonly RoundValue[]): number[] {
  return values.filter(({ value }) => isUsable(value)).map(({ round }) => round)
}

/** Both values of counts that fall into two groups. */
function describeGroups({ variant }: Side, counts: readonly RoundValue[]): string[] {
  const groups = countGroups(usableValues(counts))
  if (groups.length < 2) return []
  const scale = scaleFor(
    'instructions',
    groups.map(({ value }) => value),
  )
  const values = groups.map(({ value, samples }) => `${formatScaled(value, scale)} (${samples} samples)`)
  return [`${variant.label} counted ${values.join(' or ')} ${scale.unit}.`]
}

/** Voids what was taken in another session than the baseline's sample of its round. */
export function withinSession(from: readonly SessionValue[], to: readonly SessionValue[]): RoundValue[] {
  const sessions = new Map(from.map(({ round, session }) => [round, session]))
  return to.map(({ round, session, value }) => ({
    round,
    value: (sessions.get(round) ?? session) === session ? value : null,
  }))
}

function medianOf(values: readonly RoundValue[]): number | null {
  const usable = usableValues(values)
  return usable.length === 0 ? null : median(usable)
}
