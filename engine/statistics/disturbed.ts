// What else ran while a run was measured, in words: for banners, exports and cells.
import type { Sample } from '../contract/sample.ts'
import { leastUndisturbed } from '../contract/undisturbed.ts'
import { addLoads, loadCauses, loadOf, noLoad, switchCauses, type Load } from './disturbance.ts'

/** Of the samples of a cell that count, and of all of them. */
export type CellLoad = Readonly<{ counted: Load; all: Load }>

/** By the index of the cell. */
export type Loads = ReadonlyMap<number, CellLoad>

export type LoadPart = Readonly<{ cellIndex: number; isVoid: boolean; load: Load }>

/** Adds what was measured to the load of its cell; void samples to `all` alone. */
export function addPart(loads: Map<number, CellLoad>, { cellIndex, isVoid, load }: LoadPart): void {
  const { counted, all } = loads.get(cellIndex) ?? { counted: noLoad, all: noLoad }
  loads.set(cellIndex, { counted: isVoid ? counted : addLoads([counted, load]), all: addLoads([all, load]) })
}

const list = new Intl.ListFormat('en-GB')

/** What a sample adds to the loads of its run; nothing during a warm-up round. */
export function loadPart({ warmup, cellIndex, voidReason, measurement }: Sample): LoadPart[] {
  if (warmup) return []
  const load = loadOf(measurement.counters, measurement.tasks.length)
  return [{ cellIndex, isVoid: voidReason !== undefined, load }]
}

/** The loads of a run from its parts, by the index of the cell. */
export function loadsOf(parts: Iterable<LoadPart>): Loads {
  const loads = new Map<number, CellLoad>()
  for (const part of parts) addPart(loads, part)
  return loads
}

/** Causes that mark a whole run as disturbed, with their figures; empty for a quiet one. */
export function runCauses(loads: Loads): string[] {
  const cells = [...loads.values()].map(({ all }) => all)
  const ofRun = loadCauses(addLoads(cells))
  return [...ofRun, ...(ofRun.length > 0 ? [] : ofBusiestCell(cells)), ...ofMostSwitchedCell(cells)]
}

/** A quiet run may have a benchmark that was disturbed. */
function ofBusiestCell(cells: readonly Load[]): string[] {
  const [busiest] = cells
    .filter(cell => loadCauses(cell).length > 0)
    .sort((a, b) => b.otherProgramsNs / b.sampleNs - a.otherProgramsNs / a.sampleNs)
  return busiest ? loadCauses(busiest).map(cause => `during one benchmark ${cause}`) : []
}

function ofMostSwitchedCell(cells: readonly Load[]): string[] {
  const [worst] = cells
    .filter(cell => switchCauses(cell).length > 0)
    .sort((a, b) => b.switched / b.samples - a.switched / a.samples)
  return worst ? switchCauses(worst, 'the samples of one benchmark') : []
}

/**
 * Causes that leave a cell without a verdict: of what counts, other programs or a hypervisor took
 * too much, or too many of all its samples were switched out. Rounds that are void by themselves
 * were replaced and are not asked for here.
 */
export function cellCauses(loads: Loads, cellIndex: number): string[] {
  const load = loads.get(cellIndex)
  return load ? [...loadCauses(load.counted), ...switchCauses(load.all)] : []
}

/**
 * The same for one case by itself, which also says when its numbers had to be
 * made of disturbed samples.
 */
export function caseCauses(
  loads: Loads,
  cellIndex: number,
  samples: Readonly<{ undisturbed: number; all: number }>,
): string[] {
  const disturbed = samples.all - samples.undisturbed
  const isOfAll = samples.undisturbed < leastUndisturbed && disturbed > 0
  return [
    ...cellCauses(loads, cellIndex),
    ...(isOfAll ? [`${disturbed} of ${samples.all} samples were disturbed`] : []),
  ]
}

/** One sentence for a disturbed run; nothing for a quiet one. */
export function disturbanceSentences(runs: readonly Readonly<{ label: string; loads: Loads }>[]): string[] {
  return runs.flatMap(({ label, loads }) => {
    const causes = runCauses(loads)
    return causes.length === 0 ? [] : [`While “${label}” was measured, ${list.format(causes)}.`]
  })
}
