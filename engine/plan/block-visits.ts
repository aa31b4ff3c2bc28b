/**
 * In what order the rounds of a block visit cells and variants: by the rule that the plan names.
 */
import type { Plan } from '../contract/plan.ts'
import { expandCells } from './expand-cells.ts'
import { latinSquareBlock } from './latin-square.ts'
import { createRandom } from './random.ts'
import { williamsBlock, williamsRounds, type Visit } from './williams-design.ts'

/** Keeps the order of cells apart from whatever else is drawn from the seed of a run. */
const cellOrder = 1

/** Rounds of a whole block, after which an adaptive run may stop. */
export function roundsPerBlock({ order, variants }: Pick<Plan, 'order' | 'variants'>): number {
  return order === undefined ? variants.length : williamsRounds(variants.length)
}

/** The visits of each round of a whole block, the first of which is round `from` of the run. */
export function blockVisits(plan: Plan, block: number, from: number): Visit[][] {
  return plan.order === undefined
    ? latinVisits(plan, block, from)
    : williamsBlock({ cells: expandCells(plan).length, variants: plan.variants.length }, plan.seed, block)
}

/** The order of the variants of each round of a whole block where a round has a single visit. */
export function blockOrders({ order, variants, seed }: Plan, block: number): (readonly number[])[] {
  if (order === undefined) return latinSquareBlock(variants.length, seed, block)
  return williamsBlock({ cells: 1, variants: variants.length }, seed, block).flatMap(visits =>
    visits.map(visit => visit.variants),
  )
}

/**
 * The cells of a round in random order: of each round where variants are ordered by Latin
 * squares, else of each block.
 */
export function orderOfCells(plan: Plan, key: number): number[] {
  return createRandom(plan.seed, cellOrder, key).shuffled([...expandCells(plan).keys()])
}

/** Cells in an order of each round's own, the variants of each by a Latin square of its own. */
function latinVisits(plan: Plan, block: number, from: number): Visit[][] {
  const { variants, seed } = plan
  const cells = expandCells(plan).length
  const squares = Array.from({ length: cells }, (_, cellIndex) =>
    latinSquareBlock(variants.length, seed, block * cells + cellIndex),
  )
  return variants.map((_, index) =>
    orderOfCells(plan, from + index).map(cellIndex => ({
      cellIndex,
      variants: squares[cellIndex]?.[index] ?? [],
    })),
  )
}
