/**
 * Measures whole operations of the model with and without the optimisation in question, and
 * concludes.
 */
import type { StartAgent } from '../agent/agent.ts'
import type {
  Advice,
  AdviceId,
  AdvicePart,
  AdviceProgress,
  AdviceRequest,
  AdviceRun,
  InstructionLatency,
} from '../contract/advice.ts'
import type { Hello } from '../contract/agent-protocol.ts'
import type { recordingApi } from '../contract/api.ts'
import type { Facts } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import type { Client } from '../contract/api-type.ts'
import type { Reference } from '../contract/reference.ts'
import { resolveReturns, type Returns } from '../contract/returns.ts'
import type { Sample } from '../contract/sample.ts'
import type { Seconds } from '../contract/units.ts'
import { publishedMachineOf } from '../comparison/published-tables.ts'
import type { Clock } from '../process/clock.ts'
import { roundValues } from '../session/resolution.ts'
import { advicePlans, type AdvicePlan } from './advice-plans.ts'
import { conclude, concludeBackground } from './conclude.ts'
import { measurePlan, type MeasuredPlan } from './measure-plan.ts'
import { questions, type Question } from './questions.ts'
import {
  findContradictions,
  findResemblance,
  overruledBy,
  withoutOverruled,
  type MeasuredParts,
} from './resemblance.ts'
import { countRounds, disturbanceOf, roundsNeeded } from './rounds-left.ts'
import { contendedSettings, topologyOf } from './settings.ts'
import { combinationRule, judgeCells, regionOf, type MeasuredCell } from './verdicts.ts'

const leastSeconds: Seconds = 0.1 // a plan takes a warm-up round and another one in any case

export type AdvisorParts = Readonly<{
  startAgent: StartAgent
  recording: Client<typeof recordingApi>
  clock: Clock
  applicationVersion: string
  /** The name of another machine that it is asked for; without one, this machine. */
  machine?: string | null
  references: readonly Reference[]
  /** Ends measuring at once; nothing is concluded then, and what was measured stays as a run. */
  signal: AbortSignal
  progressed: (progress: AdviceProgress) => void
}>

/**
 * Takes at most `budgetSeconds` and one round more; a warm-up round and one other are always
 * measured. The caller holds the run lock. Rejects with `cancelled` when `signal` says so.
 */
export async function advise(
  id: AdviceId,
  request: AdviceRequest,
  seed: number,
  parts: AdvisorParts,
): Promise<Advice> {
  try {
    return await measureAndConclude(id, request, seed, parts)
  } catch (error) {
    throw parts.signal.aborted ? new Failure('cancelled', 'Cancelled before there was an answer.') : error
  }
}

async function measureAndConclude(
  id: AdviceId,
  request: AdviceRequest,
  seed: number,
  parts: AdvisorParts,
): Promise<Advice> {
  const { clock, progressed, references } = parts
  const { budgetSeconds, returns: choice = 'host' } = request
  const question = questions[request.question]
  const startedNs = clock.monotonicNs()
  const { hello, facts, latencies } = await inspect(parts)
  const { kernelReturns } = facts.cpu
  const [returns = 'plain'] = resolveReturns([choice], { kernel: kernelReturns, held: hello.returns })
  const other = otherReturns(returns, hello.returns)
  const contended = contendedSettings(topologyOf(facts))
  const plans = advicePlans({ id, request, question, contended, returns, other, seed })
  const needed = roundsNeeded(
    question.candidates.length * operationsOf(plans.filter(({ isBackground }) => !isBackground)),
  )
  const { measured, disturbances } = await measureAll()
  const isGuest = facts.virtualisation.hypervisor !== null
  const judged = judge(plans.filter(({ isBackground }) => !isBackground))
  const judgedOther = judge(plans.filter(({ isBackground }) => isBackground))
  const measuredParts: MeasuredParts = new Map([
    [returns, judged],
    ...(other === undefined ? [] : [[other, judgedOther] as const]),
  ])
  const published = publishedMachineOf(facts.cpu)
  const contradictions =
    published === undefined
      ? undefined
      : findContradictions(question, measuredParts, references, published.id)
  const overruled = overruledBy(contradictions ?? [], returns)
  const settled = withoutOverruled(question, judged, overruled)
  return {
    id,
    question: request.question,
    createdAt: clock.now(),
    budgetSeconds,
    elapsedSeconds: elapsed(),
    environment: {
      facts,
      agentVersion: hello.agent,
      applicationVersion: parts.applicationVersion,
      capturedAt: clock.now(),
      ...(parts.machine ? { machine: parts.machine } : {}),
    },
    returns,
    seed,
    rule: combinationRule,
    parts: settled,
    runs: measured.map(runOf),
    disturbances,
    latencies,
    resembles: disturbances.length > 0 ? null : findResemblance(question, measuredParts, references),
    ...(contradictions === undefined ? {} : { contradictions }),
    ...(other === undefined
      ? {}
      : {
          background: concludeBackground(question, judgedOther, disturbances, {
            returns: other,
            main: returns,
          }),
        }),
    ...conclude(question, settled, disturbances, { returns, kernel: kernelReturns.kind }, overruled),
  }

  /**
   * Plan after plan, each with its share of what is left; once nothing can be
   * concluded, no other one.
   */
  async function measureAll(): Promise<Readonly<{ measured: MeasuredPlan[]; disturbances: string[] }>> {
    const measured: MeasuredPlan[] = []
    let shares = 1
    for (const plan of plans) {
      const left = budgetSeconds - elapsed()
      if (measured.length > 0 && left <= 0) break
      const before = measured.reduce((sum, { samples }) => sum + countRounds(samples).rounds, 0)
      const first = await measureOne(plan, Math.max(leastSeconds, (left * plan.share) / shares), before)
      measured.push(first)
      shares -= plan.share
      const disturbance = measured.length === 1 ? disturbanceOf(first.plan, first.samples, needed) : null
      if (disturbance !== null) return { measured, disturbances: [disturbance] }
    }
    return { measured, disturbances: [] }
  }

  function measureOne(advicePlan: AdvicePlan, seconds: Seconds, roundsBefore: number): Promise<MeasuredPlan> {
    return measurePlan(advicePlan, seconds, needed, {
      ...parts,
      progressed: ({ runId, current, phase }, rounds) =>
        progressed({
          id,
          runId,
          rounds: roundsBefore + rounds,
          elapsedSeconds: elapsed(),
          budgetSeconds,
          current: phase === 'sampling' ? `${advicePlan.name}: ${current}` : advicePlan.name,
        }),
    })
  }

  /** The parts of these plans, also of those for which no time was left. */
  function judge(those: readonly AdvicePlan[]): AdvicePart[] {
    const cells = those.flatMap(plan => {
      const samples = measured.find(({ name }) => name === plan.name)?.samples ?? []
      return measuredCells(plan, samples, question, isGuest)
    })
    const isDisturbed = disturbances.length > 0
    return judgeCells(cells.map(cell => ({ ...cell, isDisturbed })))
  }

  function elapsed(): Seconds {
    return (clock.monotonicNs() - startedNs) / 1e9
  }
}

/** What the agent reports apart from samples. */
type Inspection = Readonly<{ hello: Hello; facts: Facts; latencies: InstructionLatency[] }>

async function inspect({ startAgent, signal }: AdvisorParts): Promise<Inspection> {
  const agent = await startAgent()
  signal.addEventListener('abort', close)
  try {
    signal.throwIfAborted() // before there was an agent to close
    return { hello: agent.hello, facts: await agent.facts(), latencies: [...(await agent.latencies())] }
  } finally {
    signal.removeEventListener('abort', close)
    await agent.close()
  }

  function close(): void {
    void agent.close()
  }
}

/**
 * The returns of the background answer: plain ones, or, where those decide, the others that a
 * published kernel had.
 */
function otherReturns(returns: Returns, held: readonly Returns[]): Returns | undefined {
  const other = returns === 'plain' ? 'safe-ret' : 'plain'
  return held.includes(other) ? other : undefined
}

function operationsOf(plans: readonly AdvicePlan[]): number {
  return plans.reduce((sum, { operations }) => sum + operations.length, 0)
}

/**
 * The cells of a plan with their rounds; the variants are those of `advicePlans`:
 * shared, candidates, copy.
 */
function measuredCells(
  { operations, setting }: AdvicePlan,
  samples: readonly Sample[],
  { candidates }: Question,
  isGuest: boolean,
): MeasuredCell[] {
  const measured = samples.filter(({ warmup }) => !warmup)
  return operations.map((operation, cellIndex) => ({
    operation,
    setting,
    regionPercent: regionOf(setting, isGuest),
    shared: roundValues(operation, measured, cellIndex, 0),
    candidates: candidates.map((_, index) => roundValues(operation, measured, cellIndex, 1 + index)),
    copy: roundValues(operation, measured, cellIndex, 1 + candidates.length),
  }))
}

function runOf({ runId, name, samples }: MeasuredPlan): AdviceRun {
  return { id: runId, name, ...countRounds(samples) }
}
