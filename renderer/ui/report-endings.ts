import type { ReportFormat } from '../../engine/contract/report-format.ts'

/** Of files, by what is in them. */
export const reportEndings: Readonly<Record<ReportFormat, string>> = {
  text: 'txt',
  mail: 'mail.txt',
  markdown: 'md',
  csv: 'csv',
  latex: 'tex',
  json: 'json',
  html: 'html',
}
