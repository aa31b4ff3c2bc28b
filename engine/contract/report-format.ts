import * as z from 'zod'

/** The forms a table or report can take; each has a file ending of its own. */
export const reportFormats = ['text', 'markdown', 'csv', 'latex', 'json', 'html'] as const
export const ReportFormat = z.enum(reportFormats)
export type ReportFormat = z.infer<typeof ReportFormat>
