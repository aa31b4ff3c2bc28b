/**
 * `npm run bench:false-alarms [-- --comparisons N] [--size MIB]`: 200 A/A comparisons of ten
 * rounds, spread over the eight micro-benchmarks of this kernel, at 256 MiB. Nothing differs
 * between the two sides, so an interval that excludes 0 is a false alarm. Ends with status 1 when
 * there are as many as make a machine count as not calibrated: 16 of 200. Takes about 15 minutes;
 * leave the machine alone while it runs.
 */
import { parseArgs } from 'node:util'
import { createStartAgent } from '../../engine/agent/start-agent.ts'
import { agentPath } from '../../engine/cli/agent-path.ts'
import { publishedBenchmarkNames, benchmarkOf } from '../../engine/contract/benchmark.ts'
import type { NoiseFloor } from '../../engine/contract/noise-floor.ts'
import { Plan } from '../../engine/contract/plan.ts'
import { calibrationPlan } from '../../engine/plan/presets.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { renderMarkdown } from '../../engine/report/format/markdown.ts'
import { left, numberCell, right, textCell } from '../../engine/report/content/table.ts'
import { exclusionLimit } from '../../engine/statistics/noise-floor.ts'
import { runSession, withFreshLibrary } from './run-session.ts'

const roundsPerComparison = 10

const { values } = parseArgs({
  options: {
    comparisons: { type: 'string', default: '200' },
    size: { type: 'string', default: '256' },
    seed: { type: 'string', default: '1' },
  },
})
const benchmarks = publishedBenchmarkNames.filter(name => benchmarkOf(name).metric === 'time')
const perBenchmark = Math.ceil(Number(values.comparisons) / benchmarks.length)

const plan = Plan.parse({
  ...calibrationPlan({ target: 'host', label: 'kernel' }, benchmarks, null),
  label: 'false alarms',
  target: 'host',
  sizeBytes: Number(values.size) * mebibyte,
  stopping: { kind: 'rounds', rounds: perBenchmark * roundsPerComparison },
  seed: Number(values.seed),
  changeSettings: false,
  cpus: [],
})

const startAgent = createStartAgent(agentPath(process.env))
const floors = await withFreshLibrary(async library => {
  const id = await runSession(library, plan, startAgent)
  const { environment } = await library.queries.getRun(id)
  return library.queries.noiseFloors(environment.facts)
})
show(floors)

function show(rows: readonly NoiseFloor[]): void {
  const comparisons = rows.reduce((sum, { tables }) => sum + tables, 0)
  const alarms = rows.reduce((sum, { excludingZero }) => sum + excludingZero, 0)
  const limit = exclusionLimit(comparisons)
  console.log(
    renderMarkdown([
      {
        title: `A/A comparisons of ${roundsPerComparison} rounds at ${values.size} MiB`,
        columns: [left('benchmark'), right('comparisons'), right('exclude 0'), right('floor %')],
        rows: rows.map(({ cell, tables, excludingZero, floorPercent }) => [
          textCell(cell.benchmark),
          numberCell(tables, String),
          numberCell(excludingZero, String),
          numberCell(floorPercent, value => value.toFixed(2)),
        ]),
        notes: [
          `${alarms} of ${comparisons} exclude 0; fewer than ${limit} are promised: ${alarms < limit ? 'kept' : 'BROKEN'}.`,
        ],
      },
    ]),
  )
  if (alarms >= limit) process.exitCode = 1
}
