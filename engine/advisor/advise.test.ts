/**
 * Whole advices on fabricated times: the agent is a function, and the clock goes
 * on only while it measures.
 */
import { expect, test, vi } from 'vitest'
import type { Agent, SampleRequest } from '../agent/agent.ts'
import type { Advice, AdviceProgress, AdviceRequest } from '../contract/advice.ts'
import type { Facts } from '../contract/environment.ts'
import type { Seconds } from '../contract/units.ts'
import { publishedReferences } from '../comparison/published-tables.ts'
import { Plan } from '../contract/plan.ts'
import type { RunId, RunOutcome } from '../contract/run.ts'
import type { Sample } from '../contract/sample.ts'
import { createRandom } from '../plan/random.ts'
import type { Clock } from '../process/clock.ts'
import { exampleFacts, exampleLatencies } from '../../test/fixtures/environment.ts'
import { adviceSchemes, exampleReport } from '../../test/fixtures/machine-report.ts'
import { exampleMeasurement, newRunId } from '../../test/fixtures/run.ts'
import { advise, type AdvisorParts } from './advise.ts'

vi.setConfig({ testTimeout: 60_000 }) // on a machine that may be busy

/** What the agent is like. */
type Lab = Readonly<{
  /** How much longer than others a scheme takes. */
  factors?: Readonly<Record<string, number>>
  /** Largest relative deviation of a time, either way. */
  noise?: number
  /** What a sample takes, by how many came before it. */
  sampleSeconds?: (samplesBefore: number) => Seconds
  /** The same for samples with safe RET, where it differs. */
  safeRetFactors?: Readonly<Record<string, number>>
  kernelReturns?: Facts['cpu']['kernelReturns']
  /** What disturbs a sample, by how many came before it. */
  counters?: (samplesBefore: number) => Readonly<Record<string, number>>
  cancelAtSample?: number
  isCancelledAtStart?: boolean
}>

type Outcome = Readonly<{
  advice: Advice
  requests: SampleRequest[]
  progress: AdviceProgress[]
  closed: number
  /** What was recorded: the plans of runs and how they ended, with their samples. */
  runs: Map<RunId, RecordedRun>
}>

type RecordedRun = { plan: Plan; samples: Sample[]; outcome: RunOutcome | null }

const seed = 5

async function ask(lab: Lab, request: Partial<AdviceRequest> = {}): Promise<Outcome> {
  const requests: SampleRequest[] = []
  const runs = new Map<RunId, RecordedRun>()
  const progress: AdviceProgress[] = []
  const random = createRandom(11)
  const cancellation = new AbortController()
  let elapsedNs = 0
  let closed = 0
  const clock: Clock = { now: () => 1_760_000_000_000, monotonicNs: () => elapsedNs }

  async function sample(wanted: SampleRequest): ReturnType<Agent['sample']> {
    elapsedNs += 1e9 * (lab.sampleSeconds?.(requests.length) ?? 0.01)
    requests.push(wanted)
    if (requests.length === lab.cancelAtSample) cancellation.abort()
    if (cancellation.signal.aborted) throw new Error('the agent was closed')
    const { variant, cell } = wanted
    const [scheme, returns] = variant.target === 'model' ? [variant.scheme, variant.returns] : ['', '']
    const factors = (returns === 'safe-ret' ? lab.safeRetFactors : undefined) ?? lab.factors
    const deviation = (lab.noise ?? 0.001) * (2 * random.fraction() - 1)
    return Promise.resolve({
      ...exampleMeasurement(1_000_000 * (factors?.[scheme] ?? 1) * (1 + deviation)),
      counters: { ...lab.counters?.(requests.length - 1) },
      tasks: Array.from({ length: cell.parameters.tasks }, () => ({
        elapsedNs: 1_000_000 * (factors?.[scheme] ?? 1) * (1 + deviation),
        work: 8192,
      })),
    })
  }

  const parts: AdvisorParts = {
    startAgent: () => {
      if (lab.isCancelledAtStart === true) cancellation.abort()
      return Promise.resolve({
        hello: { ...exampleReport.hello, schemes: adviceSchemes },
        facts: () =>
          Promise.resolve({
            ...exampleFacts,
            cpu: { ...exampleFacts.cpu, kernelReturns: lab.kernelReturns ?? exampleFacts.cpu.kernelReturns },
          }),
        latencies: () => Promise.resolve(exampleLatencies),
        condition: () => Promise.reject(new Error('not asked for')),
        settings: () => Promise.reject(new Error('not asked for')),
        sample,
        counts: () => Promise.reject(new Error('not asked for')),

        symbols: () => Promise.resolve([]),
        phone: () => Promise.reject(new Error('no test asks this')),
        counterexample: () => Promise.reject(new Error('no test asks this')),
        close: () => {
          closed++
          return Promise.resolve()
        },
      })
    },
    clock,
    recording: {
      beginRun: ({ id, plan }) => {
        runs.set(id, { plan, samples: [], outcome: null })
        return Promise.resolve()
      },
      recordSample: ({ runId, sample: taken }) => {
        runs.get(runId)?.samples.push(taken)
        return Promise.resolve()
      },
      endRun: outcome => {
        const run = runs.get(outcome.runId)
        if (run) run.outcome = outcome
        return Promise.resolve()
      },
      reopenRun: () => Promise.reject(new Error('not asked for')),
      recordGuest: () => Promise.reject(new Error('not asked for')),
      recordAdvice: () => Promise.reject(new Error('not asked for')),
    },
    applicationVersion: 'test',
    references: publishedReferences(),
    signal: cancellation.signal,
    progressed: step => progress.push(step),
  }
  const whole = { question: 'exclusive-writer' as const, budgetSeconds: 60, ...request }
  try {
    return { advice: await advise(newRunId(), whole, seed, parts), requests, progress, closed, runs }
  } finally {
    expect(closed).toBeGreaterThan(0)
  }
}

const safeRet = { kind: 'safe-ret', source: 'spec_rstack_overflow: Mitigation: Safe RET' } as const

const quicker = { exclusive: 0.8, nocmpxchg: 0.8, all: 0.8 }
const slower = { exclusive: 1.25, nocmpxchg: 1.25, all: 1.25 }

test.each([
  ['quicker', quicker, 'helps'],
  ['slower', slower, 'hurts'],
  ['as quick', {}, 'no-difference'],
  ['one quicker, one slower', { exclusive: 1.25, nocmpxchg: 0.8 }, 'not-resolved'],
  ['quicker in one way only', { all: 0.8 }, 'helps'],
] as const)('candidates that are %s', async (_, factors, verdict) => {
  // Nothing was published of this core with them.
  const { advice } = await ask({ factors, kernelReturns: safeRet })
  expect(advice.verdict).toBe(verdict)
  expect(advice.disturbances).toEqual([])
})

test('an advice has a part for each operation, setting and candidate, and says what it rests on', async () => {
  const { advice } = await ask({ factors: quicker })
  const places = advice.parts.map(
    ({ operation, setting, candidate }) => `${operation}, ${setting.label}, ${candidate}`,
  )
  expect(places).toEqual(
    ['remap, munmap, fork, pte-dontneed, cow-byte']
      .flatMap(names => names.split(', ').map(name => `${name}, alone`))
      .concat('anon-cow-seq, 2 tasks', 'anon-cow-seq, 20 tasks')
      .flatMap(place => [`${place}, 0`, `${place}, 1`, `${place}, 2`]),
  )
  for (const { n, verdict, low, high, percent, operation } of advice.parts) {
    expect(n).toBeGreaterThanOrEqual(12)
    expect(verdict).toBe('helps')
    expect(percent).toBeCloseTo(operation === 'anon-cow-seq' ? 25 : -20, 0)
    expect(low!).toBeLessThanOrEqual(percent!)
    expect(high!).toBeGreaterThanOrEqual(percent!)
  }
  expect(advice).toMatchObject({
    question: 'exclusive-writer',
    seed,
    latencies: exampleLatencies,
    environment: { facts: exampleFacts, applicationVersion: 'test' },
    candidates: [{ scheme: 'exclusive' }, { scheme: 'nocmpxchg' }, { scheme: 'all' }],
    resembles: { machine: expect.any(String) },
  })
})

test('latencies do not enter the verdict: what is measured does, whatever they say', async () => {
  const kernelReturns = safeRet // nothing was published of this core with them
  const [a, b] = [
    await ask({ factors: slower, kernelReturns }),
    await ask({ factors: quicker, kernelReturns }),
  ]
  expect(a.advice.latencies).toEqual(b.advice.latencies)
  expect([a.advice.verdict, b.advice.verdict]).toEqual(['hurts', 'helps'])
})

test('every sample is stored in a run, which says that it was made for the advice', async () => {
  const { advice, requests, runs } = await ask({ factors: quicker })
  const stored = [...runs.values()]
  expect(stored.reduce((sum, { samples }) => sum + samples.length, 0)).toBe(requests.length)
  expect(advice.runs?.map(({ id }) => id)).toEqual([...runs.keys()])
  expect(stored.map(({ plan }) => plan.advice)).toEqual(stored.map(() => advice.id))
  expect(stored.map(({ outcome }) => outcome?.status)).toEqual(stored.map(() => 'complete'))
  expect(stored.map(({ plan }) => [plan.benchmarks, plan.tasks, plan.label])).toEqual([
    [['remap', 'munmap', 'fork', 'pte-dontneed', 'cow-byte'], [1], expect.stringMatching(/alone, plain/)],
    [['anon-cow-seq'], [2], expect.stringMatching(/2 tasks/)],
    [['anon-cow-seq'], [20], expect.stringMatching(/20 tasks/)],
    [
      ['remap', 'munmap', 'fork', 'pte-dontneed', 'cow-byte'],
      [1],
      expect.stringMatching(/safe RET, background/),
    ],
  ])
  for (const { plan } of stored) expect(() => Plan.parse(plan)).not.toThrow()
})

test('the answer is that under the returns of its kernel; the other kind is background', async () => {
  const both = { factors: quicker, safeRetFactors: slower }
  const { advice: onPlain } = await ask(both)
  expect(onPlain).toMatchObject({ returns: 'plain', verdict: 'helps' })
  expect(onPlain.sentence).toMatch(/^With the plain returns of the kernel, the exclusive writer helps \(/)
  expect(onPlain.background).toMatchObject({ returns: 'safe-ret', verdict: 'hurts' })
  expect(onPlain.background?.sentence).toMatch(/^On a kernel with safe RET it would hurt \(/)
  const { advice: onSafeRet } = await ask({ ...both, kernelReturns: safeRet })
  expect(onSafeRet).toMatchObject({ returns: 'safe-ret', verdict: 'hurts' })
  expect(onSafeRet.background?.sentence).toMatch(
    /^Booted with spec_rstack_overflow=off \(plain returns\) it would help \(/,
  )
})

test('another kind can be asked for, and the sentence says that the kernel has another', async () => {
  const { advice } = await ask({ factors: quicker, kernelReturns: safeRet }, { returns: 'plain' })
  expect(advice.returns).toBe('plain')
  expect(advice.sentence).toMatch(/^With plain returns instead of the kernel’s safe RET, /)
  await expect(ask({}, { returns: 'stuffing' })).rejects.toMatchObject({ code: 'bad-input' })
})

test('the background leaves most of the budget to the answer', async () => {
  const { requests } = await ask({ noise: 0.3 })
  const background = requests.filter(
    ({ variant }) => variant.target === 'model' && variant.returns !== 'plain',
  )
  expect(background.length).toBeGreaterThan(0)
  expect(background.length / requests.length).toBeLessThan(0.3)
})

test('on a processor with the core of a published one a contradiction is reported, and the answer stays open', async () => {
  const { advice } = await ask({ factors: slower })
  expect(advice.verdict).toBe('not-resolved')
  expect(advice.sentence).toMatch(
    /the model contradicts the published measurements of a kernel on this core \(.*fork, exclusive by cmpxchg: \+2\d\.\d\d% measured, -28\.\d\d% published/,
  )
  expect(
    advice.parts.filter(({ verdict, setting }) => verdict === 'hurts' && setting.tasks === 1),
  ).toMatchObject([
    ...Array<object>(2).fill({ operation: 'remap' }),
    ...Array<object>(2).fill({ operation: 'pte-dontneed' }),
    ...Array<object>(3).fill({ operation: 'cow-byte' }),
  ])
  expect(advice.contradictions).toContainEqual(
    expect.objectContaining({ cpu: 'Intel Xeon Silver 4210R', operation: 'fork', returns: 'plain' }),
  )
  const { advice: agreeing } = await ask({ factors: quicker })
  expect(agreeing.contradictions?.filter(({ operation }) => operation === 'fork')).toEqual([])
})

test('a question about batching measures batching', async () => {
  const { advice, requests } = await ask({ factors: { batch: 0.7 } }, { question: 'batching' })
  expect(advice).toMatchObject({ question: 'batching', verdict: 'helps' })
  expect(advice.candidates.map(({ verdict }) => verdict)).toEqual(['helps', 'no-difference'])
  const schemes = requests.map(({ variant }) => (variant.target === 'model' ? variant.scheme : ''))
  expect(new Set(schemes)).toEqual(new Set(['123', 'copy:123', 'batch', advice.candidates[1]!.scheme]))
})

/** A sample of 20 ms on two CPUs, of which other programs and a hypervisor took these. */
function load(otherProgramsNs: number, stolenNs = 0): Readonly<Record<string, number>> {
  return { sampleNs: 20e6, processorsNs: 40e6, otherProgramsNs, stolenNs, countedNs: 20e6 }
}

test('while other programs run there is no clear result, however plain the numbers, and it ends as soon as that is known', async () => {
  const { advice } = await ask({ factors: quicker, noise: 0.3, counters: () => load(20e6) })
  expect(advice.verdict).toBe('not-resolved')
  expect(new Set(advice.parts.map(({ verdict }) => verdict))).toEqual(new Set(['not-resolved']))
  expect(advice.disturbances).toHaveLength(1)
  expect(advice.sentence).toContain('other programs used 100 % of a CPU')
  expect(advice.recommendation).not.toMatch(/budget/)
  expect(advice.resembles).toBeNull()
  expect(advice.elapsedSeconds).toBeLessThan(30)
})

test('rounds with stolen time are left out and replaced, so that a cloud machine gets an answer', async () => {
  const { advice, runs } = await ask({
    factors: quicker,
    counters: before => load(0, before % 23 === 0 ? 10e6 : 0),
  })
  expect(advice).toMatchObject({ verdict: 'helps', disturbances: [] })
  const [first] = advice.runs ?? []
  expect(first!.voidRounds).toBeGreaterThan(5)
  expect(Math.min(...advice.parts.map(({ n }) => n))).toBeGreaterThanOrEqual(10)
  expect(Math.min(...advice.parts.map(({ n }) => n))).toBeLessThan(first!.rounds)
  const voided = [...runs.values()].flatMap(({ samples }) =>
    samples.filter(one => one.voidReason !== undefined),
  )
  expect(voided.length).toBeGreaterThan(0)
})

test('where nearly every round is stolen from, it says so long before the budget is used up', async () => {
  const { advice, runs } = await ask({ counters: before => load(0, before % 3 === 0 ? 10e6 : 0) })
  expect(advice.verdict).toBe('not-resolved')
  expect(advice.disturbances).toEqual([
    expect.stringMatching(
      /^Too few rounds are left: 10 of 10 rounds were disturbed \(the hypervisor took \d+ %/,
    ),
  ])
  expect(advice.elapsedSeconds).toBeLessThan(15)
  expect(runs.size).toBe(1)
  expect([...runs.values()][0]?.outcome).toMatchObject({
    status: 'complete',
    reason: expect.stringMatching(
      /^Too few rounds are left: at this pace \d+ s leave fewer than 10 undisturbed/,
    ),
  })
})

test('narrow intervals end measuring after two blocks; noise goes on to the budget', async () => {
  const { advice: quiet } = await ask({ factors: quicker })
  expect(quiet.parts.map(({ n }) => n)).toEqual(quiet.parts.map(() => 20))
  const { advice: noisy, progress } = await ask({ factors: quicker, noise: 0.3 })
  expect(noisy.elapsedSeconds).toBeGreaterThan(45)
  expect(noisy.elapsedSeconds).toBeLessThanOrEqual(60)
  const rounds = progress.map(event => event.rounds)
  expect(rounds).toEqual(rounds.toSorted((a, b) => a - b))
  expect(progress.map(({ current }) => current)).toContainEqual(
    expect.stringMatching(/^alone, plain returns: \S+, \S+, warm-up$/),
  )
  expect(progress.at(-1)).toMatchObject({
    budgetSeconds: 60,
    current: expect.stringMatching(/^alone, safe RET, background/) as string,
  })
})

const roundSamples = 5 * 5

function slowerAndSlower(samplesBefore: number): Seconds {
  return samplesBefore < 2 * roundSamples ? 0.01 : 0.1
}

test.each([2, 5, 60])(
  'a budget of %i s is kept when samples take longer than before',
  async budgetSeconds => {
    const { advice } = await ask({ noise: 0.3, sampleSeconds: slowerAndSlower }, { budgetSeconds })
    expect(advice.elapsedSeconds).toBeLessThanOrEqual(budgetSeconds + roundSamples * 0.1)
  },
)

test('on a machine so slow that warming up takes the whole budget there is no result, and the reason is given', async () => {
  const { advice, requests } = await ask({ factors: quicker, sampleSeconds: () => 1 }, { budgetSeconds: 2 })
  expect(requests).toHaveLength(roundSamples)
  expect(advice.verdict).toBe('not-resolved')
  expect(advice.parts.map(({ n }) => n)).toEqual(advice.parts.map(() => 0))
})

test('cancelling ends it in the middle of measuring', async () => {
  await expect(ask({ cancelAtSample: 40 })).rejects.toMatchObject({ code: 'cancelled' })
})

test('cancelling before there is an agent measures nothing', async () => {
  await expect(ask({ isCancelledAtStart: true })).rejects.toMatchObject({ code: 'cancelled' })
})
