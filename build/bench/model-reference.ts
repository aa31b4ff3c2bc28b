/**
 * What each stage of the model took beside the baseline when it was last agreed on, by processor
 * and kind of returns (model-reference.json), and whether it has become slower since. Pure.
 */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Facts } from '../../engine/contract/environment.ts'
import { BenchmarkName } from '../../engine/contract/benchmark.ts'
import { Returns } from '../../engine/contract/returns.ts'
import type { Percent } from '../../engine/contract/units.ts'

/**
 * A change against the baseline of the same run, with the interval that
 * holds for all cells together.
 */
const Change = z.object({ percent: z.number(), low: z.number(), high: z.number() })
export type Change = z.infer<typeof Change>

const Cell = z.object({
  stage: z.string(),
  benchmark: BenchmarkName,
  change: Change.nullable(),
  medianNs: z.number().nullable(),
})
/** Of the stage; both are null where too few rounds were undisturbed. */
export type Cell = z.infer<typeof Cell>

export const Reference = z.object({
  vendor: z.string(),
  family: z.number(),
  model: z.number(),
  /** For people. */
  cpu: z.string(),
  kernel: z.string(),
  recordedOn: z.iso.date(),
  rounds: z.number(),
  returns: Returns,
  /** Of the sections that specify a stage, by its name. */
  specifications: z.record(z.string(), z.string()),
  cells: z.array(Cell),
})
export type Reference = z.infer<typeof Reference>

/**
 * A stage that is slower than this, against the baseline and against what
 * it was, has become slower.
 */
export const tolerablePercent: Percent = 5

export type Judgement = Readonly<{
  stage: string
  benchmark: BenchmarkName
  now: Change | null
  before: Change | null
  /** How much longer the stage takes than it did, as a share of the baseline of each run. */
  slower: Change | null
  /** How much longer its median is than it was; null where either is unknown. */
  longerPercent: Percent | null
  /**
   * `open`: the interval holds more and less than what is tolerable. `faster baseline`: slower
   * against the baseline, but not by its own time. `specified anew`: the reference no longer
   * applies. `unknown`: a side has no interval.
   */
  verdict: 'kept' | 'slower' | 'open' | 'faster baseline' | 'specified anew' | 'unknown'
}>

/** The reference of this core and kind of returns. */
export function referenceFor(
  references: readonly Reference[],
  { vendor, family, model }: Pick<Facts['cpu'], 'vendor' | 'family' | 'model'>,
  returns: Returns,
): Reference | undefined {
  return references.find(
    other =>
      other.vendor === vendor &&
      other.family === family &&
      other.model === model &&
      other.returns === returns,
  )
}

/**
 * The references with one more, which takes the place of that of the same core and kind of returns.
 */
export function withReference(references: readonly Reference[], added: Reference): Reference[] {
  const replaced = referenceFor(references, added, added.returns)
  return [...references.filter(other => other !== replaced), added]
}

/**
 * Every cell that was measured now, held against the reference. A stage is slower when it takes
 * longer both against the baseline and by its own time. Unchanged code can look slower against the
 * baseline alone: where memory has become faster, a baseline that copies every page gains more than
 * a stage that reuses them (cow-reuse-byte of `exclusive`: 10 %, with the same instructions).
 */
export function judgeCells(
  cells: readonly Cell[],
  reference: Reference,
  specifications: Readonly<Record<string, string>>,
): Judgement[] {
  return cells.map(({ stage, benchmark, change: now, medianNs }) => {
    const known = reference.cells.find(other => other.stage === stage && other.benchmark === benchmark)
    const before = known?.change ?? null
    const slower = now === null || before === null ? null : slowerBy(now, before)
    const beforeNs = known?.medianNs ?? null
    const longerPercent = medianNs === null || beforeNs === null ? null : 100 * (medianNs / beforeNs - 1)
    const isSpecifiedAnew = reference.specifications[stage] !== specifications[stage]
    const verdict = isSpecifiedAnew ? 'specified anew' : verdictOn(slower, longerPercent)
    return { stage, benchmark, now, before, slower, longerPercent, verdict }
  })
}

/**
 * The ends are those of both intervals that lie furthest apart: nothing is called
 * slower for lack of rounds.
 */
function slowerBy(now: Change, before: Change): Change {
  return {
    percent: ratioOf(now.percent, before.percent),
    low: ratioOf(now.low, before.high),
    high: ratioOf(now.high, before.low),
  }
}

function ratioOf(now: Percent, before: Percent): Percent {
  return 100 * ((100 + now) / (100 + before) - 1)
}

function verdictOn(slower: Change | null, longerPercent: Percent | null): Judgement['verdict'] {
  if (slower === null || longerPercent === null) return 'unknown'
  if (slower.low > tolerablePercent) return longerPercent > tolerablePercent ? 'slower' : 'faster baseline'
  return slower.high > tolerablePercent ? 'open' : 'kept'
}

/** The baseline is half of each ratio, and calls count for every stage. */
const sectionsOfAll = ['C', 'L']

/**
 * One hash for a stage, of all that specifies it: its own sections as the agent names them,
 * and those of all stages.
 */
export function specificationOf(stageSections: string, specification: string): string {
  const sections = sectionsIn(specification)
  const texts = [...sectionsOfAll, ...sectionNames(stageSections)].map(name => {
    const parts = sections.filter(({ id }) => id === name || id.startsWith(`${name}.`))
    if (parts.length === 0) throw new Error(`docs/schemes.md has no section ${name}`)
    return parts.map(({ text }) => text).join('\n')
  })
  return createHash('sha256').update(texts.join('\n').replaceAll(/\s+/g, ' ')).digest('hex').slice(0, 16)
}

/** `D.3` is itself; `D.1-D.6` are six; what follows in brackets says more to people. */
function sectionNames(text: string): string[] {
  const [, chapter = '', from, to] = /^([A-Z])\.(\d+)-\1\.(\d+)/.exec(text) ?? []
  if (from === undefined || to === undefined) return [text.replace(/ .*$/, '')]
  return Array.from(
    { length: Number(to) - Number(from) + 1 },
    (_, index) => `${chapter}.${Number(from) + index}`,
  )
}

type Section = Readonly<{ id: string; text: string }>

/** The text below each heading, as far as the next heading of whatever level. */
function sectionsIn(specification: string): Section[] {
  return specification.split(/^(?=#+ )/m).flatMap(text => {
    const id = /^#+ ([A-Z](?:\.\d+)*)\.? /.exec(text)?.[1]
    return id === undefined ? [] : [{ id, text }]
  })
}
