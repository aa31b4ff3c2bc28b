import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'

/** The failure of whoever asks for a run that is not there. */
export function runNotFound(id: RunId): Failure {
  return new Failure(
    'not-found',
    `There is no run ${id}.`,
    'Runs, or “folio-lab runs list”, shows those there are.',
  )
}
