/**
 * Options of a test, or of a group of tests, that may be left out: with them the summary of `npm test` names it and says why
 * (build/test/outcome.mjs).
 */
import type { TestOptions } from 'vitest'

type Condition = Pick<TestOptions, 'skip' | 'meta'>

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface can be added to
  interface TaskMeta {
    skipReason?: string
    /** Whether the machine could run the test if it were given what is missing. With CI=true that is a failure. */
    isPossibleHere?: boolean
  }
}

/** Left out while something is missing that could be provided. */
export function unlessMissing(missing: string | undefined): Condition {
  return skippedFor(missing === undefined ? undefined : `needs ${missing}`, true)
}

/** Left out where another user would have to run it. */
export const asRoot: Condition = skippedFor(process.getuid?.() === 0 ? undefined : 'needs root', false)

/** Left out where the machine can never run it. */
export function unlessImpossible(reason: string | undefined): Condition {
  return skippedFor(reason, false)
}

function skippedFor(reason: string | undefined, isPossibleHere: boolean): Condition {
  return reason === undefined ? {} : { skip: true, meta: { skipReason: reason, isPossibleHere } }
}
