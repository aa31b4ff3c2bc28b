/** `project --check`: the model of the running kernel's own accounting beside that kernel. */
import { randomInt, randomUUID } from 'node:crypto'
import type { MachineReport } from '../../contract/api.ts'
import type { BenchmarkName } from '../../contract/benchmark.ts'
import { Failure } from '../../contract/failure.ts'
import { schemeOfKernel } from '../../contract/kernel-scheme.ts'
import { Plan } from '../../contract/plan.ts'
import { returnsTitles, type Returns } from '../../contract/returns.ts'
import type { Run } from '../../contract/run.ts'
import { kibibyte, mebibyte, type Bytes } from '../../contract/units.ts'
import { schemeVariant, type Variant } from '../../contract/variant.ts'
import type { Library } from '../../library/library.ts'
import { modelShares, modelShareTable, type ModelShare } from '../../report/content/model-share-table.ts'
import type { Table } from '../../report/content/table.ts'
import { executeSession, recordingTo } from '../execute-session.ts'
import { say } from '../terminal.ts'

const rounds = 12
const sizeBytes = 64 * mebibyte
const benchmarks: readonly BenchmarkName[] = ['remap', 'munmap', 'fork', 'cow-reuse-byte', 'pte-dontneed']
/** Folios of 64 KiB are never mapped as a whole, so that there is nothing to remap. */
const folios: readonly Readonly<{ folioBytes: Bytes; benchmarks: readonly BenchmarkName[] }>[] = [
  { folioBytes: 64 * kibibyte, benchmarks: benchmarks.filter(name => name !== 'remap') },
  { folioBytes: 2 * mebibyte, benchmarks },
]

export type ModelCheck = Readonly<{ shares: readonly ModelShare[]; table: Table }>

/** Takes two runs for each folio size, which the library keeps. */
export async function checkModel(
  library: Library,
  { environment, hello }: MachineReport,
  returns: Returns,
): Promise<ModelCheck> {
  const { kernel, privileges } = environment.facts
  const scheme = schemeOfKernel(kernel)
  if (!hello.schemes.some(({ name }) => name === scheme))
    throw new Failure('unsupported', `This agent has no scheme “${scheme}” for Linux ${kernel.release}.`, '')
  const shares: ModelShare[] = []
  const disturbances = new Set<string>()
  for (const { folioBytes, benchmarks: wanted } of folios) {
    const model = await take(schemeVariant(scheme, { returns }), folioBytes, wanted)
    const host = await take({ target: 'host', label: kernel.release }, folioBytes, wanted)
    shares.push(...modelShares(model, host))
    for (const { summary } of [model, host]) for (const text of summary.disturbances) disturbances.add(text)
  }
  const words = { scheme, returns: returnsTitles[returns], release: kernel.release }
  return { shares, table: modelShareTable(shares, words, [...disturbances]) }

  async function take(variant: Variant, folioBytes: Bytes, wanted: readonly BenchmarkName[]): Promise<Run> {
    const id = randomUUID()
    const plan = Plan.parse({
      label: `check of the model, ${variant.label}`,
      target: variant.target,
      benchmarks: wanted,
      variants: [variant],
      sizeBytes,
      folioSizes: [folioBytes],
      tasks: [1],
      stopping: { kind: 'rounds', rounds },
      warmupRounds: 1,
      order: 'williams',
      seed: randomInt(2 ** 32),
      changeSettings: privileges.root,
      cpus: [],
    })
    const { status, reason } = await executeSession(recordingTo(library), session => session.start(id, plan))
    say(`Run ${id} ${status}: ${reason}`)
    if (status !== 'complete')
      throw new Failure('cancelled', `The check ended early: ${reason}`, 'The samples so far are kept.')
    return library.queries.getRun(id)
  }
}
