import type { BenchmarkName } from '../../../engine/contract/benchmark.ts'
import type { Plan } from '../../../engine/contract/plan.ts'
import type { Run } from '../../../engine/contract/run.ts'
import { distinguishingWords } from '../../../engine/text/cell-text.ts'
import { formatBytes } from '../../../engine/text/size-text.ts'
import { formatScaled, scaleFor } from '../../../engine/text/value-text.ts'
import { formatDuration, formatQuantity } from '../../../engine/text/format.ts'
import { createTally, type InvalidSample } from '../../view-models/tally.ts'

export type CaseSummary = Readonly<{
  key: string
  benchmark: BenchmarkName
  /** What sets it apart from others of the benchmark; empty when nothing does. */
  parameters: string
  variantLabel: string
  count: number
  invalid: number
  disturbed: number
  /** In `unit`; a dash when there is no valid sample. */
  median: string
  unit: string
}>

export type RunDetails = Readonly<{
  cases: readonly CaseSummary[]
  invalid: readonly InvalidSample[]
  settings: readonly Readonly<{ name: string; value: string }>[]
}>

/**
 * What the details of a run show: its plan in words, medians by case, and what was invalid and why.
 */
export function runDetails(run: Run): RunDetails {
  const tally = createTally(run.cells, run.plan.variants)
  tally.add(run.samples)
  const cases = tally.cases()
  return {
    settings: [...planSettings(run.plan), ...bootSettings(run)],
    invalid: tally.invalid(),
    cases: cases.map(liveCase => {
      const siblings = cases.filter(other => other.cellIndex === liveCase.cellIndex)
      const scale = scaleFor(
        liveCase.quantity,
        siblings.flatMap(sibling => sibling.median ?? []),
      )
      return {
        key: liveCase.key,
        benchmark: liveCase.benchmark,
        parameters: distinguishingWords(liveCase.cell, run.cells).join(', '),
        variantLabel: liveCase.variantLabel,
        count: liveCase.count,
        invalid: liveCase.invalid,
        disturbed: liveCase.disturbed,
        median: liveCase.median === null ? '–' : formatScaled(liveCase.median, scale),
        unit: liveCase.median === null ? '' : scale.unit,
      }
    }),
  }
}

function planSettings(plan: Plan): RunDetails['settings'] {
  return [
    {
      name: 'Region',
      value: `${formatBytes(plan.sizeBytes)} in folios of ${plan.folioSizes.map(formatBytes).join(', ')}`,
    },
    { name: 'Tasks', value: plan.tasks.join(', ') },
    { name: 'Stops', value: stoppingRule(plan) },
    { name: 'Warm-up', value: formatQuantity(plan.warmupRounds, 'round') },
    { name: 'CPUs', value: plan.cpus.length === 0 ? 'any' : plan.cpus.join(', ') },
    { name: 'THP settings', value: plan.changeSettings ? 'may be changed' : 'left alone' },
    { name: 'Seed', value: String(plan.seed) },
  ]
}

/** What booting cost, one line a virtual machine. */
function bootSettings({ plan, environment }: Run): RunDetails['settings'] {
  return (environment.guests ?? []).map(({ variantIndex, facts, accelerator, bootSeconds }) => ({
    name: `Boot of ${plan.variants[variantIndex]?.label ?? ''}`,
    value: `${formatDuration(bootSeconds)}, Linux ${facts.kernel.release}, ${accelerator === 'kvm' ? 'KVM' : 'emulated'}`,
  }))
}

function stoppingRule({ stopping }: Plan): string {
  if (stopping.kind === 'rounds') return `after ${formatQuantity(stopping.rounds, 'round')}`
  const { resolutionPercent, minimumRounds, maximumRounds, budgetSeconds } = stopping
  const limit = budgetSeconds === null ? '' : `, at most ${formatDuration(budgetSeconds)}`
  return `at ±${resolutionPercent} %, ${minimumRounds} to ${maximumRounds} rounds${limit}`
}
