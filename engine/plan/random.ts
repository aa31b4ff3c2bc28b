// Randomness that repeats: everything drawn at random comes from a seed
// that is stored with the run.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/** A generator with a state: each call draws the next number of its sequence. */
export type Random = {
  /** Uniform on [0, 1), with 53 random bits. */
  fraction(): number
  /** Uniform whole number from 0 to limit − 1. */
  below(limit: number): number
  /** A copy in random order, every order equally likely (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[]
}

/** Scrambles 32 bits so that neighbouring inputs share nothing (the finaliser of MurmurHash3). */
function scramble(word: number): number {
  let bits = word | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

/**
 * Four state words from any number of keys; xoroshiro's own seeding starts
 * neighbouring seeds alike.
 */
function stateOf(keys: readonly number[]): number[] {
  return [1, 2, 3, 4].map(word =>
    keys.reduce((bits, key) => scramble(bits ^ scramble(key + 0x9e3779b9)), scramble(word)),
  )
}

/**
 * The generator (xoroshiro128+) of a seed, or of a part of what the seed governs:
 * `createRandom(seed, 7)` is independent of `createRandom(seed, 8)`, so that one block's order
 * can be redrawn without its predecessors. Seeds and keys are whole numbers from 0 to 2³² − 1;
 * others throw RangeError.
 */
export function createRandom(seed: number, ...keys: readonly number[]): Random {
  const all = [seed, ...keys]
  for (const key of all) {
    if (!Number.isInteger(key) || key < 0 || key > 0xffffffff) {
      throw new RangeError(`a seed is a whole number from 0 to 4294967295, not ${key}`)
    }
  }
  const generator = xoroshiro128plusFromState(stateOf([all.length, ...all]))
  return {
    fraction: () => uniformFloat64(generator),
    below: limit => uniformInt(generator, 0, limit - 1),
    shuffled<T>(items: readonly T[]): T[] {
      const left = [...items]
      return items.flatMap(() => left.splice(uniformInt(generator, 0, left.length - 1), 1))
    },
  }
}
