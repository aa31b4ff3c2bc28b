/** What the commands share: where things are, and how they are opened. */
import { homedir } from 'node:os'
import path from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { createStartAgent } from '../agent/start-agent.ts'
import { shortened } from '../contract/bounds.ts'
import { dataFolder, libraryPath } from '../process/data-folder.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId, RunSummary } from '../contract/run.ts'
import { openLibrary, type Library } from '../library/library.ts'
import { acquireRunLock, runLockPlaces, type RunLock } from '../process/run-lock.ts'
import { agentPath } from './agent-path.ts'
import { say } from './terminal.ts'

export const applicationVersion = packageJson.version

const idCharacters = 36
const runsNamed = 5

/** Options that every command has. */
export type CommonOptions = Readonly<{ json?: boolean; db?: string }>

export const startAgent = createStartAgent(agentPath(process.env))

/** The library that the options name, else the lab's own. */
function libraryFile({ db }: CommonOptions): string {
  if (db === '') throw new Failure('bad-input', 'The name of the library is empty.', 'Give --db a file.')
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
  const { recovered, isReadOnly, path: file } = await library.queries.location()
  if (isReadOnly)
    say(`${file} cannot be written where it lies: it is shown as it is, and nothing can be stored in it.`)
  if (recovered !== null)
    say(`The library was damaged. It was set aside as ${recovered}, and a new one begun.`)
  try {
    return await use(library)
  } finally {
    library.close()
  }
}

/** The run whose id is `text` or begins with it; throws when there is none or several do. */
export async function findRun(library: Library, text: string): Promise<RunId> {
  const beginning = text.trim().toLowerCase()
  if (beginning === '')
    throw new Failure(
      'bad-input',
      'The id of a run is empty.',
      'Give the id; a variable that was to hold it may not be set.',
    )
  const runs = await library.queries.listRuns({ includeDeleted: true })
  const found = runs.filter(run => run.id.startsWith(beginning))
  const [run] = found
  if (run && found.length === 1) return run.id
  throw new Failure(
    'not-found',
    run
      ? `“${text}” begins the ids of ${found.length} runs: ${named(found)}.`
      : `There is no run “${shortened(text, idCharacters)}”.`,
    'Give the id, or so much of it that one run begins with it: “folio-lab runs list”.',
  )
}

/** The first of some runs, by their ids. */
function named(runs: readonly RunSummary[]): string {
  const ids = runs.slice(0, runsNamed).map(({ id }) => id)
  return [...ids, ...(runs.length > runsNamed ? ['…'] : [])].join(', ')
}
