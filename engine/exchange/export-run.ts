import type { Run } from '../contract/run.ts'
import { runFileFormat, type RunFile } from '../contract/run-file.ts'

/** A run as the text of a run file; `readRunFile` gives back exactly what went in. */
export function exportRun({ summary, plan, environment, samples }: Run): string {
  const { id, label, status, statusReason, createdAt, endedAt, note } = summary
  const file: RunFile = {
    format: runFileFormat,
    run: { id, label, status, statusReason, createdAt, endedAt, note },
    plan,
    environment,
    samples,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** A file name that tells the run: its label and the beginning of its id. */
export function runFileName({ summary }: Run): string {
  const label = summary.label.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^-+|-+$/g, '')
  return `${label === '' ? 'run' : label}-${summary.id.slice(0, 8)}.folio-run.json`
}
