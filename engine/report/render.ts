/** Runs, comparisons and advices as documents: the one table of forms. */
import type { Advice } from '../contract/advice.ts'
import type { Atlas } from '../contract/atlas.ts'
import type { Comparison } from '../contract/comparison.ts'
import type { History } from '../contract/history.ts'
import type { MachineComparison } from '../contract/machine-comparison.ts'
import type { Projection } from '../contract/projection.ts'
import type { ReportFormat } from '../contract/report-format.ts'
import type { Run } from '../contract/run.ts'
import { showControls } from '../text/escape-text.ts'
import { adviceStatementTable, adviceTables } from './content/advice.ts'
import { atlasTables } from './content/atlas-tables.ts'
import {
  adviceCellData,
  atlasCellData,
  comparisonCellData,
  machinesCellData,
  runsCellData,
} from './content/cell-data.ts'
import { machineMethod, machineTables } from './content/machine-tables.ts'
import { adviceChart, changeBars, historyChart, spreadChart } from './content/chart.ts'
import { comparisonChart, machineChart } from '../chart/change-chart.ts'
import { cautionTables, comparisonMatrices, comparisonTables } from './content/comparison-tables.ts'
import { renderCsv } from './format/csv.ts'
import { disturbanceTable } from './content/disturbance-table.ts'
import { environmentTable } from './content/environment-table.ts'
import { findings } from './content/findings.ts'
import { kernelHistoryChart, kernelHistoryTables } from './content/kernel-steps.ts'
import { historyData, historyTables } from './content/history-tables.ts'
import {
  renderFigure,
  renderFinding,
  renderFoldedTable,
  renderHtmlTable,
  renderPage,
  renderSentences,
} from './format/html.ts'
import { comparisonJson, runsJson } from './format/json.ts'
import { renderLatexDocument } from './format/latex.ts'
import { renderMail } from './format/mail.ts'
import { renderMarkdownDocument } from './format/markdown.ts'
import { comparisonMethod, planMethod } from './content/method.ts'
import { projectionData, projectionTables } from './content/projection-tables.ts'
import {
  adviceProvenance,
  atlasProvenance,
  comparisonProvenance,
  historyProvenance,
  machinesProvenance,
  projectionProvenance,
  runProvenance,
  type Provenance,
  type SourceRun,
} from './content/provenance.ts'
import { provenanceHtml } from './format/provenance.ts'
import { runTables } from './content/run-tables.ts'
import { sampleTable } from './content/sample-tables.ts'
import type { Chart } from './content/chart.ts'
import type { Table, TableData } from './content/table.ts'
import { renderTextDocument } from './format/text.ts'
import { cellName } from '../text/cell-text.ts'

type Document = Readonly<{
  title: string
  /** Where its numbers are from. */
  provenance: Provenance
  /** What has to be read first. */
  cautions: readonly Table[]
  /** What the numbers say, in a sentence each. */
  findings: readonly string[]
  tables: readonly Table[]
  /** Those of the tables that a short mail has room for. */
  matrices: readonly Table[]
  /** What not every format has is made only when it is asked for: it may be long. */
  cells: () => TableData
  charts: () => readonly Chart[]
  json: () => object
  /** Only on a page, which has room for it. */
  appendix: () => Readonly<{
    method: readonly string[]
    environments: readonly Table[]
    samples: readonly Table[]
  }>
}>

const noAppendix = { method: [], environments: [], samples: [] }

/**
 * What was compared: the runs without their samples, or, for a page, which shows them, with them.
 */
export type ComparedRuns = Readonly<{ sources: readonly SourceRun[]; whole: readonly Run[] }>

/** A comparison in any format. */
export function renderComparison(
  comparison: Comparison,
  { sources, whole }: ComparedRuns,
  format: ReportFormat,
): string {
  const matrices = comparisonMatrices(comparison)
  return render(
    {
      title: `Comparison with ${comparison.baseline.variant.label}`,
      provenance: comparisonProvenance(comparison, sources),
      cautions: cautionTables(comparison),
      findings: findings(comparison),
      tables: comparisonTables(comparison, matrices),
      matrices,
      cells: () => comparisonCellData(comparison),
      charts: () => [changeBars(comparisonChart(comparison))],
      json: () => comparisonJson(comparison),
      appendix: () => ({
        method: [...comparisonMethod(comparison), ...methodOf(whole)],
        environments: whole.map(run => environmentTable(run.environment, run.summary.label)),
        samples: whole.map(sampleTable),
      }),
    },
    format,
  )
}

/** A run, and the comparisons of its own variants, where it has more than one of a kind. */
export type ReportedRun = Readonly<{ run: Run; comparisons: readonly Comparison[] }>

/**
 * Runs in one document. What was counted and what was timed never shares a table: each run has its
 * own, with their units.
 */
export function renderRuns(reported: readonly ReportedRun[], format: ReportFormat): string {
  const runs = reported.map(({ run }) => run)
  const parts = reported.map(partsOfRun)
  const comparisons = reported.flatMap(one => one.comparisons)
  return render(
    {
      title: runs.map(({ summary }) => summary.label).join(' and '),
      provenance: runProvenance(runs),
      cautions: runs.flatMap(({ summary }) => disturbanceTable(summary)),
      findings: comparisons.flatMap(findings),
      tables: [...parts.flatMap(({ tables }) => tables), ...environmentsOf(runs)],
      matrices: parts.flatMap(({ matrices }) => matrices),
      cells: () => runsCellData(reported),
      charts: () => reported.flatMap(runCharts),
      json: () => runsJson(runs),
      appendix: () => ({
        method: [...new Set(comparisons.flatMap(comparisonMethod)), ...methodOf(runs)],
        environments: [],
        samples: runs.map(sampleTable),
      }),
    },
    format,
  )
}

function partsOfRun({ run, comparisons }: ReportedRun): Pick<Document, 'tables' | 'matrices'> {
  const medians = runTables(run)
  const compared = comparisons.map(comparison => ({ comparison, matrices: comparisonMatrices(comparison) }))
  const changes = compared.flatMap(({ comparison, matrices }) => comparisonTables(comparison, matrices))
  return {
    tables: [...kernelHistoryTables(run), ...medians, ...changes],
    matrices: compared.length === 0 ? medians : compared.flatMap(({ matrices }) => matrices),
  }
}

function runCharts({ run, comparisons }: ReportedRun): Chart[] {
  return [
    ...kernelHistoryChart(run),
    ...comparisons.map(one => changeBars(comparisonChart(one))),
    spreadChart(run),
  ]
}

/** Of several runs each by the name of its run. */
function environmentsOf(runs: readonly Run[]): Table[] {
  return runs.map(({ environment, summary }) =>
    environmentTable(environment, runs.length === 1 ? undefined : summary.label),
  )
}

/** Machines side by side, each against its own baseline. `sources`: the first of their runs. */
export function renderMachines(
  comparison: MachineComparison,
  sources: readonly SourceRun[],
  format: ReportFormat,
): string {
  const tables = machineTables(comparison)
  return render(
    {
      title: `${comparison.machines.length} machines, each against its own ${comparison.baseline}`,
      provenance: machinesProvenance(comparison, sources),
      cautions: [],
      findings: [],
      tables,
      matrices: tables.slice(0, -2), // without the summary and the list of the machines
      cells: () => machinesCellData(comparison),
      charts: () => machineCharts(comparison),
      json: () => comparison,
      appendix: () => ({ method: machineMethod(comparison), environments: [], samples: [] }),
    },
    format,
  )
}

/** One a variant. */
function machineCharts(comparison: MachineComparison): Chart[] {
  return comparison.shown.map(variant =>
    changeBars(
      machineChart(
        comparison,
        comparison.rows.filter(row => row.variant === variant),
      ),
    ),
  )
}

/** Every machine that is known. `sources`: the first of their runs. */
export function renderAtlas(atlas: Atlas, sources: readonly SourceRun[], format: ReportFormat): string {
  const tables = atlasTables(atlas)
  return render(
    {
      title: `Atlas of ${atlas.machines.length} ${atlas.machines.length === 1 ? 'machine' : 'machines'}`,
      provenance: atlasProvenance(atlas, sources),
      cautions: [],
      findings: [],
      tables,
      matrices: tables,
      cells: () => atlasCellData(atlas),
      charts: () => [],
      json: () => atlas,
      appendix: () => ({ method: atlasMethod, environments: [], samples: [] }),
    },
    format,
  )
}

const atlasMethod = [
  'Each machine was compared with its own baseline only. Machines are sorted by vendor, family and model of their processors.',
  'The advisor’s answers are those given there and then; they hold for the kernel and the kind of returns beside them.',
]

/** One case over all runs of a machine. `sources`: the newest of them. */
export function renderHistory(history: History, sources: readonly SourceRun[], format: ReportFormat): string {
  const tables = historyTables(history)
  return render(
    {
      title: `History of ${cellName(history.cell)}`,
      provenance: historyProvenance(history, sources),
      cautions: [],
      findings: [],
      tables,
      matrices: tables,
      cells: () => historyData(history),
      charts: () => historyChart(history),
      json: () => history,
      appendix: () => noAppendix,
    },
    format,
  )
}

/** What the model would change on a kernel, beside the published tables. */
export function renderProjection(
  projection: Projection,
  sources: readonly SourceRun[],
  format: ReportFormat,
): string {
  const tables = projectionTables(projection)
  return render(
    {
      title: `Projection onto ${projection.host.kernelRelease}`,
      provenance: projectionProvenance(projection, sources),
      cautions: disturbanceTable(projection),
      findings: [],
      tables,
      matrices: tables.slice(0, 1),
      cells: () => projectionData(projection),
      charts: () => [],
      json: () => projection,
      appendix: () => noAppendix,
    },
    format,
  )
}

/** What the advisor said, and what it rests on. */
export function renderAdvice(advice: Advice, format: ReportFormat): string {
  const parts = adviceTables(advice)
  return render(
    {
      title: `Advice on ${advice.question.replace('-', ' ')}`,
      provenance: adviceProvenance(advice),
      cautions: [],
      findings: [advice.sentence],
      tables: [adviceStatementTable(advice), ...parts, environmentTable(advice.environment)],
      matrices: parts.slice(0, 1),
      cells: () => adviceCellData(advice),
      charts: () => adviceChart(advice),
      json: () => advice,
      appendix: () => noAppendix,
    },
    format,
  )
}

/** How the samples of each run were taken; said once where all were taken alike. */
function methodOf(runs: readonly Run[]): string[] {
  return [...new Set(runs.flatMap(({ plan }) => planMethod(plan)))]
}

function render(document: Document, format: ReportFormat): string {
  const { provenance, cautions, tables: own } = document
  const tables = [...cautions, ...own]
  switch (format) {
    case 'text':
      return renderTextDocument(provenance, tables)
    case 'mail':
      return renderMail(document)
    case 'markdown':
      return renderMarkdownDocument(provenance, tables)
    case 'csv':
      return renderCsv(provenance, cautions, document.cells())
    case 'latex':
      return renderLatexDocument(provenance, tables)
    case 'json':
      return `${showControls(JSON.stringify({ provenance, ...document.json() }, null, 2))}\n`
    case 'html':
      return renderHtmlPage(document)
  }
}

/** Machine, sentences and matrix first, then the charts and what all of it rests on. */
function renderHtmlPage({
  title,
  provenance,
  cautions,
  findings,
  matrices,
  tables,
  charts,
  appendix,
}: Document): string {
  const { method, environments, samples } = appendix()
  const shown = new Set(matrices)
  const others = [...tables.filter(table => !shown.has(table)), ...environments]
  return renderPage(title, [
    provenanceHtml(provenance),
    ...cautions.map((table, index) => renderHtmlTable(table, index)),
    ...findings.map(renderFinding),
    ...matrices.map((table, index) => renderHtmlTable(table, cautions.length + index)),
    ...charts().map(renderFigure),
    ...others.map((table, index) => renderHtmlTable(table, cautions.length + matrices.length + index)),
    ...renderSentences('Method', method),
    ...samples.map(renderFoldedTable),
  ])
}
