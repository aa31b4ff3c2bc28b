/**
 * `npm run bench:truth [-- --seconds S]`: the model with plain returns and with safe RET beside
 * both published tables, one interleaved run of all stages on this machine: 64 MiB, whole
 * operations. Prints Markdown for docs/results.md. The goals are those for a processor like the
 * published one; ends with status 1 when one that applies here is missed, and where none applies it
 * says so. At most 10 minutes; leave the machine alone while it runs.
 */
import { parseArgs } from 'node:util'
import { createStartAgent } from '../../engine/agent/start-agent.ts'
import { agentPath } from '../../engine/cli/agent-path.ts'
import { publishedBenchmarkNames, benchmarkOf, type BenchmarkName } from '../../engine/contract/benchmark.ts'
import { Plan } from '../../engine/contract/plan.ts'
import { returnsTitles, type Returns } from '../../engine/contract/returns.ts'
import type { Run } from '../../engine/contract/run.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { schemeVariant, stageNames, withReturns } from '../../engine/contract/variant.ts'
import type { Library } from '../../engine/library/library.ts'
import { publishedMachines } from '../../engine/comparison/published-tables.ts'
import { renderMarkdown } from '../../engine/report/format/markdown.ts'
import { left, numberCell, right, textCell, type Table } from '../../engine/report/content/table.ts'
import { formatChange } from '../../engine/report/content/words.ts'
import { runSession, withFreshLibrary } from './run-session.ts'
import { agreementWith, applicableTo, goalsOf, type Cell, type Truth } from './truth-goals.ts'

const kinds: readonly Returns[] = ['plain', 'safe-ret']
const contrastStages = ['exclusive', 'nocmpxchg', 'all']
const contrastBenchmarks: readonly BenchmarkName[] = ['remap', 'munmap', 'fork', 'pte-dontneed']

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '480' } } })

const plan = Plan.parse({
  label: 'truth',
  target: 'model',
  benchmarks: publishedBenchmarkNames.filter(name => benchmarkOf(name).metric === 'time'),
  variants: withReturns(
    stageNames.map(stage => schemeVariant(stage)),
    kinds,
  ),
  sizeBytes: 64 * mebibyte,
  folioSizes: [2 * mebibyte],
  tasks: [1],
  stopping: {
    kind: 'resolution',
    resolutionPercent: 1,
    minimumRounds: 16,
    maximumRounds: 64,
    budgetSeconds: Number(values.seconds),
  },
  warmupRounds: 1,
  seed: 1,
  changeSettings: false,
  cpus: [],
})

const { run, truths } = await withFreshLibrary(async library => {
  const id = await runSession(library, plan, createStartAgent(agentPath(process.env)))
  const measured = await library.queries.getRun(id)
  return { run: measured, truths: await Promise.all(kinds.map(kind => truthOf(library, measured, kind))) }
})
show(run, truths)

async function truthOf(
  library: Library,
  { summary, plan: { variants } }: Run,
  returns: Returns,
): Promise<Truth> {
  return {
    returns,
    cells: await changes(
      'baseline',
      stageNames.filter(stage => stage !== 'baseline'),
    ),
    contrasts: (await changes('batch', contrastStages)).filter(({ benchmark }) =>
      contrastBenchmarks.includes(benchmark),
    ),
  }

  async function changes(baseline: string, stages: readonly string[]): Promise<Cell[]> {
    const { rows, published } = await library.queries.compare({
      baseline: referenceOf(baseline),
      variants: stages.map(referenceOf),
      confidence: 0.95,
      thresholdPercent: 1,
      insist: false,
    })
    return rows.flatMap(({ cell, variant, percent, low, high }) => {
      const other = variants[variant.variantIndex]
      if (percent === null || other?.target !== 'model') return []
      const told = published.flatMap(({ table, rows: cells }) =>
        cells
          .filter(
            row => row.variant.variantIndex === variant.variantIndex && row.cell.benchmark === cell.benchmark,
          )
          .map(row => [table, row.percent] as const),
      )
      const [benchmark, stage] = [cell.benchmark, other.scheme]
      return [{ benchmark, stage, percent, low, high, published: Object.fromEntries(told) }]
    })
  }

  function referenceOf(stage: string) {
    const variantIndex = variants.findIndex(
      variant => variant.target === 'model' && variant.scheme === stage && variant.returns === returns,
    )
    return { runId: summary.id, variantIndex }
  }
}

function show({ environment, samples }: Run, all: readonly Truth[]): void {
  const { cpu, kernel } = environment.facts
  const rounds = new Set(samples.filter(({ warmup }) => !warmup).map(({ round }) => round)).size
  const applicable = applicableTo(cpu)
  console.log(
    renderMarkdown([contrastTable(all), ...all.map(matrix), agreementTable(all)]) +
      `\n${cpu.name ?? cpu.vendor ?? 'unknown processor'}, family ${cpu.family}, model ${cpu.model}; Linux ${kernel.release}, ` +
      `whose kernel returns: ${cpu.kernelReturns.kind ?? 'not told'} (${cpu.kernelReturns.source}). ${rounds} rounds.\n`,
  )
  for (const { id, cpu: published, returns } of publishedMachines) {
    const truth = all.find(other => other.returns === returns)
    if (!truth) continue
    const applies = applicable?.machine === id
    const goals = goalsOf(id, truth)
    console.log(
      `${published} beside ${returnsTitles[returns]}: ${applies ? 'these goals apply here.' : `these goals do not apply to this processor; shown without a claim.`}`,
    )
    for (const { what, found, isKept } of goals)
      console.log(`- ${what}: ${found}${applies ? ` - ${isKept ? 'kept' : 'MISSED'}` : ''}`)
    if (applies && goals.some(({ isKept }) => !isKept)) process.exitCode = 1
  }
}

/** The contrasts the lab exists for: what each exclusive stage changes against `batch`. */
function contrastTable(all: readonly Truth[]): Table {
  const columns = publishedMachines.flatMap(({ id, cpu }) => ({ id, cpu }))
  const [first] = all
  return {
    title: 'Percent change against batch: published, and the model with both kinds of returns',
    keys: 2,
    columns: [
      left('operation'),
      left('stage'),
      ...columns.map(({ cpu }) => right(cpu)),
      ...all.map(({ returns }) => right(`model, ${returnsTitles[returns]}`)),
    ],
    rows: contrastBenchmarks.flatMap(benchmark =>
      contrastStages.map(stage => {
        function at(truth: Truth | undefined): Cell | undefined {
          return truth?.contrasts.find(cell => cell.benchmark === benchmark && cell.stage === stage)
        }
        return [
          textCell(benchmark),
          textCell(stage),
          ...columns.map(({ id }) => numberCell(at(first)?.published[id] ?? null, formatChange)),
          ...all.map(truth => textCell(intervalText(at(truth)))),
        ]
      }),
    ),
    notes: ['In brackets: the 95 % interval of each cell by itself.'],
  }
}

function intervalText(cell: Cell | undefined): string {
  if (!cell) return '-'
  const { percent, low, high } = cell
  return low === null || high === null
    ? formatChange(percent)
    : `${formatChange(percent)} [${formatChange(low)}, ${formatChange(high)}]`
}

function matrix({ returns, cells }: Truth): Table {
  const benchmarks = [...new Set(cells.map(({ benchmark }) => benchmark))]
  const stages = [...new Set(cells.map(({ stage }) => stage))]
  return {
    title: `Percent change of the model's own time against the baseline, ${returnsTitles[returns]}`,
    columns: [left('stage'), ...benchmarks.map(right)],
    rows: stages.map(stage => [
      textCell(stage),
      ...benchmarks.map(benchmark =>
        numberCell(
          cells.find(cell => cell.stage === stage && cell.benchmark === benchmark)?.percent ?? null,
          formatChange,
        ),
      ),
    ]),
    notes: [],
  }
}

/** Each published table beside its own kind of returns, and beside the wrong one. */
function agreementTable(all: readonly Truth[]): Table {
  return {
    title: 'Agreement with the published tables',
    keys: 2,
    columns: [
      left('published'),
      left('model'),
      right('signs, cells'),
      right('mean distance, cells'),
      right('signs, contrasts'),
      right('mean distance, contrasts'),
    ],
    rows: publishedMachines.flatMap(({ id, cpu, returns: own }) =>
      all.map(({ returns, cells, contrasts }) => {
        const [ofCells, ofContrasts] = [agreementWith(id, cells), agreementWith(id, contrasts)]
        return [
          textCell(cpu),
          textCell(`${returnsTitles[returns]}${returns === own ? '' : ' (not what its kernel had)'}`),
          textCell(`${ofCells.sameSign} of ${ofCells.signed}`),
          numberCell(ofCells.meanDistance, value => value.toFixed(1)),
          textCell(`${ofContrasts.sameSign} of ${ofContrasts.signed}`),
          numberCell(ofContrasts.meanDistance, value => value.toFixed(1)),
        ]
      }),
    ),
    notes: ['Distances in points of percent. Cells published as 0.0 have no sign.'],
  }
}
