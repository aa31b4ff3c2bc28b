/** The atlas: the advisor's answers and the stages of every machine. */
import type { Atlas, AtlasChange, AtlasMachine } from '../contract/atlas.ts'
import { benchmarkNames } from '../contract/benchmark.ts'
import { stageNames } from '../contract/variant.ts'
import { familyName, findingOf, type Change, type MeasuredMachine } from '../comparison/across-machines.ts'
import type { Knowledge } from '../comparison/compare.ts'
import { groupBy } from '../comparison/group-by.ts'
import { defaultThresholdPercent, regionOfNoInterest } from '../statistics/verdict.ts'
import { newestAnswers, type MachineAnswer } from './answers.ts'
import { measuredMachines } from './compared-machines.ts'
import type { Database } from './database.ts'

const [baseline, ...laterStages] = stageNames

/**
 * All machines that answered the advisor, or measured the stages of the
 * series against its baseline.
 */
export function readAtlas(database: Database, knowledge: () => Knowledge, canStore: boolean): Atlas {
  const machines = new Map<number, AtlasMachine>()
  for (const [id, answers] of groupBy(newestAnswers(database), ({ machineId }) => machineId))
    machines.set(id, withAnswers(answers))
  const question = { target: 'model', baseline, variants: laterStages } as const
  for (const [id, measured] of measuredMachines(database, question, knowledge, canStore))
    machines.set(id, withStages(measured, machines.get(id)?.answers ?? []))
  const all = [...machines.values()].sort(byFamily)
  const changes = all.flatMap(machine => machine.changes)
  const stages = new Set(changes.map(({ stage }) => stage))
  const benchmarks = new Set(changes.map(({ benchmark }) => benchmark))
  return {
    machines: all,
    stages: laterStages.filter(stage => stages.has(stage)),
    benchmarks: benchmarkNames.filter(name => benchmarks.has(name)),
  }
}

const names = new Intl.Collator('en', { numeric: true }) // model 85 before model 143

function byFamily(one: AtlasMachine, other: AtlasMachine): number {
  return names.compare(one.family, other.family) || names.compare(one.name, other.name)
}

function withAnswers(answers: readonly MachineAnswer[]): AtlasMachine {
  const newest = answers.reduce((last, one) => (one.answer.createdAt > last.answer.createdAt ? one : last))
  return {
    name: newest.name,
    cpu: newest.cpu ?? '',
    family: familyName(newest),
    kernelRelease: newest.kernelRelease,
    returns: null,
    answers: answers.map(({ answer }) => answer),
    changes: [],
    runId: null,
  }
}

function withStages({ machine, changes }: MeasuredMachine, answers: AtlasMachine['answers']): AtlasMachine {
  const { name, cpu, family, kernelRelease, returns, runId } = machine
  const places = new Map<string, Map<string, Change>>()
  for (const change of changes) {
    const { benchmark } = change.cell
    const of = places.get(change.variant) ?? new Map<string, Change>()
    const before = of.get(benchmark)
    if (!before || isShownBefore(change, before)) of.set(benchmark, change)
    places.set(change.variant, of)
  }
  return {
    name,
    cpu,
    family,
    kernelRelease,
    returns,
    answers,
    changes: [...places.values()].flatMap(benchmarks => [...benchmarks.values()].flatMap(atlasChange)),
    runId,
  }
}

/**
 * One number a stage and benchmark: that of the fewest tasks, and of these of the largest region.
 */
function isShownBefore({ cell }: Change, other: Change): boolean {
  const [one, before] = [cell.parameters, other.cell.parameters]
  return one.tasks < before.tasks || (one.tasks === before.tasks && one.sizeBytes > before.sizeBytes)
}

function atlasChange(change: Change): AtlasChange[] {
  const { percent, low, high, cell, variant, noiseFloorPercent } = change
  if (percent === null) return []
  const region = regionOfNoInterest(defaultThresholdPercent, noiseFloorPercent ?? 0)
  const finding = findingOf(change, region)
  return [{ stage: variant, benchmark: cell.benchmark, percent, low, high, finding }]
}
