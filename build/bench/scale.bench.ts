/**
 * How long the library takes for questions to a large one: a thousand runs of 80 cases with 100
 * samples each, eight million samples in all. They are stored by the library's own code, once, and
 * kept for the next time in the folder named. Each question is asked several times, the first with
 * nothing in the process's memory; ends with status 1 when the slowest answer is above its limit,
 * or when the window's part of it, parsing the answer, is.
 *
 *     node build/bench/scale.bench.ts [--runs N] [--folder DIRECTORY]
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createStartAgent } from '../../engine/agent/start-agent.ts'
import { agentPath } from '../../engine/cli/agent-path.ts'
import { libraryApi } from '../../engine/contract/api.ts'
import type { VariantReference } from '../../engine/contract/comparison.ts'
import type { Environment } from '../../engine/contract/environment.ts'
import { openLibrary, type Library } from '../../engine/library/library.ts'
import { openLibraryFile } from '../../engine/library/open-library-file.ts'
import { expandCells } from '../../engine/plan/expand-cells.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { inspectMachine } from '../../engine/session/inspect-machine.ts'
import { printMeasurements, type Measurement } from './promise.ts'
import { stagesPlan as plan, storeSyntheticRun, syntheticRunId } from './synthetic-run.ts'

const answerLimitMs = 1000
const windowLimitMs = 50
const repetitions = 9

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    folder: { type: 'string', default: path.join(tmpdir(), 'folio-lab-scale') },
  },
})
const runCount = Number(values.runs)
const file = path.join(values.folder, `library-${runCount}.sqlite`)

type Question = Readonly<{
  name: string
  request: keyof typeof libraryApi.requests
  ask: () => unknown
}>

/** Stores the runs, each in one transaction; a file that was not finished has another name. */
function fill(environment: Environment): void {
  mkdirSync(values.folder, { recursive: true })
  const part = `${file}.part`
  rmSync(part, { force: true })
  const { database } = openLibraryFile({ path: part, isOwn: true, binding: null }, 0)
  database.pragma('synchronous = OFF') // nobody misses these samples after a power failure
  for (let index = 0; index < runCount; index++) {
    storeSyntheticRun(database, plan, environment, index)
    if (index % 50 === 49) console.error(`stored ${index + 1} of ${runCount} runs`)
  }
  database.close()
  renameSync(part, file)
}

function variantOf(run: number, variantIndex: number): VariantReference {
  return { runId: syntheticRunId(run), variantIndex }
}

/** The questions that screens ask, by the name of the request. */
function questions({ queries }: Library, { facts }: Environment): readonly Question[] {
  const [newest, before] = [runCount - 1, runCount - 2]
  const stages = plan.variants.map((_, index) => index)
  const choices = { confidence: 0.95, thresholdPercent: 1, insist: false }
  const within = {
    baseline: variantOf(newest, 0),
    variants: stages.slice(1).map(index => variantOf(newest, index)),
    ...choices,
  }
  const between = {
    baseline: variantOf(before, 0),
    variants: stages.map(index => variantOf(newest, index)),
    ...choices,
  }
  const [cell] = expandCells(plan)
  if (!cell) throw new Error('the plan has no cell')
  const details = { cell, baseline: variantOf(newest, 0), variant: variantOf(newest, 1) }
  return [
    { name: 'compare the stages of a run, paired', request: 'compare', ask: () => queries.compare(within) },
    { name: 'compare two runs, unpaired', request: 'compare', ask: () => queries.compare(between) },
    { name: 'details of a cell', request: 'caseDetails', ask: () => queries.caseDetails(details) },
    {
      name: 'history over all runs',
      request: 'history',
      ask: () => queries.history({ cell, like: variantOf(newest, 0) }),
    },
    {
      name: 'list of all runs',
      request: 'listRuns',
      ask: () => queries.listRuns({ includeDeleted: false }),
    },
    { name: 'estimate of a plan', request: 'estimate', ask: () => queries.estimate({ plan, facts }) },
    {
      name: 'noise floors',
      request: 'noiseFloors',
      ask: () => queries.noiseFloors(facts),
    },
  ]
}

/**
 * What answering takes in the library process, and what the answer takes in a window:
 * to be copied and parsed.
 */
async function measure({ name, request, ask }: Question): Promise<Measurement[]> {
  const [library, window]: [number[], number[]] = [[], []]
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const asked = performance.now()
    const answer = await ask()
    const answered = performance.now()
    libraryApi.requests[request].output.parse(structuredClone(answer))
    library.push(answered - asked)
    window.push(performance.now() - answered)
  }
  return [
    { name, unit: 'ms', values: library, limit: answerLimitMs },
    { name: `… its answer in a window`, unit: 'ms', values: window, limit: windowLimitMs },
  ]
}

async function main(): Promise<void> {
  const { environment } = await inspectMachine(
    createStartAgent(agentPath(process.env)),
    'benchmark',
    systemClock,
  )
  if (!existsSync(file)) fill(environment)
  const begun = performance.now()
  const library = await openLibrary({
    path: file,
    isOwn: false,
    binding: null,
    now: Date.now,
  })
  console.log(
    `Opening it, which checks the whole file, took ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`,
  )
  try {
    const measured: Measurement[] = []
    for (const question of questions(library, environment)) measured.push(...(await measure(question)))
    printMeasurements(`A library of ${runCount} runs with 80 cases of 100 samples`, measured)
  } finally {
    library.close()
  }
}

await main()
