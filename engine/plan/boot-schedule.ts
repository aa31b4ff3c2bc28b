/**
 * The order of samples of kernels in virtual machines. By wall clock a round is one boot of each
 * kernel, in the order of a balanced block, since memory layout and code placement differ from boot
 * to boot. Counted instructions do not drift, so each kernel boots once and takes all its rounds,
 * its cells always in the same order, since the state in which one leaves free memory changes what
 * the next one counts. After every boot come the plan's warm-up passes.
 */
import type { Plan } from '../contract/plan.ts'
import type { SamplePlace } from '../contract/sample.ts'
import { clockOf } from '../contract/variant.ts'
import { expandCells } from './expand-cells.ts'
import { blockOrders, orderOfCells, roundsPerBlock } from './block-visits.ts'

/** The places of one block, in order; empty after the last. The run has `count` measured rounds. */
export function bootBlock(plan: Plan, block: number, count: number): SamplePlace[] {
  const { warmupRounds, variants } = plan
  const length = roundsPerBlock(plan)
  const orders = blockOrders(plan, block)
  const boots = isBootedOnce(plan)
    ? bootsOf(orders.slice(0, block === 0 ? 1 : 0), [Array.from({ length: count }, (_, round) => round)])
    : bootsOf(orders, roundsOfBlock(count, length, block))
  const first = block * length * variants.length * placesPerBoot(plan, count)
  return boots
    .flatMap(({ variantIndex, rounds }) => [
      ...Array.from({ length: warmupRounds }, (_, round) => ({ round, warmup: true, variantIndex })),
      ...rounds.map(round => ({ round: warmupRounds + round, warmup: false, variantIndex })),
    ])
    .flatMap(pass => cellsOf(plan, block, pass.round).map(cellIndex => ({ ...pass, cellIndex })))
    .map((place, index) => ({ ...place, block, scheduleIndex: first + index }))
}

/** Which boot of the run, counted from 0, takes the sample at this place. */
export function bootOf(plan: Plan, { scheduleIndex }: SamplePlace, rounds: number): number {
  return Math.floor(scheduleIndex / placesPerBoot(plan, rounds))
}

/** Boots of a whole run. */
export function bootCount(plan: Plan, rounds: number): number {
  return plan.variants.length * (isBootedOnce(plan) ? 1 : rounds)
}

function cellsOf(plan: Plan, block: number, round: number): number[] {
  if (isBootedOnce(plan)) return orderOfCells(plan, 0)
  return orderOfCells(plan, plan.order === undefined ? round : block)
}

type Boot = Readonly<{ variantIndex: number; rounds: readonly number[] }>

function bootsOf(orders: readonly (readonly number[])[], rounds: readonly (readonly number[])[]): Boot[] {
  return rounds.flatMap((group, index) =>
    (orders[index] ?? []).map(variantIndex => ({ variantIndex, rounds: group })),
  )
}

function roundsOfBlock(count: number, length: number, block: number): number[][] {
  const from = block * length
  return Array.from({ length: Math.max(0, Math.min(length, count - from)) }, (_, index) => [from + index])
}

function isBootedOnce({ variants }: Plan): boolean {
  return variants.some(variant => clockOf(variant) === 'instructions')
}

function placesPerBoot(plan: Plan, rounds: number): number {
  return (plan.warmupRounds + (isBootedOnce(plan) ? rounds : 1)) * expandCells(plan).length
}
