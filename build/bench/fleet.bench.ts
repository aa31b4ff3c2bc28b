/**
 * What the library costs for a fleet: ten thousand machines with a run of 80 cases and 100 samples
 * each. A few of them are stored with their samples, which tells bytes a sample and the time of an
 * import; all are stored with what their runs say of their variants, which is what questions over
 * machines read. Ends with status 1 when a question takes longer than its limit.
 *
 *     node build/bench/fleet.bench.ts [--machines N] [--whole N] [--folder DIRECTORY]
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Environment } from '../../engine/contract/environment.ts'
import type { MachineComparisonRequest } from '../../engine/contract/machine-comparison.ts'
import type { Database } from '../../engine/library/database.ts'
import { openLibrary } from '../../engine/library/library.ts'
import { openLibraryFile } from '../../engine/library/open-library-file.ts'
import { insertRun } from '../../engine/library/runs.ts'
import { expandCells } from '../../engine/plan/expand-cells.ts'
import { createRandom } from '../../engine/plan/random.ts'
import { createStartAgent } from '../../engine/agent/start-agent.ts'
import { agentPath } from '../../engine/cli/agent-path.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { inspectMachine } from '../../engine/session/inspect-machine.ts'
import { printMeasurements, type Measurement } from './promise.ts'
import { stagesPlan as plan, storeSyntheticRun, syntheticRunId } from './synthetic-run.ts'

const questionLimitMs = 2000
const repetitions = 6 // the fewest that give an interval
const samplesPerRun = 8000 // 80 cases of 100

const { values } = parseArgs({
  options: {
    machines: { type: 'string', default: '10000' },
    whole: { type: 'string', default: '20' },
    folder: { type: 'string', default: path.join(tmpdir(), 'folio-lab-fleet') },
  },
})
const machineCount = Number(values.machines)
const wholeCount = Number(values.whole)

const { environment } = await inspectMachine(
  createStartAgent(agentPath(process.env)),
  'benchmark',
  systemClock,
)

/** This machine under another identity, with one of five models of processors. */
function environmentOfMachine(index: number): Environment {
  const { facts } = environment
  const model = index % 5
  const identity = { machineIdHash: String(index).padStart(64, '0'), product: `node ${index}` }
  return {
    ...environment,
    facts: { ...facts, cpu: { ...facts.cpu, model, name: `processor ${model}` }, identity },
  }
}

/** Opens a new library for what `fill` stores; a file that was not finished has another name. */
function make(name: string, fill: (database: Database) => void): string {
  const file = path.join(values.folder, name)
  if (existsSync(file)) return file
  mkdirSync(values.folder, { recursive: true })
  const part = `${file}.part`
  rmSync(part, { force: true })
  const { database } = openLibraryFile({ path: part, isOwn: true, binding: null }, 0)
  database.pragma('synchronous = OFF') // nobody misses this after a power failure
  fill(database)
  database.close()
  renameSync(part, file)
  return file
}

/** A run without samples, with what it would say: a change a case, with noise of its own. */
function storeChanges(database: Database, index: number): void {
  const runId = syntheticRunId(index)
  const random = createRandom(index)
  insertRun(database, {
    id: runId,
    label: `run ${index}`,
    status: 'complete',
    statusReason: 'All rounds were run.',
    createdAt: 1_700_000_000_000 + index,
    endedAt: 1_700_000_600_000 + index,
    plan,
    environment: environmentOfMachine(index),
  })
  database.prepare<[string]>('INSERT INTO judged (run_id, baseline_index) VALUES (?, 0)').run(runId)
  const insert = database.prepare('INSERT INTO change VALUES (?, 0, ?, ?, ?, ?, ?, 0.95, ?, ?, 100, NULL, 0)')
  for (let variant = 1; variant < plan.variants.length; variant++)
    for (let cell = 0; cell < expandCells(plan).length; cell++) {
      const percent = -variant + 4 * (random.fraction() - 0.5)
      insert.run(runId, variant, cell, percent, percent - 0.4, percent + 0.4, percent - 0.7, percent + 0.7)
    }
}

/** Without the room that the next run will take: that of samples which are packed by now. */
function usedBytes(file: string): number {
  const { database } = openLibraryFile({ path: file, isOwn: false, binding: null }, 0)
  const [pages, free, bytes] = ['page_count', 'freelist_count', 'page_size'].map(name =>
    Number(database.pragma(name, { simple: true })),
  )
  database.close()
  return ((pages ?? 0) - (free ?? 0)) * (bytes ?? 0)
}

async function time(name: string, ask: () => unknown): Promise<Measurement> {
  const taken: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const asked = performance.now()
    await ask()
    taken.push(performance.now() - asked)
  }
  return { name, unit: 'ms', values: taken, limit: questionLimitMs }
}

const imports: number[] = []
const whole = make(`whole-${wholeCount}.sqlite`, database => {
  for (let index = 0; index < wholeCount; index++) {
    const begun = performance.now()
    storeSyntheticRun(database, plan, environmentOfMachine(index), index)
    imports.push(performance.now() - begun)
  }
})
const judged = make(`judged-${machineCount}.sqlite`, database => {
  for (let from = 0; from < machineCount; from += 500)
    database.transaction(() => {
      for (let index = from; index < Math.min(from + 500, machineCount); index++)
        storeChanges(database, index)
    })()
})

const perSample = usedBytes(whole) / (wholeCount * samplesPerRun)
const perMachine = statSync(judged).size / machineCount
const all = machineCount * (perSample * samplesPerRun + perMachine)
console.log(
  `Bytes a sample: ${perSample.toFixed(0)}. Of each machine besides: ${(perMachine / 1024).toFixed(1)} KiB.`,
)
console.log(`${machineCount} machines of ${samplesPerRun} samples: ${(all / 1e9).toFixed(1)} GB.`)
if (imports.length > 0)
  console.log(`Storing a run: ${(imports.reduce((sum, ms) => sum + ms, 0) / imports.length).toFixed(0)} ms.`)

const library = await openLibrary({ path: judged, isOwn: false, binding: null, now: Date.now })
const request: MachineComparisonRequest = {
  runs: null,
  target: 'model',
  baseline: 'baseline',
  variant: 'exclusive',
  thresholdPercent: 1,
}
const measured = [
  await time('compare one variant on all machines', () => library.queries.compareMachines(request)),
  await time('atlas of all machines', () => library.queries.atlas()),
  await time('list of all runs', () => library.queries.listRuns({ includeDeleted: false })),
]
library.close()
const first = await openLibrary({ path: whole, isOwn: false, binding: null, now: Date.now })
const begun = performance.now()
await first.queries.compareMachines(request)
console.log(
  `Judging a run from its samples: ${((performance.now() - begun) / wholeCount).toFixed(0)} ms, once.\n`,
)
first.close()
printMeasurements(`Questions over ${machineCount} machines`, measured)
