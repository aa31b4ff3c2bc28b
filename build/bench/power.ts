/**
 * `npm run bench:power [-- --sessions N] [--seconds S] [--bench NAME] [--size MIB]`: whether the
 * lab finds what its formula says it finds. An A/A pilot without any delay tells the smallest
 * change that the rounds of one session show with 80 % power. Then real delays are injected into
 * one of two variants, by an agent built for it (CMake option FOLIO_TEST_DELAY):
 *
 *     twice that change   is to be called, its interval excluding 0, in 95 of 100 sessions
 *     that change         is never to be called “no change larger than δ” with δ half of it
 *
 * Ends with status 1 when one of the two is broken. 2 × 100 sessions of 6 s, their set-up and the
 * pilot take about 30 minutes; leave the machine alone while it runs.
 */
import { parseArgs } from 'node:util'
import type { Agent, StartAgent } from '../../engine/agent/agent.ts'
import { startChildAgent } from '../../engine/agent/child-agent.ts'
import { BenchmarkName } from '../../engine/contract/benchmark.ts'
import { Plan } from '../../engine/contract/plan.ts'
import type { RunId } from '../../engine/contract/run.ts'
import { mebibyte, type Nanoseconds, type Percent } from '../../engine/contract/units.ts'
import type { Library } from '../../engine/library/library.ts'
import { renderMarkdown } from '../../engine/report/format/markdown.ts'
import { left, numberCell, right, textCell } from '../../engine/report/content/table.ts'
import { comparePaired, type Comparison } from '../../engine/statistics/comparison.ts'
import { defaultConfidence } from '../../engine/statistics/confidence.ts'
import { detectableEffect } from '../../engine/statistics/detectable-effect.ts'
import { pairedLogRatios, percentChange, type RoundValue } from '../../engine/statistics/log-ratio.ts'
import { median } from '../../engine/statistics/quantile.ts'
import { buildNative } from './build-native.ts'
import { runSession, withFreshLibrary } from './run-session.ts'

const pilotRounds = 400
const calledShare = 0.95
const delayed = 'delayed'

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '6' },
    bench: { type: 'string', default: 'munmap' },
    size: { type: 'string', default: '32' },
  },
})
const sessions = Number(values.sessions)

/** The values of both variants of a run, and what one round took. */
type Measured = Readonly<{ sides: readonly [RoundValue[], RoundValue[]]; nsPerRound: Nanoseconds }>

type Trial = Readonly<{ name: string; delayNs: Nanoseconds; truth: Percent; results: readonly Comparison[] }>

const agent = buildNative('test-delay', 'folio-agent')
await withFreshLibrary(tryPower)

async function tryPower(library: Library): Promise<void> {
  const pilot = await measure(library, pilotRounds, 0, 0)
  const rounds = Math.max(10, 2 * Math.floor((Number(values.seconds) * 1e9) / pilot.nsPerRound / 2))
  const logRatios = pairedLogRatios(...pilot.sides).ratios.map(({ logRatio }) => logRatio)
  const effect = detectableEffect(logRatios, rounds, defaultConfidence)
  const timeNs = median(pilot.sides.flatMap(side => side.flatMap(({ value }) => value ?? [])))
  if (effect === null) throw new Error(`${rounds} rounds give no interval`)
  const detectable = percentChange(effect)
  console.log(
    `${values.bench} takes ${(timeNs / 1e3).toFixed(0)} µs; sessions of ${rounds} rounds ` +
      `(${((rounds * pilot.nsPerRound) / 1e9).toFixed(1)} s) show changes from ${detectable.toFixed(2)} %.`,
  )
  const twice = await trial(library, 'twice the detectable change', rounds, 2 * detectable, timeNs)
  const once = await trial(library, 'the detectable change', rounds, detectable, timeNs)
  judge(twice, once)
}

/** Sessions with a delay of so many percent of the time of the operation. */
async function trial(
  library: Library,
  name: string,
  rounds: number,
  truth: Percent,
  timeNs: Nanoseconds,
): Promise<Trial> {
  const delayNs = Math.round((timeNs * truth) / 100)
  const results: Comparison[] = []
  for (let session = 1; session <= sessions; session++) {
    const { sides } = await measure(library, rounds, delayNs, session)
    // δ is half of what is injected: an interval inside ±δ would deny a change that is there.
    results.push(
      comparePaired(...sides, { better: 'less', noiseFloorPercent: 0, thresholdPercent: truth / 2 }),
    )
    if (session % 10 === 0) console.error(`${name}: ${session} of ${sessions} sessions`)
  }
  return { name, delayNs, truth, results }
}

function isCalled({ low }: Comparison): boolean {
  return low !== null && low > 0
}

function isDenied({ verdict }: Comparison): boolean {
  return verdict.kind === 'no-change'
}

function judge(twice: Trial, once: Trial): void {
  const called = twice.results.filter(isCalled).length
  const denied = once.results.filter(isDenied).length
  const isFound = called >= Math.ceil(calledShare * sessions)
  console.log(
    renderMarkdown([
      {
        title: `Injected delays in ${values.bench}, ${sessions} sessions each`,
        columns: [
          left('delay'),
          right('ns'),
          right('percent'),
          right('median found'),
          right('called'),
          right('called no change'),
        ],
        rows: [twice, once].map(({ name, delayNs, truth, results }) => [
          textCell(name),
          numberCell(delayNs, String),
          numberCell(truth, value => value.toFixed(2)),
          numberCell(median(results.flatMap(({ percent }) => percent ?? [])), value => value.toFixed(2)),
          numberCell(results.filter(isCalled).length, String),
          numberCell(results.filter(isDenied).length, String),
        ]),
        notes: [
          `Twice the change is called in at least ${100 * calledShare} %: ${isFound ? 'kept' : 'BROKEN'}.`,
          `The change is never denied: ${denied === 0 ? 'kept' : 'BROKEN'}.`,
        ],
      },
    ]),
  )
  if (!isFound || denied > 0) process.exitCode = 1
}

async function measure(
  library: Library,
  rounds: number,
  delayNs: Nanoseconds,
  seed: number,
): Promise<Measured> {
  const plan = Plan.parse({
    label: 'power',
    target: 'host',
    benchmarks: [BenchmarkName.parse(values.bench)],
    variants: ['plain', delayed].map(label => ({ target: 'host', label })),
    sizeBytes: Number(values.size) * mebibyte,
    folioSizes: [2 * mebibyte],
    tasks: [1],
    stopping: { kind: 'rounds', rounds },
    warmupRounds: 1,
    order: 'williams',
    seed,
    changeSettings: false,
    cpus: [],
  })
  return valuesOf(library, await runSession(library, plan, startWithDelay(delayNs)))
}

async function valuesOf(library: Library, id: RunId): Promise<Measured> {
  const { samples } = await library.queries.getRun(id)
  const measured = samples.filter(({ warmup }) => !warmup)
  const [plain, other] = [0, 1].map(variantIndex =>
    measured
      .filter(sample => sample.variantIndex === variantIndex)
      .map(({ round, measurement: { valid, elapsedNs } }) => ({ round, value: valid ? elapsedNs : null })),
  )
  if (!plain || !other) throw new Error('a run has two variants')
  const spent = measured.reduce((sum, { roundTripNs }) => sum + roundTripNs, 0)
  return { sides: [plain, other], nsPerRound: spent / plain.length }
}

/**
 * An agent that delays the samples of one variant: two processes of one
 * program, one of them told to.
 */
function startWithDelay(delayNs: Nanoseconds): StartAgent {
  return async () => {
    const plain = await startChildAgent(agent)
    process.env.FOLIO_TEST_DELAY_NS = String(delayNs)
    const slowed = await startChildAgent(agent)
    delete process.env.FOLIO_TEST_DELAY_NS
    return {
      ...plain,
      sample: (request): ReturnType<Agent['sample']> =>
        (request.variant.label === delayed ? slowed : plain).sample(request),
      close: async () => {
        await Promise.all([plain.close(), slowed.close()])
      },
    }
  }
}
