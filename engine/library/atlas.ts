/** The atlas: the advisor's answers and the stages of every machine. */
import type { Atlas, AtlasChange, AtlasMachine } from '../contract/atlas.ts'
import { benchmarkNames } from '../contract/benchmark.ts'
import { Failure } from '../contract/failure.ts'
import type { MachineComparison } from '../contract/machine-comparison.ts'
import { stageNames } from '../contract/variant.ts'
import { defaultThresholdPercent } from '../statistics/verdict.ts'
import { familyName } from '../comparison/across-machines.ts'
import { newestAnswers, type MachineAnswer } from './answers.ts'
import type { Knowledge } from '../comparison/compare.ts'
import { compareMachines, machineIdOf } from './compared-machines.ts'
import type { Database } from './database.ts'
import { groupBy } from '../comparison/group-by.ts'

const [baselineStage, ...laterStages] = stageNames

/** All machines that answered the advisor, or measured the stages of the series against its baseline. */
export function readAtlas(database: Database, knowledge: () => Knowledge, canStore: boolean): Atlas {
  const machines = new Map<number, AtlasMachine>()
  for (const [id, answers] of groupBy(newestAnswers(database), ({ machineId }) => machineId))
    machines.set(id, withAnswers(answers))
  const stages = stagesOf(database, knowledge, canStore)
  stages?.machines.forEach((machine, index) => {
    const id = machineIdOf(database, machine.runId)
    const { name, cpu, family, kernelRelease, returns, runId } = machine
    machines.set(id, {
      name,
      cpu,
      family,
      kernelRelease,
      returns,
      answers: machines.get(id)?.answers ?? [],
      changes: changesOn(stages, index),
      runId,
    })
  })
  const all = [...machines.values()].sort(byFamily)
  const measured = new Set(all.flatMap(({ changes }) => changes.map(({ stage }) => stage)))
  const benchmarks = new Set(all.flatMap(({ changes }) => changes.map(({ benchmark }) => benchmark)))
  return {
    machines: all,
    stages: laterStages.filter(stage => measured.has(stage)),
    benchmarks: benchmarkNames.filter(name => benchmarks.has(name)),
  }
}

/** Numbers within a name in their order: model 85 before model 143. */
function byFamily(one: AtlasMachine, other: AtlasMachine): number {
  return (
    one.family.localeCompare(other.family, 'en', { numeric: true }) ||
    one.name.localeCompare(other.name, 'en')
  )
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

/** Null where no machine has measured the baseline of the series with another stage. */
function stagesOf(
  database: Database,
  knowledge: () => Knowledge,
  canStore: boolean,
): MachineComparison | null {
  try {
    return compareMachines(
      database,
      {
        runs: null,
        target: 'model',
        baseline: baselineStage,
        variant: null,
        thresholdPercent: defaultThresholdPercent,
      },
      knowledge,
      canStore,
      laterStages,
    )
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-comparable') return null
    throw error
  }
}

/** One number a stage and benchmark: that of the fewest tasks, and of these of the largest region. */
function changesOn({ rows }: MachineComparison, machine: number): AtlasChange[] {
  const found = rows.flatMap(({ cell, variant, changes }) => {
    const change = changes.find(one => one.machine === machine)
    return change ? [{ cell, stage: variant, change }] : []
  })
  const places = groupBy(found, ({ stage, cell }) => `${stage} ${cell.benchmark}`)
  return [...places.values()].flatMap(same => {
    const [first] = [...same].sort(
      (one, other) =>
        one.cell.parameters.tasks - other.cell.parameters.tasks ||
        other.cell.parameters.sizeBytes - one.cell.parameters.sizeBytes,
    )
    if (!first) return []
    const { percent, low, high, finding } = first.change
    return [{ stage: first.stage, benchmark: first.cell.benchmark, percent, low, high, finding }]
  })
}
