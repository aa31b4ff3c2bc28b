import type { RunTaker } from './fleets.ts'
import type { Library } from '../library/library.ts'

/**
 * What a collection needs of the library; a run that the user has deleted counts as known,
 * so that it stays deleted.
 */
export function runTaker(library: Library): RunTaker {
  return {
    known: async () =>
      new Set((await library.queries.listRuns({ includeDeleted: true })).map(({ id }) => id)),
    take: pieces => library.importRun(pieces, 'imported').id,
  }
}
