/** Runs and comparisons as documents: the one table of forms. */
import type { Comparison } from '../contract/comparison.ts'
import type { ReportFormat } from '../contract/report-format.ts'
import type { Run } from '../contract/run.ts'
import { comparisonChart, spreadChart } from './chart.ts'
import { comparisonTables } from './comparison-tables.ts'
import { renderCsv } from './csv.ts'
import { environmentTable } from './environment-table.ts'
import { renderFigure, renderHtmlTable, renderPage } from './html.ts'
import { comparisonJson, runJson } from './json.ts'
import { renderLatex } from './latex.ts'
import { renderMarkdown } from './markdown.ts'
import { runTables } from './run-tables.ts'
import { renderSvg } from './svg.ts'
import type { Chart } from './chart.ts'
import type { Table } from './table.ts'
import { renderText } from './text.ts'

type Document = Readonly<{
  title: string
  tables: readonly Table[]
  charts: readonly Chart[]
  json: object
}>

export function renderComparison(comparison: Comparison, format: ReportFormat): string {
  return render(
    {
      title: `Comparison with ${comparison.baseline.variant.label}`,
      tables: comparisonTables(comparison),
      charts: [comparisonChart(comparison)],
      json: comparisonJson(comparison),
    },
    format,
  )
}

/** `comparison`: of the run's own variants, where it has more than one. */
export function renderRun(run: Run, comparison: Comparison | null, format: ReportFormat): string {
  return render(
    {
      title: run.summary.label,
      tables: [
        ...runTables(run),
        ...(comparison === null ? [] : comparisonTables(comparison)),
        environmentTable(run.environment),
      ],
      charts: [...(comparison === null ? [] : [comparisonChart(comparison)]), spreadChart(run)],
      json: runJson(run),
    },
    format,
  )
}

function render({ title, tables, charts, json }: Document, format: ReportFormat): string {
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
      return `${JSON.stringify(json, null, 2)}\n`
    case 'html':
      return renderPage(title, [
        ...charts.map(chart => renderFigure(chart.title, renderSvg(chart))),
        ...tables.map(renderHtmlTable),
      ])
  }
}
