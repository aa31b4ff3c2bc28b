/**
 * `npm run bench -- model [--record]`: the model beside the kernel it runs on, and every stage
 * beside what it was. Fails when a stage takes more than 5 % longer than in model-reference.json,
 * by its own time and against the baseline of each run, and its specification (docs/schemes.md) is
 * the same.
 * `--record` stores what is measured now as the reference of this core. At most 4 minutes; leave
 * the machine alone in the meantime.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import * as z from 'zod'
import { createStartAgent } from '../../engine/agent/start-agent.ts'
import { agentPath } from '../../engine/cli/agent-path.ts'
import { checkModel } from '../../engine/cli/commands/check-model.ts'
import type { MachineReport } from '../../engine/contract/api.ts'
import { publishedBenchmarkNames, benchmarkOf } from '../../engine/contract/benchmark.ts'
import { Plan } from '../../engine/contract/plan.ts'
import { hostReturns, returnsTitles, type Returns } from '../../engine/contract/returns.ts'
import type { RunId } from '../../engine/contract/run.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { schemeVariant, stageNames, withReturns } from '../../engine/contract/variant.ts'
import type { Library } from '../../engine/library/library.ts'
import { renderMarkdown } from '../../engine/report/format/markdown.ts'
import { left, numberCell, right, textCell, type Table } from '../../engine/report/content/table.ts'
import { formatChange } from '../../engine/report/content/words.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { inspectMachine } from '../../engine/session/inspect-machine.ts'
import { inProject } from '../setup/paths.mjs'
import {
  judgeCells,
  Reference,
  referenceFor,
  specificationOf,
  tolerablePercent,
  withReference,
  type Cell,
  type Change,
  type Judgement,
} from './model-reference.ts'
import { runSession, withFreshLibrary } from './run-session.ts'

const referenceFile = inProject('build/bench/model-reference.json')
const rounds = 32
const stages = stageNames.filter(stage => stage !== 'baseline')
const { values: options } = parseArgs({ options: { record: { type: 'boolean', default: false } } })

const startAgent = createStartAgent(agentPath(process.env))
const machine = await inspectMachine(startAgent, 'benchmark', systemClock)
const { cpu } = machine.environment.facts
const hosts = hostReturns({ kernel: cpu.kernelReturns })
const kinds: readonly Returns[] = [...new Set<Returns>(['plain', hosts])]
const specifications = specificationsOf(machine)

const measured = await withFreshLibrary(async library => {
  const id = await runSession(library, planOf(kinds), startAgent)
  const changes = await Promise.all(kinds.map(kind => cellsOf(library, id, kind)))
  const { summary } = await library.queries.getRun(id)
  const { table } = await checkModel(library, machine, hosts)
  return { changes, table, disturbances: summary.disturbances }
})
console.log(renderMarkdown([measured.table]))
if (measured.disturbances.length > 0) {
  console.log(`Nothing is judged or recorded. ${measured.disturbances.join(' ')}\n`)
  process.exitCode = 1
} else for (const [index, kind] of kinds.entries()) await report(kind, measured.changes[index] ?? [])

function planOf(returns: readonly Returns[]): Plan {
  return Plan.parse({
    label: 'stages beside what they were',
    target: 'model',
    benchmarks: publishedBenchmarkNames.filter(name => benchmarkOf(name).metric === 'time'),
    variants: withReturns(
      stageNames.map(stage => schemeVariant(stage)),
      returns,
    ),
    sizeBytes: 64 * mebibyte,
    folioSizes: [2 * mebibyte],
    tasks: [1],
    stopping: { kind: 'rounds', rounds },
    warmupRounds: 1,
    order: 'williams',
    seed: 1,
    changeSettings: false,
    cpus: [],
  })
}

function specificationsOf({ hello }: MachineReport): Record<string, string> {
  const text = readFileSync(inProject('docs/schemes.md'), 'utf8')
  return Object.fromEntries(
    stages.map(stage => {
      const section = hello.schemes.find(({ name }) => name === stage)?.section
      if (section === undefined) throw new Error(`the agent has no stage “${stage}”`)
      return [stage, specificationOf(section, text)]
    }),
  )
}

/**
 * Every stage against the baseline with the same returns, with the interval that holds
 * for all of them together.
 */
async function cellsOf(library: Library, runId: RunId, returns: Returns): Promise<Cell[]> {
  const { plan } = await library.queries.getRun(runId)
  const indices = [...plan.variants.keys()].filter(index => {
    const variant = plan.variants[index]
    return variant?.target === 'model' && variant.returns === returns
  })
  const [baseline = 0, ...others] = indices
  const { rows } = await library.queries.compare({
    baseline: { runId, variantIndex: baseline },
    variants: others.map(variantIndex => ({ runId, variantIndex })),
    confidence: 0.95,
    thresholdPercent: 1,
    insist: false,
  })
  return rows.map(({ cell: { benchmark }, variant, percent, family, variantMedian }) => {
    const other = plan.variants[variant.variantIndex]
    const change = percent === null || family === null ? null : rounded({ percent, ...family })
    const medianNs = change === null || variantMedian === null ? null : Math.round(variantMedian)
    return { stage: other?.target === 'model' ? other.scheme : '', benchmark, change, medianNs }
  })
}

function rounded({ percent, low, high }: Change): Change {
  const [short, from, to] = [percent, low, high].map(value => Number(value.toFixed(2)))
  return { percent: short ?? NaN, low: from ?? NaN, high: to ?? NaN }
}

/**
 * What one kind of returns shows; sets the exit status where a stage is
 * slower, or there is no result.
 */
async function report(returns: Returns, cells: readonly Cell[]): Promise<void> {
  const title = `Stages with ${returnsTitles[returns]}`
  if (options.record) return record(returns, cells)
  const reference = referenceFor(readReferences(), cpu, returns)
  if (!reference) {
    console.log(
      `${title}: there is no reference for ${cpuName()}. Nothing is judged. ` +
        'Once the stages are as they should be, record one: npm run bench -- model --record\n',
    )
    return
  }
  const judged = judgeCells(cells, reference, specifications)
  function countOf(verdict: Judgement['verdict']): number {
    return judged.filter(cell => cell.verdict === verdict).length
  }
  const [slower, open] = [countOf('slower'), countOf('open')]
  const [unknown, anew] = [countOf('unknown'), countOf('specified anew')]
  const fasterBaseline = countOf('faster baseline')
  console.log(renderMarkdown([tableOf(title, judged, reference)]))
  console.log(
    `${slower} of ${judged.length} cells are slower by more than ${tolerablePercent} %` +
      (open === 0 ? '' : `; ${open} may be or not, by their intervals`) +
      (fasterBaseline === 0
        ? ''
        : `; ${fasterBaseline} only seem slower, because the baseline became faster`) +
      (unknown === 0 ? '' : `; ${unknown} cannot be told for want of undisturbed rounds`) +
      `${anew === 0 ? '' : `; ${anew} are specified anew: record them (--record)`}.\n`,
  )
  if (slower + unknown > 0) process.exitCode = 1
}

function tableOf(title: string, judged: readonly Judgement[], reference: Reference): Table {
  return {
    title: `${title}: percent change against the baseline`,
    keys: 2,
    columns: [
      left('stage'),
      left('operation'),
      right('now'),
      right(reference.recordedOn),
      right('slower by'),
      right('own time'),
      left('verdict'),
    ],
    rows: judged.map(({ stage, benchmark, now, before, slower, longerPercent, verdict }) => [
      textCell(stage),
      textCell(benchmark),
      numberCell(now?.percent ?? null, formatChange),
      numberCell(before?.percent ?? null, formatChange),
      textCell(
        slower === null
          ? '-'
          : `${formatChange(slower.percent)} [${formatChange(slower.low)}, ${formatChange(slower.high)}]`,
      ),
      numberCell(longerPercent, formatChange),
      textCell(verdict),
    ]),
    notes: [
      `Reference: ${reference.cpu}, Linux ${reference.kernel}, ${reference.rounds} rounds.`,
      'Intervals hold for all cells of a kind of returns together, at 95 %.',
    ],
  }
}

async function record(returns: Returns, cells: readonly Cell[]): Promise<void> {
  const missing = cells.filter(({ change }) => change === null)
  const { vendor, family, model } = cpu
  if (missing.length > 0 || vendor === null || family === null || model === null) {
    console.log(`Not recorded: ${missing.length} of ${cells.length} cells have no interval.`)
    process.exitCode = 1
    return
  }
  const added: Reference = {
    vendor,
    family,
    model,
    cpu: cpuName(),
    kernel: machine.environment.facts.kernel.release,
    recordedOn: new Date().toISOString().slice(0, 10),
    rounds,
    returns,
    specifications,
    cells: [...cells],
  }
  const text = JSON.stringify(withReference(readReferences(), added))
  const style = await resolveConfig(referenceFile)
  writeFileSync(referenceFile, await format(text, { ...style, filepath: referenceFile }))
  console.log(`Recorded as the reference of ${added.cpu} with ${returnsTitles[returns]}: ${referenceFile}`)
}

function readReferences(): Reference[] {
  return z.array(Reference).parse(JSON.parse(readFileSync(referenceFile, 'utf8')))
}

function cpuName(): string {
  return `${cpu.name ?? cpu.vendor ?? 'an unknown processor'} (family ${cpu.family}, model ${cpu.model})`
}
