import type { Cell } from '../contract/case.ts'
import type { Plan } from '../contract/plan.ts'
import type { Progress, RunId } from '../contract/run.ts'
import type { Sample, SamplePlace } from '../contract/sample.ts'
import type { Nanoseconds, Seconds } from '../contract/units.ts'
import { mostMeasured } from '../plan/bisect.ts'
import { addPart, disturbanceSentences, loadPart, type CellLoad } from '../statistics/disturbed.ts'
import { distinguishingWords } from '../text/cell-text.ts'
import { maximumPasses } from '../plan/schedule.ts'

type Pace = { samples: number; ns: Nanoseconds }

/** Counts what a session has taken and reckons what is left from the pace of each cell so far. */
export class ProgressMeter {
  readonly #runId: RunId
  readonly #plan: Plan
  readonly #cells: readonly Cell[]
  readonly #paces: readonly Pace[]
  readonly #loads = new Map<number, CellLoad>()
  #done = 0

  constructor(runId: RunId, plan: Plan, cells: readonly Cell[]) {
    this.#runId = runId
    this.#plan = plan
    this.#cells = cells
    this.#paces = cells.map(() => ({ samples: 0, ns: 0 }))
  }

  count(sample: Sample): void {
    this.#done++
    const pace = this.#paces[sample.cellIndex]
    if (!pace) throw new Error(`there is no cell ${sample.cellIndex}`)
    pace.samples++
    pace.ns += sample.roundTripNs
    for (const part of loadPart(sample)) addPart(this.#loads, part)
  }

  progress(
    phase: Progress['phase'],
    elapsedSeconds: Seconds,
    place: SamplePlace | null,
    next: SamplePlace | null,
  ): Progress {
    const roundNs = this.#roundNs()
    const total = this.#total(roundNs)
    const perRound = this.#cells.length * this.#plan.variants.length
    return {
      runId: this.#runId,
      phase,
      done: this.#done,
      total,
      elapsedSeconds,
      remainingSeconds: roundNs === null ? null : ((total - this.#done) / perRound) * (roundNs / 1e9),
      current: place === null ? '' : this.#describe(place),
      next: next === null ? '' : this.#describe(next),
      disturbances: disturbanceSentences([{ label: this.#plan.label, loads: this.#loads }]),
    }
  }

  /**
   * Time of a whole round; null before the first sample. Cells without a sample yet
   * count as the average one.
   */
  #roundNs(): Nanoseconds | null {
    const known = this.#paces.filter(pace => pace.samples > 0)
    if (known.length === 0) return null
    const sum = known.reduce((total, pace) => total + pace.ns / pace.samples, 0)
    return (sum / known.length) * this.#cells.length * this.#plan.variants.length
  }

  /**
   * Samples of the whole run: of all rounds, or of as many as the budget
   * affords at the pace so far.
   */
  #total(roundNs: Nanoseconds | null): number {
    const { stopping, variants, bisection } = this.#plan
    const count = bisection === undefined ? variants.length : mostMeasured(variants.length)
    const budget = stopping.kind === 'resolution' ? stopping.budgetSeconds : null
    const all = maximumPasses(this.#plan)
    const affordable = budget === null ? all : this.#affordableRounds(budget, roundNs)
    return Math.max(this.#done, Math.min(all, affordable) * this.#cells.length * count)
  }

  /**
   * Rounds that a budget affords; before there is a pace, those that the plan asks for at least.
   */
  #affordableRounds(budget: Seconds, roundNs: Nanoseconds | null): number {
    const { stopping, warmupRounds } = this.#plan
    if (roundNs !== null) return Math.max(1, Math.floor((budget * 1e9) / roundNs))
    return warmupRounds + (stopping.kind === 'resolution' ? stopping.minimumRounds : stopping.rounds)
  }

  #describe({ cellIndex, variantIndex, round, warmup }: SamplePlace): string {
    const cell = this.#cells[cellIndex]
    const variant = this.#plan.variants[variantIndex]
    if (!cell || !variant) throw new Error(`there is no cell ${cellIndex} or no variant ${variantIndex}`)
    const name = [cell.benchmark, ...distinguishingWords(cell, this.#cells)].join(', ')
    const where = warmup ? 'warm-up' : `round ${round - this.#plan.warmupRounds + 1}`
    return `${name}, ${variant.label}, ${where}`
  }
}
