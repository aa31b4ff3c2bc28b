import type { Run } from '../contract/run.ts'
import { runFileFormat, type RunFile } from '../contract/run-file.ts'
import type { Sample } from '../contract/sample.ts'

const samplesPerPiece = 100

/** A run as the text of a run file, in pieces; `readRunFile` gives back exactly what went in. */
export function* exportRun(
  { summary, plan, environment }: Omit<Run, 'samples'>,
  samples: Iterable<Sample>,
): Generator<string> {
  const { id, label, status, statusReason, createdAt, endedAt, note, disturbances } = summary
  const file: RunFile = {
    format: runFileFormat,
    run: { id, label, status, statusReason, createdAt, endedAt, note, disturbances },
    plan,
    environment,
    samples: [],
  }
  const empty = '[]\n}'
  yield JSON.stringify(file, null, 2).slice(0, -empty.length)
  let piece: string[] = []
  let before = '['
  for (const sample of samples) {
    piece.push(`${before}\n${JSON.stringify(sample, null, 2).replaceAll(/^/gm, '    ')}`)
    before = ','
    if (piece.length < samplesPerPiece) continue
    yield piece.join('')
    piece = []
  }
  yield `${piece.join('')}${before === '[' ? '[]' : '\n  ]'}\n}\n`
}

/** A file name that identifies the run: its label and the beginning of its id. */
export function runFileName({ summary }: Pick<Run, 'summary'>): string {
  const label = summary.label.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^-+|-+$/g, '')
  return `${label === '' ? 'run' : label}-${summary.id.slice(0, 8)}.folio-run.json`
}
