// The order of variants inside a block of rounds.
import { createRandom } from './random.ts'

/**
 * One block: as many rounds as there are variants, each round an order of the variants 0 … V − 1,
 * together a random cyclic Latin square: every variant stands once at every place, so that a drift
 * that is steady over the block, and whatever a place in the round does, weighs alike on all. Two
 * variants give 0 1 1 0 or 1 0 0 1. Depends on seed and block alone: a run that was interrupted
 * goes on with the same schedule. Source: Fisher, The Design of Experiments (1935).
 */
export function latinSquareBlock(variantCount: number, seed: number, block: number): number[][] {
  if (!Number.isInteger(variantCount) || variantCount < 1) {
    throw new RangeError(`a block needs at least one variant, not ${variantCount}`)
  }
  const random = createRandom(seed, block)
  const places = Array.from({ length: variantCount }, (_, place) => place)
  const variants = random.shuffled(places)
  return random.shuffled(places).map(shift => [...variants.slice(shift), ...variants.slice(0, shift)])
}
