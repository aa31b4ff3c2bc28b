import { hasTasks, type BenchmarkName } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import type { Plan } from '../contract/plan.ts'
import { basePageBytes, hugePageBytesOf, type Bytes } from '../contract/units.ts'
import type { TargetName } from '../contract/variant.ts'

/** With the smallest pages; what larger ones need is known when their kernel has booted. */
const smallestEntireBytes = hugePageBytesOf(basePageBytes)

/**
 * The cells of a plan, in the order of its benchmarks: one for each folio size, or one for each
 * task count of it where tasks count. Of several sizes each benchmark has those that it can be
 * measured with; a single size is kept, so that the refusal says why.
 */
export function expandCells(plan: Plan): Cell[] {
  const { target, sizeBytes, folioSizes } = plan
  return plan.benchmarks.flatMap(benchmark => {
    const taskCounts = hasTasks(benchmark) ? [...new Set(plan.tasks)] : [1]
    return folioSizes
      .filter(
        folioBytes => folioSizes.length === 1 || hasFolioSize(benchmark, target, folioBytes, folioSizes),
      )
      .flatMap(folioBytes =>
        taskCounts.map(tasks => ({ benchmark, parameters: { sizeBytes, folioBytes, tasks } })),
      )
  })
}

/**
 * Whether a benchmark means something with folios of a size: remap replaces the one entry that
 * maps a whole folio, which in a kernel has at least the size of a PMD. In the model it may be
 * of any size but that of a single page. Shared memory consists of single pages, which are the
 * smallest of the sizes if any is.
 */
export function hasFolioSize(
  benchmark: BenchmarkName,
  target: TargetName,
  folioBytes: Bytes,
  folioSizes: readonly Bytes[],
): boolean {
  if (benchmark === 'mprotect-shared-dirty') return folioBytes === Math.min(...folioSizes)
  if (benchmark !== 'remap') return true
  return target === 'model' ? folioBytes > basePageBytes : folioBytes >= smallestEntireBytes
}
