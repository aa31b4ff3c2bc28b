/**
 * The order of variants inside a block of rounds, balanced for what a sample leaves to
 * the next one (first-order carry-over). Source: E. J. Williams, "Experimental designs
 * balanced for the estimation of residual effects of treatments", Australian Journal of
 * Scientific Research A 2 (1949).
 */
import { elementAt } from '../statistics/element-at.ts'
import { createRandom, type Random } from './random.ts'

/** Keeps the orders apart from whatever else is drawn from the seed of a run. */
const orderKey = 3

/** A cell of a round with its variants in the order in which they are measured. */
export type Visit = Readonly<{ cellIndex: number; variants: readonly number[] }>

/**
 * Rounds of a block: an even number of variants is balanced by as many rounds, an
 * odd one by twice as many.
 */
export function williamsRounds(variantCount: number): number {
  return variantCount % 2 === 0 || variantCount === 1 ? variantCount : 2 * variantCount
}

/**
 * One block: the visits of each round in turn. In every cell each variant stands equally often at
 * every place and follows every other one equally often. All rounds have the cells in one order, so
 * that what a cell leaves to the next weighs alike on all variants of that; and a cell begins with
 * the variant that the cell before it ended with, so that in all cells but the first each variant
 * follows itself as often as it follows any other. Depends on seed and block alone: an interrupted
 * run goes on with the same schedule.
 */
export function williamsBlock(
  { cells, variants }: Readonly<{ cells: number; variants: number }>,
  seed: number,
  block: number,
): Visit[][] {
  const random = createRandom(seed, orderKey, block)
  const rounds: Visit[][] = Array.from({ length: williamsRounds(variants) }, () => [])
  for (const cellIndex of random.shuffled(indices(cells))) {
    const labels = random.shuffled(indices(variants))
    const orders = williamsDesign(variants).map(order => order.map(place => elementAt(labels, place)))
    const before = rounds.map(visits => visits.at(-1)?.variants.at(-1))
    inTurn(orders, before, random).forEach((order, round) =>
      rounds[round]?.push({ cellIndex, variants: order }),
    )
  }
  return rounds
}

/**
 * The orders at random, each beginning with what is wanted of its round; undefined wants nothing.
 */
function inTurn(
  orders: readonly (readonly number[])[],
  beginnings: readonly (number | undefined)[],
  random: Random,
): (readonly number[])[] {
  const left = random.shuffled(orders)
  return beginnings.flatMap(wanted => {
    const index = left.findIndex(([first]) => wanted === undefined || first === wanted)
    return left.splice(index, 1)
  })
}

/**
 * 0, 1, V − 1, 2, V − 2 … and its cyclic shifts; of an odd number of variants
 * the mirror images as well.
 */
function williamsDesign(variantCount: number): number[][] {
  const zigzag = indices(variantCount).map(place =>
    place % 2 === 0 ? variantCount - place / 2 : (place + 1) / 2,
  )
  const shifted = indices(variantCount).map(shift => zigzag.map(place => (place + shift) % variantCount))
  return shifted.length === williamsRounds(variantCount)
    ? shifted
    : [...shifted, ...shifted.map(order => [...order].reverse())]
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
