import type { Database } from '../../engine/library/database.ts'
import type { Environment } from '../../engine/contract/environment.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import type { Sample } from '../../engine/contract/sample.ts'
import { publishedBenchmarkNames } from '../../engine/contract/benchmark.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { schemeVariant, stageNames } from '../../engine/contract/variant.ts'
import type { ReadRunFile } from '../../engine/exchange/read-run-file.ts'
import { importRun } from '../../engine/library/import-run.ts'
import { createRandom } from '../../engine/plan/random.ts'
import { schedule } from '../../engine/plan/schedule.ts'

/** All stages by all benchmarks, on the model. */
export const stagesPlan: Plan = {
  label: 'scale',
  target: 'model',
  benchmarks: [...publishedBenchmarkNames],
  variants: stageNames.map(stage => schemeVariant(stage)),
  sizeBytes: 32 * mebibyte,
  folioSizes: [2 * mebibyte],
  tasks: [1],
  stopping: { kind: 'rounds', rounds: 100 },
  warmupRounds: 0,
  order: 'williams',
  seed: 7,
  changeSettings: false,
  cpus: [],
}

/** Always the same for the same index. */
export function syntheticRunId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
}

/**
 * Stores a run whose samples were made up, by the library's own code; a run a day, in
 * the order of their indexes.
 */
export function storeSyntheticRun(
  database: Database,
  plan: Plan,
  environment: Environment,
  index: number,
): void {
  const random = createRandom(index)
  const createdAt = 1_700_000_000_000 + index * 86_400_000
  const samples = [...schedule(plan)].flat().map(place => ({
    ...place,
    session: 0,
    startedAt: createdAt + 10 * place.scheduleIndex,
    roundTripNs: 1e7,
    measurement: syntheticMeasurement(1e6 * (1 + 0.01 * place.variantIndex + 0.02 * random.fraction())),
  }))
  const file: ReadRunFile = {
    format: 'folio-lab/run/5',
    run: {
      id: syntheticRunId(index),
      label: `run ${index}`,
      status: 'complete',
      statusReason: 'All rounds were run.',
      createdAt,
      endedAt: createdAt + 600_000,
      note: '',
    },
    plan,
    environment,
    samples: () => samples,
  }
  importRun(database, file, 'measured')
}

/** A valid sample of that time, with as many checks and counters as a real one has. */
export function syntheticMeasurement(elapsedNs: number): Sample['measurement'] {
  const names = ['folio-size', 'mapping', 'child', 'outcome', 'no-swap', 'no-collapse']
  return {
    elapsedNs,
    work: 8192,
    valid: true,
    reason: null,
    checks: names.map(name => ({ name, passed: true, detail: '16 of 16' })),
    tasks: [{ elapsedNs, work: 8192 }],
    counters: { minorFaults: 8192, majorFaults: 0, involuntarySwitches: 1, cpuMigrations: 0, stealNs: 0 },
    setupNs: 5e6,
    teardownNs: 1e6,
    warnings: [],
  }
}
