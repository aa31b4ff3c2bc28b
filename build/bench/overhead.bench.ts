/**
 * The share of a run's wall time that is spent neither on setting up nor on samples: asking the
 * agent, committing, telling progress. Setting up ends with the first sample: until then memory is
 * conditioned. Computed from what the library holds of a real run of the quick preset's cases; ends
 * with status 1 when it is above the limit.
 *
 *     node build/bench/overhead.bench.ts [--samples N]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Run } from '../../engine/contract/run.ts'
import { openLibrary } from '../../engine/library/library.ts'

const limitPercent = 2

const { values } = parseArgs({ options: { samples: { type: 'string', default: '4' } } })
const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-overhead-'))
try {
  const percent = overheadPercent(await measure(path.join(folder, 'library.sqlite')))
  console.log(
    `overhead of a run outside of set-up and samples: ${percent.toFixed(2)} % (at most ${limitPercent} %)`,
  )
  if (percent > limitPercent) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

/** Takes a run with the command line and reads it from the library. */
async function measure(database: string): Promise<Run> {
  const main = path.join(import.meta.dirname, '../../engine/cli/main.ts')
  const words = ['run', '--preset', 'quick', '--samples', values.samples, '--db', database]
  execFileSync(process.execPath, [main, ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  const library = await openLibrary({
    path: database,
    isOwn: false,
    binding: null,
    now: Date.now,
  })
  const [summary] = await library.queries.listRuns({ includeDeleted: false })
  if (!summary) throw new Error('the run was not stored')
  const run = await library.queries.getRun(summary.id)
  library.close()
  return run
}

/**
 * From the moment the run was stored to the moment its end was, against what passed until the first
 * sample began and what the agent spent on samples.
 */
function overheadPercent({ summary, samples }: Run): number {
  const wallMs = (summary.endedAt ?? NaN) - summary.createdAt
  const setUpMs = Math.min(...samples.map(({ startedAt }) => startedAt)) - summary.createdAt
  const spentNs = samples.reduce(
    (sum, { measurement }) => sum + measurement.setupNs + measurement.elapsedNs + measurement.teardownNs,
    0,
  )
  return 100 * (1 - (setUpMs + spentNs / 1e6) / wallMs)
}
