/** What the model's extra times would change on a measured kernel. Pure. */
import { benchmarkOf } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import type { VariantReference } from '../contract/comparison.ts'
import { Failure } from '../contract/failure.ts'
import type { Projection, ProjectionRequest, ProjectionRow } from '../contract/projection.ts'
import type { Reference } from '../contract/reference.ts'
import type { RunId } from '../contract/run.ts'
import { basePageBytes } from '../contract/units.ts'
import { clockOf } from '../contract/variant.ts'
import { disturbanceSentences } from '../statistics/disturbed.ts'
import { agreementOf } from '../statistics/agreement.ts'
import {
  isUsable,
  pairedLogRatios,
  percentChange,
  usableValues,
  type RoundValue,
} from '../statistics/log-ratio.ts'
import { projectChange } from '../statistics/projection.ts'
import { median } from '../statistics/quantile.ts'
import { describeVariant, withinSession } from './compare.ts'
import type { MeasuredRun } from './measured-run.ts'
import { publishedBeside } from './published-changes.ts'

/**
 * Projects every time benchmark that both runs measured, whatever their region sizes: what a page
 * costs does not depend on them. Throws `not-comparable` when a side is of the wrong kind, when
 * folios differ, or when nothing is left.
 */
export function projectRuns(
  request: ProjectionRequest,
  runs: ReadonlyMap<RunId, MeasuredRun>,
  references: readonly Reference[],
): Projection {
  const baseline = describeVariant(request.baseline, runs)
  const variants = request.variants.map(reference => describeVariant(reference, runs))
  const host = describeVariant(request.host, runs)
  for (const { reference, variant } of [baseline, ...variants])
    if (variant.target !== 'model' || reference.runId !== request.baseline.runId)
      throw refusal(`“${variant.label}” is not a variant of the same run on the model.`)
  if (host.variant.target === 'model' || clockOf(host.variant) === 'instructions')
    throw refusal(`“${host.variant.label}” has no times of a real kernel.`)
  const model = runOf(runs, request.baseline)
  const kernel = runOf(runs, request.host)
  const disturbances = disturbanceSentences([model, kernel])
  const rows = model.cells.flatMap((cell, cellIndex) => {
    const kernelIndex = kernel.cells.findIndex(other => isSameWork(cell, other))
    const kernelCell = kernel.cells[kernelIndex]
    if (benchmarkOf(cell.benchmark).metric !== 'time' || !kernelCell) return []
    const hostNs = usableValues(kernel.valuesOf(kernelIndex, request.host.variantIndex)).map(
      value => value / pagesOf(kernelCell),
    )
    const from = model.valuesOf(cellIndex, request.baseline.variantIndex)
    return request.variants.flatMap(reference =>
      rowOf(cell, reference, from, withinSession(from, model.valuesOf(cellIndex, reference.variantIndex)), {
        hostNs,
        confidence: request.confidence,
      }),
    )
  })
  if (rows.length === 0)
    throw refusal(
      [
        'No time benchmark with the same folio size has samples that count in both runs.',
        ...disturbances,
      ].join(' '),
    )
  const published = publishedBeside(
    rows.map(row => ({ cell: cellOf(model, row), variant: row.variant })),
    {
      baseline: baseline.variant,
      variantOf: wanted =>
        variants.find(({ reference }) => reference.variantIndex === wanted.variantIndex)?.variant,
    },
    references,
  ).map(({ title, source, rows: cells }) => ({
    cpu: title,
    source,
    cells: cells.map(({ cell: { benchmark, parameters }, variant, percent }) => {
      const { folioBytes } = parameters
      return { benchmark, folioBytes, variant, percent }
    }),
  }))
  return {
    ...{ baseline, variants, host, rows, published },
    agreements: agreementsOf(rows, published),
    disturbances,
  }
}

function rowOf(
  cell: Cell,
  variant: VariantReference,
  from: readonly RoundValue[],
  to: readonly RoundValue[],
  { hostNs, confidence }: Readonly<{ hostNs: readonly number[]; confidence: number }>,
): ProjectionRow[] {
  const others = new Map(to.map(({ round, value }) => [round, value]))
  const extra = from.flatMap(({ round, value }) => {
    const other = others.get(round)
    return isUsable(value) && isUsable(other) ? [(other - value) / pagesOf(cell)] : []
  })
  if (extra.length === 0 || hostNs.length === 0) return []
  const projected = projectChange(extra, hostNs, confidence)
  return [
    {
      benchmark: cell.benchmark,
      folioBytes: cell.parameters.folioBytes,
      variant,
      extraNsPerPage: projected.extra,
      hostNsPerPage: projected.host,
      projectedPercent: projected.percent,
      modelPercent: percentChange(median(pairedLogRatios(from, to).ratios.map(({ logRatio }) => logRatio))),
      n: extra.length,
    },
  ]
}

function agreementsOf(
  rows: readonly ProjectionRow[],
  published: Projection['published'],
): Projection['agreements'] {
  return published.flatMap(({ cpu, cells }) => {
    const pairs = cells.flatMap(({ benchmark, folioBytes, variant, percent }) => {
      const row = rows.find(
        other =>
          other.benchmark === benchmark &&
          other.folioBytes === folioBytes &&
          other.variant.variantIndex === variant.variantIndex,
      )
      return row ? [{ row, percent }] : []
    })
    return [
      {
        kind: 'model' as const,
        cpu,
        ...agreementOf(pairs.map(({ row, percent }) => [row.modelPercent, percent])),
      },
      {
        kind: 'projection' as const,
        cpu,
        ...agreementOf(pairs.map(({ row, percent }) => [row.projectedPercent.value, percent])),
      },
    ]
  })
}

function isSameWork(one: Cell, other: Cell): boolean {
  return one.benchmark === other.benchmark && one.parameters.folioBytes === other.parameters.folioBytes
}

function pagesOf({ parameters }: Cell): number {
  return parameters.sizeBytes / basePageBytes
}

function runOf(runs: ReadonlyMap<RunId, MeasuredRun>, { runId }: VariantReference): MeasuredRun {
  const run = runs.get(runId)
  if (!run) throw new RangeError(`the run ${runId} was not read`)
  return run
}

function cellOf(run: MeasuredRun, { benchmark, folioBytes }: ProjectionRow): Cell {
  const cell = run.cells.find(
    other => other.benchmark === benchmark && other.parameters.folioBytes === folioBytes,
  )
  if (!cell) throw new RangeError(`the run has no ${benchmark} with folios of ${folioBytes} bytes`)
  return cell
}

function refusal(what: string): Failure {
  return new Failure(
    'not-comparable',
    what,
    'Name a run of stages on the model (--model) and a run on this kernel (--host) with the same benchmarks and folio size.',
  )
}
