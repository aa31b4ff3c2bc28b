// Where simulated samples get their noise: a model of a host, and recorded samples.
import { createRandom, type Random } from '../../engine/plan/random.ts'
import { elementAt } from '../../engine/statistics/element-at.ts'

/** Draws the logarithms of one host's successive samples, when nothing differs between variants. */
export type NoiseStream = {
  sample(): number
  /** To be called between rounds. */
  endRound(): void
}

export type NoiseSource = {
  readonly name: string
  start(seed: number, trial: number): NoiseStream
}

const sampleDeviation = 0.008 // of the logarithm of one sample
const spikeShare = 0.05
const spikeMean = 0.08
const driftCoefficient = 0.9
const driftInnovation = 0.006 // with the coefficient: a stationary deviation of 1.38 %

function normal(random: Random): number {
  // Box and Muller (1958); 1 − fraction is never 0.
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())
}

/**
 * A host in logarithms of time: normal noise, rare spikes that only slow down, and a drift that
 * moves once a round (as if a round were short) or with every sample (the harder case).
 */
export function hostModel(drift: 'per round' | 'per sample'): NoiseSource {
  return {
    name: `host model, drift ${drift}`,
    start(seed, trial) {
      const random = createRandom(seed, trial)
      let level = (normal(random) * driftInnovation) / Math.sqrt(1 - driftCoefficient ** 2)
      function move(): void {
        level = driftCoefficient * level + driftInnovation * normal(random)
      }
      return {
        sample() {
          if (drift === 'per sample') move()
          const spike = random.fraction() < spikeShare ? -spikeMean * Math.log(1 - random.fraction()) : 0
          return level + sampleDeviation * normal(random) + spike
        },
        endRound() {
          if (drift === 'per round') move()
        },
      }
    },
  }
}

/**
 * Noise resampled from a recorded series of positive values, oldest first: stretches of random
 * place and length follow one another, so that skew, outliers and autocorrelation stay (stationary
 * bootstrap: Politis and Romano, JASA 89, 1994). The series is closed to a ring.
 */
export function recordedNoise(name: string, values: readonly number[], meanStretch = 50): NoiseSource {
  const logs = values.map(Math.log)
  return {
    name,
    start(seed, trial) {
      const random = createRandom(seed, trial)
      let place = random.below(logs.length)
      return {
        sample() {
          place = random.fraction() < 1 / meanStretch ? random.below(logs.length) : (place + 1) % logs.length
          return elementAt(logs, place)
        },
        endRound() {
          // The series goes on between rounds as it does within them.
        },
      }
    },
  }
}
