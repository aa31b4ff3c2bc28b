import * as z from 'zod'

/** The forms a table or report can take; `mail` is the short text for a mailing list. */
export const reportFormats = ['text', 'mail', 'markdown', 'csv', 'latex', 'json', 'html'] as const
export const ReportFormat = z.enum(reportFormats)
export type ReportFormat = z.infer<typeof ReportFormat>

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
