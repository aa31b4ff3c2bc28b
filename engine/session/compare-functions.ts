/** In which functions two kernels differ, counted in two virtual machines side by side. */
import { countFunctions, counterPluginOf } from '../agent/count-functions.ts'
import { VirtualMachines } from '../agent/virtual-machines.ts'
import { processorFor } from '../contract/architecture.ts'
import {
  functionDifferences,
  type CountedSide,
  type FunctionComparison,
  type FunctionRequest,
} from '../contract/function-counts.ts'
import { guestMemoryBytes } from '../plan/presets.ts'

/** From the fourth pass on a guest repeats its counts (docs/method.md). */
const warmupPasses = 3

/**
 * Throws what booting and sampling throw, of the older kernel first, once both machines have ended.
 */
export async function compareFunctions(
  agentPath: string,
  request: FunctionRequest,
): Promise<FunctionComparison> {
  const { cell } = request
  const machines = new VirtualMachines(agentPath)
  const memoryBytes = guestMemoryBytes([cell.benchmark], [cell.parameters.tasks], cell.parameters.sizeBytes)
  async function count({ label, file }: FunctionRequest['before']): Promise<CountedSide> {
    const machine = { bootParameters: '', memoryBytes, cpus: 1, clock: 'instructions' } as const
    const variant = { target: 'vm', label, kernel: file, ...machine, ...processorFor(file) } as const
    const plugin = counterPluginOf(agentPath)
    const [counted] = await countFunctions(machines, plugin, variant, [cell], warmupPasses)
    if (!counted) throw new Error('nothing was counted')
    return { label, ...counted }
  }
  const settled = await Promise.allSettled([count(request.before), count(request.after)])
  const [before, after] = settled.map(one => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
  if (!before || !after) throw new Error('a side was not counted')
  return {
    before: { label: before.label, instructions: before.instructions / before.work },
    after: { label: after.label, instructions: after.instructions / after.work },
    functions: functionDifferences(before, after),
  }
}
