import type { Database } from '../database.ts'

/** One step forward of the database's form. It runs inside a transaction. */
export type Migration = Readonly<{
  /** The form after the step; counts from 1 without gaps. */
  version: number
  apply: (database: Database) => void
}>
