/** How much of an operation of the running kernel the model holds, measured. */
import type { BenchmarkName } from '../../contract/benchmark.ts'
import type { Run } from '../../contract/run.ts'
import { formatBytes } from '../../text/size-text.ts'
import { basePageBytes, type Bytes } from '../../contract/units.ts'
import { casesOf } from './run-cases.ts'
import { left, numberCell, right, textCell, type Table } from '../format/table.ts'

export type ModelShare = Readonly<{
  folioBytes: Bytes
  benchmark: BenchmarkName
  /** Medians for a base page; null where no sample was valid. */
  modelNsPerPage: number | null
  hostNsPerPage: number | null
  /** Percent of the kernel's time that the model takes. */
  sharePercent: number | null
}>

/** Of two runs with the same benchmarks and folio size, each of one variant. */
export function modelShares(model: Run, host: Run): ModelShare[] {
  return model.cells.map(({ benchmark, parameters: { folioBytes } }) => {
    const [modelNsPerPage, hostNsPerPage] = [model, host].map(run => nsPerPage(run, benchmark))
    const [ofModel = null, ofHost = null] = [modelNsPerPage, hostNsPerPage]
    return {
      folioBytes,
      benchmark,
      modelNsPerPage: ofModel,
      hostNsPerPage: ofHost,
      sharePercent: ofModel === null || ofHost === null ? null : (100 * ofModel) / ofHost,
    }
  })
}

function nsPerPage(run: Run, benchmark: BenchmarkName): number | null {
  const found = casesOf(run).find(other => other.case.benchmark === benchmark)
  if (!found?.summary) return null
  return found.summary.median / (found.case.parameters.sizeBytes / basePageBytes)
}

export function modelShareTable(
  shares: readonly ModelShare[],
  { scheme, returns, release }: Readonly<{ scheme: string; returns: string; release: string }>,
): Table {
  return {
    title: `The model (${scheme}, ${returns}) beside Linux ${release}, nanoseconds for a base page`,
    keys: 2,
    columns: [left('folio'), left('operation'), right('model'), right('kernel'), right('held by the model')],
    rows: shares.map(({ folioBytes, benchmark, modelNsPerPage, hostNsPerPage, sharePercent }) => [
      textCell(formatBytes(folioBytes)),
      textCell(benchmark),
      numberCell(modelNsPerPage, value => value.toFixed(1)),
      numberCell(hostNsPerPage, value => value.toFixed(1)),
      numberCell(sharePercent, value => `${value.toFixed(0)} %`),
    ]),
    notes: ['The rest is what else the kernel does in a system call or a fault, and what its memory costs.'],
  }
}
