import type { ReportFormat } from '../../engine/contract/report-format.ts'

/** Of formats, in menus. */
export const reportTitles: Readonly<Record<ReportFormat, string>> = {
  text: 'Plain text, everything',
  mail: 'Short mail',
  markdown: 'Markdown',
  csv: 'CSV',
  latex: 'LaTeX',
  json: 'JSON',
  html: 'HTML report',
}

/** What is offered to be copied and to be saved, the likeliest first. */
export const copiedFormats: readonly ReportFormat[] = ['mail', 'text', 'markdown', 'csv', 'latex', 'json']
export const savedFormats: readonly ReportFormat[] = [
  'html',
  'csv',
  'json',
  'mail',
  'text',
  'markdown',
  'latex',
]
