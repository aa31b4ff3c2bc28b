import type { ReportFormat } from '../../engine/contract/report-format.ts'
import type { ScreenCommand } from '../view-models/commands.ts'
import { copiedFormats, reportTitles, savedFormats } from './report-titles.ts'

/** What the menu of exports offers, for the list of commands. */
export function exportCommands(
  copy: (format: ReportFormat) => unknown,
  save: (format: ReportFormat) => unknown,
): readonly ScreenCommand[] {
  return [
    ...copiedFormats.map(format => ({ title: `Copy as ${nameOf(format)}`, call: () => copy(format) })),
    ...savedFormats.map(format => ({ title: `Save as ${nameOf(format)}`, call: () => save(format) })),
  ]
}

function nameOf(format: ReportFormat): string {
  const title = reportTitles[format]
  return /^[A-Z]{2}|^LaTeX|^Markdown/.test(title) ? title : title.toLowerCase()
}
