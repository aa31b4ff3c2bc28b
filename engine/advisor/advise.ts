/** Measures whole operations of the model with and without what is asked about, and concludes. */
import type { Agent, StartAgent } from '../agent/agent.ts'
import type { Advice, AdviceId, AdviceProgress, AdviceRequest } from '../contract/advice.ts'
import type { Cell } from '../contract/case.ts'
import { Failure } from '../contract/failure.ts'
import type { Reference } from '../contract/reference.ts'
import { sampleValue } from '../contract/sample.ts'
import { resolveReturns, returnsTitles, type Returns } from '../contract/returns.ts'
import { mebibyte, type Seconds } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { williamsBlock, type Visit } from '../plan/williams-design.ts'
import type { Clock } from '../process/clock.ts'
import { elementAt } from '../statistics/element-at.ts'
import type { RoundValue } from '../statistics/log-ratio.ts'
import { publishedMachineOf } from '../comparison/published-tables.ts'
import { conclude, concludeBackground } from './conclude.ts'
import { findDisturbances } from './disturbances.ts'
import { aloneOperations, contendedOperation, questions } from './questions.ts'
import { findContradictions, findResemblance, type MeasuredParts } from './resemblance.ts'
import { alone, contendedSettings, topologyOf } from './settings.ts'
import { combinationRule, isNarrowEnough, judgeCells, regionOf, type MeasuredCell } from './verdicts.ts'
import type { WatchProcessors } from './watch-processors.ts'

const sizeBytes = 32 * mebibyte // small enough for a hundred rounds within a minute, larger than second-level caches
const folioBytes = 2 * mebibyte

/** Once as many rounds are in, all intervals exist, also the family's: 10 parts need 9. */
const leastRounds = 12

/**
 * Of the budget, when the question is also asked under other returns. Measuring ends long before on a quiet machine, and the
 * background leaves what several tasks do out.
 */
const mainShare = 0.75

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
  { question: name, budgetSeconds, returns: choice = 'host' }: AdviceRequest,
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
    const { kernelReturns } = facts.cpu
    const offer = { kernel: kernelReturns, held: agent.hello.returns }
    const [returns = 'plain'] = resolveReturns([choice], offer)
    const other = otherReturns(returns, agent.hello.returns)
    const question = questions[name]
    const schemes = [
      question.shared.scheme,
      question.copy,
      ...question.candidates.map(({ scheme }) => scheme),
    ]
    const isGuest = facts.virtualisation.hypervisor !== null
    const uncontended = aloneOperations.map(operation => ({ operation, setting: alone }))
    const contended = contendedSettings(topologyOf(facts)).map(setting => ({
      operation: contendedOperation,
      setting,
    }))
    const main = seriesOf([...uncontended, ...contended])
    const background = other === undefined ? [] : seriesOf(uncontended)
    const measuring = { agent, schemes, seed, elapsed }
    const warmed = measure({ ...measuring, series: main, returns, firstRound: 0, tell })
    await warmed.warmUp()
    const latencies = await agent.latencies()
    const occupation = parts.watchProcessors(agent.hello.pid, facts.cpu.threads ?? 1, clock)
    const rounds = await warmed.until(other === undefined ? budgetSeconds : mainShare * budgetSeconds)
    if (other !== undefined && elapsed() < budgetSeconds) {
      const briefly = measure({
        ...measuring,
        series: background,
        returns: other,
        firstRound: rounds,
        tell: (round, cell) => {
          tell(round, cell, other)
        },
      })
      await briefly.warmUp()
      await briefly.until(budgetSeconds)
    }
    const disturbances = findDisturbances(occupation())
    const judged = judgeCells(main.map(measuredCell), disturbances.length > 0)
    const judgedOther = judgeCells(background.map(measuredCell), disturbances.length > 0)
    const measured: MeasuredParts = new Map([
      [returns, judged],
      ...(other === undefined ? [] : [[other, judgedOther] as const]),
    ])
    const published = publishedMachineOf(facts.cpu)
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
      returns,
      seed,
      rule: combinationRule,
      parts: judged,
      disturbances,
      latencies: [...latencies],
      resembles: disturbances.length > 0 ? null : findResemblance(question, measured, parts.references),
      ...(published === undefined
        ? {}
        : { contradictions: findContradictions(question, measured, parts.references, published.id) }),
      ...(other === undefined
        ? {}
        : {
            background: concludeBackground(question, judgedOther, disturbances, {
              returns: other,
              main: returns,
            }),
          }),
      ...conclude(question, judged, disturbances, { returns, kernel: kernelReturns.kind }),
    }

    function seriesOf(cells: readonly Pick<AdvisorCell, 'operation' | 'setting'>[]): Series[] {
      return cells.map(({ operation, setting }) => ({
        cell: { operation, setting, regionPercent: regionOf(setting, isGuest) },
        variants: schemes.map(() => []),
      }))
    }
  } catch (error) {
    throw signal.aborted ? new Failure('cancelled', 'Cancelled before there was an answer.') : error
  } finally {
    signal.removeEventListener('abort', close)
    await agent.close()
  }

  function elapsed(): Seconds {
    return (clock.monotonicNs() - startedNs) / 1e9
  }

  function tell(round: number, { operation, setting }: AdvisorCell, returns?: Returns): void {
    const before = round < 0 ? 'warming up: ' : returns === undefined ? '' : `${returnsTitles[returns]}: `
    parts.progressed({
      id,
      rounds: Math.max(0, round),
      elapsedSeconds: elapsed(),
      budgetSeconds,
      current: `${before}${operation}, ${setting.label}`,
    })
  }

  function close(): void {
    void agent.close()
  }
}

/** Under which returns the question is asked too: plain ones, or those of the published kernel that had others. */
function otherReturns(returns: Returns, held: readonly Returns[]): Returns | undefined {
  const other = returns === 'plain' ? 'safe-ret' : 'plain'
  return held.includes(other) ? other : undefined
}

type Tell = (round: number, cell: AdvisorCell) => void

type Measuring = Readonly<{
  agent: Agent
  series: readonly Series[]
  schemes: readonly string[]
  returns: Returns
  seed: number
  firstRound: number
  elapsed: () => Seconds
  tell: Tell
}>

/** Fills the series round by round: one that is left out, then others until all intervals are narrow or time is up. */
function measure(measuring: Measuring): Readonly<{
  warmUp: () => Promise<void>
  /** Resolves with the number of the next round. */
  until: (limit: Seconds) => Promise<number>
}> {
  const { series, schemes, seed, firstRound, elapsed } = measuring
  function blockOf(block: number): Visit[][] {
    return williamsBlock({ cells: series.length, variants: schemes.length }, seed, block)
  }
  return {
    async warmUp() {
      const [visits = []] = blockOf(0)
      await takeRound(measuring, visits, firstRound - 1)
      for (const { variants } of series) for (const values of variants) values.length = 0
    },
    async until(limit) {
      let round = firstRound
      for (let block = 1; ; block++) {
        const beganAt = elapsed()
        for (const visits of blockOf(block)) {
          if (elapsed() >= limit) break // a block that takes longer than the one before: its rounds count
          await takeRound(measuring, visits, round++)
        }
        const isLate = elapsed() + (elapsed() - beganAt) > limit
        const isEnough = round - firstRound >= leastRounds
        if (isLate || (isEnough && isNarrowEnough(series.map(measuredCell)))) return round
      }
    },
  }
}

/** Every cell once for every scheme, the schemes of one cell directly after one another. */
async function takeRound(
  { agent, series, schemes, returns, seed, tell }: Measuring,
  visits: readonly Visit[],
  round: number,
): Promise<void> {
  for (const { cellIndex, variants: order } of visits) {
    const { cell, variants } = elementAt(series, cellIndex)
    tell(round, cell)
    const { tasks, cpus } = cell.setting
    const wanted: Cell = { benchmark: cell.operation, parameters: { sizeBytes, folioBytes, tasks } }
    for (const index of order) {
      const measurement = await agent.sample({
        cell: wanted,
        variant: schemeVariant(schemes[index] ?? '', { returns }),
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
