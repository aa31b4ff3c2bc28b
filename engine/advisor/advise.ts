/** Measures whole operations of the model with and without what is asked about, and concludes. */
import type { Agent, StartAgent } from '../agent/agent.ts'
import type { Advice, AdviceId, AdviceProgress, AdviceRequest } from '../contract/advice.ts'
import type { Cell } from '../contract/case.ts'
import { Failure } from '../contract/failure.ts'
import type { Reference } from '../contract/reference.ts'
import { sampleValue } from '../contract/sample.ts'
import { mebibyte } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { williamsBlock, type Visit } from '../plan/williams-design.ts'
import type { Clock } from '../session/clock.ts'
import { elementAt } from '../statistics/element-at.ts'
import type { RoundValue } from '../statistics/log-ratio.ts'
import { conclude } from './conclude.ts'
import { findDisturbances } from './disturbances.ts'
import { aloneOperations, contendedOperation, questions } from './questions.ts'
import { findResemblance } from './resemblance.ts'
import { alone, contendedSettings, topologyOf } from './settings.ts'
import { combinationRule, isNarrowEnough, judgeCells, regionOf, type MeasuredCell } from './verdicts.ts'
import type { WatchProcessors } from './watch-processors.ts'

const sizeBytes = 32 * mebibyte // small enough for a hundred rounds within a minute, larger than second-level caches
const folioBytes = 2 * mebibyte

/** Once as many rounds are in, all intervals exist, also the family's: 10 parts need 9. */
const leastRounds = 12

export type AdvisorParts = Readonly<{
  startAgent: StartAgent
  clock: Clock
  watchProcessors: WatchProcessors
  applicationVersion: string
  references: readonly Reference[]
  /** Ends measuring at once; nothing is concluded then. */
  signal: AbortSignal
  progressed: (progress: AdviceProgress) => void
}>

type AdvisorCell = Pick<MeasuredCell, 'operation' | 'setting' | 'regionPercent'>

/** One cell with the rounds of each variant: the shared scheme, its copy, the candidates. */
type Series = Readonly<{ cell: AdvisorCell; variants: readonly RoundValue[][] }>

/** Takes at most `budgetSeconds` and what one round takes, but one round to warm up in any case. The caller holds the run lock. Rejects with `cancelled` when `signal` says so. */
export async function advise(
  id: AdviceId,
  { question: name, budgetSeconds }: AdviceRequest,
  seed: number,
  parts: AdvisorParts,
): Promise<Advice> {
  const { clock, signal } = parts
  const startedNs = clock.monotonicNs()
  const agent = await parts.startAgent()
  signal.addEventListener('abort', close)
  try {
    signal.throwIfAborted() // before there was an agent to close
    const facts = await agent.facts()
    const question = questions[name]
    const schemes = [
      question.shared.scheme,
      question.copy,
      ...question.candidates.map(({ scheme }) => scheme),
    ]
    const isGuest = facts.virtualisation.hypervisor !== null
    const series: Series[] = [
      ...aloneOperations.map(operation => ({ operation, setting: alone })),
      ...contendedSettings(topologyOf(facts)).map(setting => ({ operation: contendedOperation, setting })),
    ].map(({ operation, setting }) => ({
      cell: { operation, setting, regionPercent: regionOf(setting, isGuest) },
      variants: schemes.map(() => []),
    }))
    const blockOf = (block: number): Visit[][] =>
      williamsBlock({ cells: series.length, variants: schemes.length }, seed, block)
    const [warmUp = []] = blockOf(0)
    await takeRound(agent, series, schemes, warmUp, -1, seed, tell) // left out
    for (const { variants } of series) for (const values of variants) values.length = 0
    const latencies = await agent.latencies()
    const occupation = parts.watchProcessors(agent.hello.pid, facts.cpu.threads ?? 1, clock)
    let round = 0
    for (let block = 1; ; block++) {
      const beganAt = elapsed()
      for (const visits of blockOf(block)) {
        if (elapsed() >= budgetSeconds) break // a block that takes longer than the one before: its rounds count
        await takeRound(agent, series, schemes, visits, round++, seed, tell)
      }
      const isLate = elapsed() + (elapsed() - beganAt) > budgetSeconds
      if (isLate || (round >= leastRounds && isNarrowEnough(series.map(measuredCell)))) break
    }
    const disturbances = findDisturbances(occupation())
    const judged = judgeCells(series.map(measuredCell), disturbances.length > 0)
    return {
      id,
      question: name,
      createdAt: clock.now(),
      budgetSeconds,
      elapsedSeconds: elapsed(),
      environment: {
        facts,
        agentVersion: agent.hello.agent,
        applicationVersion: parts.applicationVersion,
        capturedAt: clock.now(),
      },
      seed,
      rule: combinationRule,
      parts: judged,
      disturbances,
      latencies: [...latencies],
      resembles: disturbances.length > 0 ? null : findResemblance(question, judged, parts.references),
      ...conclude(question, judged, disturbances),
    }
  } catch (error) {
    throw signal.aborted ? new Failure('cancelled', 'Cancelled before there was an answer.') : error
  } finally {
    signal.removeEventListener('abort', close)
    await agent.close()
  }

  function elapsed(): number {
    return (clock.monotonicNs() - startedNs) / 1e9
  }

  function tell(round: number, { operation, setting }: AdvisorCell): void {
    parts.progressed({
      id,
      rounds: Math.max(0, round),
      elapsedSeconds: elapsed(),
      budgetSeconds,
      current: `${round < 0 ? 'warming up: ' : ''}${operation}, ${setting.label}`,
    })
  }

  function close(): void {
    void agent.close()
  }
}

/** Every cell once for every scheme, the schemes of one cell directly after one another. */
async function takeRound(
  agent: Agent,
  series: readonly Series[],
  schemes: readonly string[],
  visits: readonly Visit[],
  round: number,
  seed: number,
  tell: (round: number, cell: AdvisorCell) => void,
): Promise<void> {
  for (const { cellIndex, variants: order } of visits) {
    const { cell, variants } = elementAt(series, cellIndex)
    tell(round, cell)
    const { tasks, cpus } = cell.setting
    const wanted: Cell = { benchmark: cell.operation, parameters: { sizeBytes, folioBytes, tasks } }
    for (const index of order) {
      const measurement = await agent.sample({
        cell: wanted,
        variant: schemeVariant(schemes[index] ?? ''),
        seed: (seed + round + 1) % 2 ** 32,
        cpus,
      })
      variants[index]?.push({ round, value: sampleValue(cell.operation, 'wall', measurement) })
    }
  }
}

function measuredCell({ cell, variants: [shared = [], copy = [], ...candidates] }: Series): MeasuredCell {
  return { ...cell, shared, copy, candidates }
}
