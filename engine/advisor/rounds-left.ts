/** Whether the undisturbed rounds suffice for an answer, during measuring and at its end. Pure. */
import type { Plan } from '../contract/plan.ts'
import type { Sample } from '../contract/sample.ts'
import type { Seconds } from '../contract/units.ts'
import { roundsPerBlock } from '../plan/block-visits.ts'
import { expandCells } from '../plan/expand-cells.ts'
import { wholeRounds } from '../plan/whole-rounds.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import { addLoads, loadCauses, loadOf, otherProgramsLimit, type Load } from '../statistics/disturbance.ts'
import { leastRounds } from '../statistics/median-interval.ts'
import { familyConfidence } from '../statistics/multiple-comparisons.ts'

/** Rounds that were measured, and those of them in which an operation was disturbed. */
export type RoundCount = Readonly<{ rounds: number; voidRounds: number }>

/** Rounds that were measured, warm-up left out, and how many of them were disturbed. */
export function countRounds(samples: readonly Sample[]): RoundCount {
  const measured = samples.filter(({ warmup }) => !warmup)
  const disturbed = measured.filter(({ voidReason }) => voidReason !== undefined)
  return { rounds: distinctRounds(measured), voidRounds: distinctRounds(disturbed) }
}

/** How many rounds it takes for `parts` parts to have intervals that hold together. */
export function roundsNeeded(parts: number): number {
  return leastRounds(familyConfidence(defaultConfidence, Math.max(1, parts)))
}

/**
 * Why nothing is concluded from what was measured, for people, with figures; null when enough is
 * undisturbed. Rounds that are missing for another reason, such as a short budget, do not count
 * here.
 */
export function disturbanceOf(plan: Plan, samples: readonly Sample[], needed: number): string | null {
  const causes = loadCauses(loadOfThose(samples, 'counting'))
  if (causes.length > 0) return `While this was measured ${causes.join(', ')}.`
  const { rounds, voidRounds } = countRounds(samples)
  if (voidRounds === 0 || leastWhole(plan, samples) >= needed) return null
  return tooFew(`${voidRounds} of ${rounds} rounds were disturbed`, samples)
}

/** How long measuring has taken, and may take. */
export type TimeSpent = Readonly<{ elapsedSeconds: Seconds; budgetSeconds: Seconds }>

/**
 * Why measuring ends now, for people: its time is up, or it has become clear that the budget will
 * not bring enough undisturbed rounds. Null to go on.
 */
export function reasonToEnd(
  plan: Plan,
  samples: readonly Sample[],
  needed: number,
  { elapsedSeconds, budgetSeconds }: TimeSpent,
): string | null {
  if (elapsedSeconds >= budgetSeconds) return 'The time limit was reached.'
  const { rounds } = countRounds(samples)
  if (rounds === 0 || rounds % roundsPerBlock(plan) !== 0) return null
  const affordable = (rounds * budgetSeconds) / elapsedSeconds
  if ((leastWhole(plan, samples) / rounds) * affordable < needed && countRounds(samples).voidRounds > 0)
    return tooFew(
      `at this pace ${budgetSeconds.toFixed(0)} s leave fewer than ${needed} undisturbed rounds`,
      samples,
    )
  const { sampleNs, otherProgramsNs } = loadOfThose(samples, 'counting')
  const wholeNs = (sampleNs * affordable) / rounds
  if (otherProgramsNs > otherProgramsLimit * wholeNs)
    return `Other programs have already used more than ${100 * otherProgramsLimit} % of a CPU of the whole time.`
  return affordable < rounds + roundsPerBlock(plan) ? 'Another block of rounds would take too long.' : null
}

function tooFew(what: string, samples: readonly Sample[]): string {
  const causes = loadCauses(loadOfThose(samples, 'void'))
  const why = causes.length === 0 ? 'tasks were switched out' : causes.join(', ')
  return `Too few rounds are left: ${what} (${why}).`
}

function loadOfThose(samples: readonly Sample[], which: 'counting' | 'void'): Load {
  return addLoads(
    samples
      .filter(({ warmup, voidReason }) => !warmup && (voidReason !== undefined) === (which === 'void'))
      .map(({ measurement }) => loadOf(measurement.counters, measurement.tasks.length)),
  )
}

function leastWhole(plan: Plan, samples: readonly Sample[]): number {
  return Math.min(...wholeRounds(plan, expandCells(plan).length, samples))
}

function distinctRounds(samples: readonly Sample[]): number {
  return new Set(samples.map(({ round }) => round)).size
}
