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
import { machineCharts, machineMethod, machineTables } from './content/machine-tables.ts'
import { comparisonChart, spreadChart } from './format/chart.ts'
import { cautionTables, comparisonTables } from './content/comparison-tables.ts'
import { renderCsv } from './format/csv.ts'
import { disturbanceTable } from './content/disturbance-table.ts'
import { environmentTable } from './content/environment-table.ts'
import { kernelHistoryChart, kernelHistoryTables } from './content/kernel-steps.ts'
import { historyTables } from './content/history-tables.ts'
import {
  renderFigure,
  renderFoldedTable,
  renderHtmlTable,
  renderPage,
  renderSentences,
} from './format/html.ts'
import { comparisonJson, runJson } from './format/json.ts'
import { renderLatex } from './format/latex.ts'
import { renderMarkdown } from './format/markdown.ts'
import { comparisonMethod, planMethod } from './content/method.ts'
import { projectionTables } from './content/projection-tables.ts'
import { runTables } from './content/run-tables.ts'
import { sampleTable } from './content/sample-tables.ts'
import { renderSvg } from './format/svg.ts'
import type { Chart } from './format/chart.ts'
import type { Table } from './format/table.ts'
import { renderText } from './format/text.ts'
import { cellName } from './words.ts'

type Document = Readonly<{
  title: string
  /** What has to be read first. */
  cautions: readonly Table[]
  tables: readonly Table[]
  /** What not every format has is made only when it is asked for: it may be long. */
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

/** `runs`: those that were compared, whose environments and samples a page shows too. */
export function renderComparison(comparison: Comparison, runs: readonly Run[], format: ReportFormat): string {
  return render(
    {
      title: `Comparison with ${comparison.baseline.variant.label}`,
      cautions: cautionTables(comparison),
      tables: comparisonTables(comparison),
      charts: () => [comparisonChart(comparison)],
      json: () => comparisonJson(comparison),
      appendix: () => ({
        method: [...comparisonMethod(comparison), ...methodOf(runs)],
        environments: runs.map(run => environmentTable(run.environment, run.summary.label)),
        samples: runs.map(sampleTable),
      }),
    },
    format,
  )
}

/** `comparisons`: of the run's own variants, where it has more than one of a kind. */
export function renderRun(run: Run, comparisons: readonly Comparison[], format: ReportFormat): string {
  return render(
    {
      title: run.summary.label,
      cautions: disturbanceTable(run.summary),
      tables: [
        ...kernelHistoryTables(run),
        ...runTables(run),
        ...comparisons.flatMap(comparisonTables),
        environmentTable(run.environment),
      ],
      charts: () => [...kernelHistoryChart(run), ...comparisons.map(comparisonChart), spreadChart(run)],
      json: () => runJson(run),
      appendix: () => ({
        method: [...new Set(comparisons.flatMap(comparisonMethod)), ...methodOf([run])],
        environments: [],
        samples: [sampleTable(run)],
      }),
    },
    format,
  )
}

/** Machines side by side, each against its own baseline. */
export function renderMachines(comparison: MachineComparison, format: ReportFormat): string {
  return render(
    {
      title: `${comparison.machines.length} machines, each against its own ${comparison.baseline}`,
      cautions: [],
      tables: machineTables(comparison),
      charts: () => machineCharts(comparison),
      json: () => comparison,
      appendix: () => ({ method: machineMethod(comparison), environments: [], samples: [] }),
    },
    format,
  )
}

/** Every machine that is known. */
export function renderAtlas(atlas: Atlas, format: ReportFormat): string {
  return render(
    {
      title: `Atlas of ${atlas.machines.length} ${atlas.machines.length === 1 ? 'machine' : 'machines'}`,
      cautions: [],
      tables: atlasTables(atlas),
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

/** One case over all runs of a machine. */
export function renderHistory(history: History, format: ReportFormat): string {
  return render(
    {
      title: `History of ${cellName(history.cell)}`,
      cautions: [],
      tables: historyTables(history),
      charts: () => [],
      json: () => history,
      appendix: () => noAppendix,
    },
    format,
  )
}

/** What the model would change on a kernel, beside the published tables. */
export function renderProjection(projection: Projection, format: ReportFormat): string {
  return render(
    {
      title: `Projection onto ${projection.host.kernelRelease}`,
      cautions: disturbanceTable(projection),
      tables: projectionTables(projection),
      charts: () => [],
      json: () => projection,
      appendix: () => noAppendix,
    },
    format,
  )
}

/** What the advisor said, and what it rests on. */
export function renderAdvice(advice: Advice, format: ReportFormat): string {
  return render(
    {
      title: `Advice on ${advice.question.replace('-', ' ')}`,
      cautions: [],
      tables: [adviceStatementTable(advice), ...adviceTables(advice), environmentTable(advice.environment)],
      charts: () => [],
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

function render(
  { title, cautions, tables: own, charts, json, appendix }: Document,
  format: ReportFormat,
): string {
  const tables = [...cautions, ...own]
  switch (format) {
    case 'text':
      return renderText(tables)
    case 'markdown':
      return renderMarkdown(tables)
    case 'csv':
      return renderCsv(tables)
    case 'latex':
      return renderLatex(tables)
    case 'json':
      return `${showControls(JSON.stringify(json(), null, 2))}\n`
    case 'html': {
      const { method, environments, samples } = appendix()
      return renderPage(title, [
        ...cautions.map(renderHtmlTable),
        ...charts().map(chart =>
          renderFigure(
            chart.title,
            renderSvg(chart),
            chart.bars.some(({ isDisturbed }) => isDisturbed),
          ),
        ),
        ...[...own, ...environments].map(renderHtmlTable),
        ...renderSentences('Method', method),
        ...samples.map(renderFoldedTable),
      ])
    }
  }
}
