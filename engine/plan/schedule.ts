/**
 * The order of samples: a pure function of the plan, so that a resumed run has exactly the
 * schedule that the interrupted one had. Rounds form blocks; within a round the variants of a
 * cell come directly after one another. Kernels that have to be booted for it have an order of
 * their own: boot-schedule.ts.
 */
import type { Plan } from '../contract/plan.ts'
import type { SamplePlace } from '../contract/sample.ts'
import { clockOf } from '../contract/variant.ts'
import { blockVisits, roundsPerBlock } from './block-visits.ts'
import { bootBlock, bootCount } from './boot-schedule.ts'
import { expandCells } from './expand-cells.ts'
import { createRandom } from './random.ts'

/** Keeps the seeds of samples apart from whatever else is drawn from the seed of a run. */
const sampleSeeds = 2

/** The most rounds that a plan's stopping rule allows, without warm-up rounds. */
export function maximumRounds({ stopping }: Plan): number {
  return stopping.kind === 'rounds' ? stopping.rounds : stopping.maximumRounds
}

/**
 * The places of one block, in order; empty after the last. Warm-up rounds fill blocks of their own,
 * the last of which may be shorter, as may the last block of all.
 */
export function scheduleBlock(plan: Plan, block: number): SamplePlace[] {
  if (plan.target === 'vm') return bootBlock(plan, block, maximumRounds(plan))
  const { from, to, warmup } = roundsOfBlock(plan, block)
  if (to <= from) return []
  const first = from * expandCells(plan).length * plan.variants.length
  return blockVisits(plan, block, from)
    .slice(0, to - from)
    .flatMap((visits, index) =>
      visits.flatMap(({ cellIndex, variants }) =>
        variants.map(variantIndex => ({ round: from + index, block, warmup, cellIndex, variantIndex })),
      ),
    )
    .map((place, index) => ({ scheduleIndex: first + index, ...place }))
}

/** How often each case is sampled at most, warm-up included. */
export function maximumPasses(plan: Plan): number {
  const rounds = maximumRounds(plan)
  if (plan.target !== 'vm') return plan.warmupRounds + rounds
  return rounds + (plan.warmupRounds * bootCount(plan, rounds)) / plan.variants.length
}

/** The whole schedule, block after block. */
export function* schedule(plan: Plan): Generator<SamplePlace[]> {
  for (let block = 0; ; block++) {
    const places = scheduleBlock(plan, block)
    if (places.length === 0) return
    yield places
  }
}

/**
 * The places that replace lost rounds, round after round: those that would follow if the plan had
 * more rounds, of the cells alone that still lack some. `isLacking` is asked when a round begins.
 * At most half as many as were planned are replaced.
 */
export function* replacements(
  plan: Plan,
  isLacking: (cellIndex: number) => boolean,
): Generator<SamplePlace[]> {
  // All rounds are of one boot.
  if (plan.variants.some(variant => clockOf(variant) === 'instructions')) return
  const planned = plan.warmupRounds + maximumRounds(plan)
  const rounds = maximumRounds(plan) + replaceableRounds(plan)
  const places = [...schedule({ ...plan, stopping: { kind: 'rounds', rounds } })]
    .flat()
    .filter(({ round, warmup }) => !warmup && round >= planned)
  for (let round = planned; round < plan.warmupRounds + rounds; round++) {
    const lacking = new Set(places.map(({ cellIndex }) => cellIndex).filter(isLacking))
    if (lacking.size === 0) return
    yield places.filter(place => place.round === round && lacking.has(place.cellIndex))
  }
}

/**
 * How many lost rounds are replaced at most: a machine that loses more is not fit to measure now.
 */
export function replaceableRounds(plan: Plan): number {
  return Math.ceil(maximumRounds(plan) / 2)
}

/**
 * Seed of what is random in the operation: equal for the variants of a cell in a
 * round, which are compared.
 */
export function sampleSeed(plan: Plan, { round, cellIndex }: SamplePlace): number {
  return createRandom(plan.seed, sampleSeeds, round, cellIndex).below(2 ** 32)
}

type BlockRounds = Readonly<{ from: number; to: number; warmup: boolean }>

function roundsOfBlock(plan: Plan, block: number): BlockRounds {
  const length = roundsPerBlock(plan)
  const warmupBlocks = Math.ceil(plan.warmupRounds / length)
  if (block < warmupBlocks) {
    const from = block * length
    return { from, to: Math.min(from + length, plan.warmupRounds), warmup: true }
  }
  const from = plan.warmupRounds + (block - warmupBlocks) * length
  const end = plan.warmupRounds + maximumRounds(plan)
  return { from, to: Math.min(from + length, end), warmup: false }
}
