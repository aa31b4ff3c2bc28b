/** What else ran while a run was measured, in words: for banners, exports and cells. Pure. */
import { addLoads, loadCauses, switchCauses } from '../statistics/disturbance.ts'
import type { CellLoad } from './loads.ts'
import type { MeasuredRun } from './measured-run.ts'

type Loads = ReadonlyMap<number, CellLoad>

/** Causes that mark a whole run as disturbed, with their figures; empty for a quiet one. */
export function runCauses(loads: Loads): string[] {
  const cells = [...loads.values()].map(({ all }) => all)
  const worst = cells.filter(cell => switchCauses(cell).length > 0)
  const [mostSwitched] = worst.sort((a, b) => b.switched / b.samples - a.switched / a.samples)
  return [...loadCauses(addLoads(cells)), ...(mostSwitched ? switchCauses(mostSwitched).map(ofOneCell) : [])]
}

function ofOneCell(cause: string): string {
  return `of one benchmark ${cause}`
}

/**
 * Causes that leave a cell without a verdict: of what counts, other programs or a hypervisor took too much, or too many of all
 * its samples were switched out. Rounds that are void by themselves were replaced and are not asked for here.
 */
export function cellCauses(loads: Loads, cellIndex: number): string[] {
  const load = loads.get(cellIndex)
  return load ? [...loadCauses(load.counted), ...switchCauses(load.all)] : []
}

/** One sentence for a disturbed run; nothing for a quiet one. */
export function disturbanceSentences(runs: readonly Pick<MeasuredRun, 'label' | 'loads'>[]): string[] {
  return runs.flatMap(({ label, loads }) => {
    const causes = runCauses(loads)
    return causes.length === 0 ? [] : [`While “${label}” was measured, ${causes.join(', ')}.`]
  })
}
