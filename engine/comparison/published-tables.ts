/** The published tables: of the series, and over folio sizes. Pure. */
import type { BenchmarkName } from '../contract/benchmark.ts'
import type { Facts } from '../contract/environment.ts'
import { Reference } from '../contract/reference.ts'
import { Returns } from '../contract/returns.ts'
import type { Bytes, Percent } from '../contract/units.ts'
import published from './published-results.json' with { type: 'json' }
import sizes from './published-sizes.json' with { type: 'json' }

/** Names of the vm-scalability cases in the published tables. */
const throughputBenchmarks: Readonly<Record<string, BenchmarkName>> = {
  seq: 'anon-cow-seq',
  rand: 'anon-cow-rand',
}

/** A machine of the published tables. */
export type PublishedMachine = Readonly<{
  id: string
  cpu: string
  /** Processors that have the same core: inclusive ranges of models of one family. */
  core: Readonly<{ name: string; vendor: string; family: number; models: readonly (readonly number[])[] }>
  returns: Returns
}>

export const publishedMachines: readonly PublishedMachine[] = published.machines.map(machine => ({
  ...machine,
  returns: Returns.parse(machine.returns),
}))

/** The published machine with the core of this processor; undefined where none has it. */
export function publishedMachineOf({ vendor, family, model }: Facts['cpu']): PublishedMachine | undefined {
  return publishedMachines.find(
    ({ core }) =>
      core.vendor === vendor &&
      core.family === family &&
      core.models.some(([first = NaN, last = NaN]) => model !== null && model >= first && model <= last),
  )
}

type Tables = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>

/** Every number of the tables of the series. */
export function publishedReferences(): Reference[] {
  return [...referencesOf(published.micro), ...referencesOf(published.vmScalability)]
}

function referencesOf(tables: Tables): Reference[] {
  const { subject, author, date, messageId } = published.source
  const source = `${author}, “${subject}”, ${date}, <${messageId}>`
  return Object.entries(tables).flatMap(([machine, stages]) =>
    Object.entries(stages).flatMap(([stage, columns]) =>
      Object.entries(columns).map(([column, percent]) =>
        Reference.parse({
          table: machine,
          title: machineOf(machine).cpu,
          machine,
          cpu: machineOf(machine).cpu,
          returns: machineOf(machine).returns,
          baseline: 'baseline',
          stage,
          benchmark: throughputBenchmarks[column] ?? column,
          folioBytes: published.environment.folioBytes,
          percent,
          source,
        }),
      ),
    ),
  )
}

type SizesTable = Readonly<{
  id: string
  title: string
  benchmark: string
  baseline: string
  stage: string
  source: string
  seconds?: Readonly<Record<string, Readonly<{ before: number; after: number }>>>
  percent?: Readonly<Record<string, number>>
  speedupPercent?: Readonly<Record<string, number>>
}>

/**
 * Every number of the tables over folio sizes that were published since, as changes of run time.
 */
export function publishedSizes(): Reference[] {
  const { id: machine, cpu, returns } = machineOf(sizes.machine)
  return sizes.tables.flatMap((table: SizesTable) => {
    const { id, title, benchmark, baseline, stage, source } = table
    return changesOf(table).map(([folioBytes, percent]) =>
      Reference.parse({
        ...{ table: id, title: `${cpu} (${title})`, machine, cpu, returns, baseline, stage },
        ...{ benchmark, folioBytes, percent, source },
      }),
    )
  })
}

function changesOf({ seconds = {}, percent = {}, speedupPercent = {} }: SizesTable): [Bytes, Percent][] {
  const changes: [string, Percent][] = [
    ...Object.entries(seconds).map(([size, { before, after }]): [string, Percent] => [
      size,
      100 * (after / before - 1),
    ]),
    ...Object.entries(percent),
    ...Object.entries(speedupPercent).map(([size, gain]): [string, Percent] => [
      size,
      100 * (100 / (100 + gain) - 1),
    ]),
  ]
  return changes.map(([size, change]) => [Number(size), change])
}

function machineOf(wanted: string): PublishedMachine {
  const machine = publishedMachines.find(({ id }) => id === wanted)
  if (!machine) throw new RangeError(`the published tables have no machine ${wanted}`)
  return machine
}
