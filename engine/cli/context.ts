/** What the commands share: where things are, and how they are opened. */
import { homedir } from 'node:os'
import path from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { createStartAgent } from '../agent/start-agent.ts'
import { dataFolder, libraryPath } from '../contract/data-folder.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { openLibrary, type Library } from '../library/library.ts'
import { acquireRunLock, runLockPlaces, type RunLock } from '../process/run-lock.ts'
import { agentPath } from './agent-path.ts'
import { say } from './terminal.ts'

export const applicationVersion = packageJson.version

/** Options that every command has. */
export type CommonOptions = Readonly<{ json?: boolean; db?: string }>

export const startAgent = createStartAgent(agentPath(process.env))

/** The library that the options name, else the lab's own. */
function libraryFile({ db }: CommonOptions): string {
  return db === undefined ? ownLibrary() : path.resolve(db)
}

function ownLibrary(): string {
  return libraryPath(dataFolder(process.env, homedir()))
}

/** The libraries that no other file may replace: the one in use, and the lab's own where its folder can be told. */
export function knownLibraries(options: CommonOptions): string[] {
  const inUse = libraryFile(options)
  try {
    return [inUse, ownLibrary()]
  } catch {
    return [inUse]
  }
}

const sqliteBinding = process.env.FOLIO_LAB_SQLITE_BINDING ?? null

/** Makes this machine and the library, if anything is to be recorded, its own. */
export async function lockForRun(library: Library | null): Promise<RunLock> {
  const file = library === null ? null : (await library.queries.location()).path
  return acquireRunLock(runLockPlaces(file, sqliteBinding, process.env, homedir()))
}

/** Calls `use` with the library that the options name and closes it afterwards. */
export async function withLibrary<T>(
  options: CommonOptions,
  use: (library: Library) => T | Promise<T>,
): Promise<T> {
  const library = await openLibrary({
    path: libraryFile(options),
    isOwn: options.db === undefined,
    binding: sqliteBinding,
    now: Date.now,
  })
  const { recovered } = await library.queries.location()
  if (recovered !== null)
    say(`The library was damaged. It was set aside as ${recovered}, and a new one begun.`)
  try {
    return await use(library)
  } finally {
    library.close()
  }
}

/** The run whose id begins with `text`; throws when none or several do. */
export async function findRun(library: Library, text: string): Promise<RunId> {
  const runs = await library.queries.listRuns({ includeDeleted: true })
  const found = runs.filter(run => run.id.startsWith(text.toLowerCase()))
  const [run] = found
  if (run && found.length === 1) return run.id
  throw new Failure(
    'not-found',
    run ? `“${text}” begins the ids of ${found.length} runs.` : `There is no run “${text}”.`,
    'Give the id, or so much of it that one run begins with it: “folio-lab runs list”.',
  )
}
