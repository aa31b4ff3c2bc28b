/** What the commands share: where things are, and how they are opened. */
import { homedir } from 'node:os'
import path from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { shortened } from '../contract/bounds.ts'
import { dataFolder, libraryPath } from '../process/data-folder.ts'
import type { AdviceId } from '../contract/advice.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { machineListPath } from '../contract/target-machine.ts'
import { openLibrary, type Library } from '../library/library.ts'
import { runLockName } from '../process/machine-lock.ts'
import { acquireRunLock, runLockPlaces, type RunLock } from '../process/run-lock.ts'
import { findMachine, readMachineList } from '../remote/machine-list.ts'
import { otherMachine, thisMachine, type MeasuringPlace } from '../place/measuring-place.ts'
import { agentPath } from './agent-path.ts'
import { parseList } from './parse.ts'
import { say } from './terminal.ts'

export const applicationVersion = packageJson.version

const idCharacters = 36
const mostNamed = 5

/** Options that every command has. */
export type CommonOptions = Readonly<{ json?: boolean; db?: string }>

/** The one option with which a command measures on other machines. */
export const onOption = [
  '--on <LIST>',
  'other machines, by their names in “folio-lab machines list”',
] as const
export type OnOption = Readonly<{ on?: string }>

/** This machine as a place to measure. */
export const here = thisMachine(agentPath(process.env))
/** On this machine. */
export const { startAgent } = here

/**
 * Calls `use` with the places that `--on` names, else with this machine, and ends
 * their connections afterwards.
 */
export async function withPlaces<T>(
  { on }: OnOption,
  use: (places: readonly MeasuringPlace[]) => Promise<T>,
): Promise<T> {
  const places = on === undefined ? [here] : placesNamed('--on', on)
  try {
    return await use(places)
  } finally {
    await Promise.all(places.map(place => place.close()))
  }
}

/** Like `withPlaces` where one machine is enough. */
export function withPlace<T>(options: OnOption, use: (place: MeasuringPlace) => Promise<T>): Promise<T> {
  return withPlaces(options, ([place, ...others]) => {
    if (!place || others.length > 0)
      throw new Failure(
        'bad-input',
        '--on: this command takes one machine.',
        'Run it for one machine after the other.',
      )
    return use(place)
  })
}

function placesNamed(option: string, text: string): MeasuringPlace[] {
  const names = [...new Set(parseList(text))]
  if (names.length === 0)
    throw new Failure('bad-input', `${option} names no machine.`, `Example: ${option} epyc,xeon`)
  const list = readMachineList(machineListFile())
  const parts = { agentPath: agentPath(process.env), lockName: runLockName(process.env) }
  return names.map(name => otherMachine(findMachine(list, name), parts))
}

/** Where the list of machines is. */
export function machineListFile(): string {
  return machineListPath(dataFolder(process.env, homedir()))
}

/** The library that the options name, else the lab's own. */
function libraryFile({ db }: CommonOptions): string {
  if (db === '')
    throw new Failure('bad-input', '--db: the file name is empty.', 'Example: --db library.sqlite.')
  return db === undefined ? ownLibrary() : path.resolve(db)
}

function ownLibrary(): string {
  return libraryPath(dataFolder(process.env, homedir()))
}

/**
 * The libraries that no other file may replace: the one in use, and the lab's own
 * where its folder is known.
 */
export function knownLibraries(options: CommonOptions): string[] {
  const inUse = libraryFile(options)
  try {
    return [inUse, ownLibrary()]
  } catch {
    return [inUse]
  }
}

const sqliteBinding = process.env.FOLIO_LAB_SQLITE_BINDING ?? null

/**
 * Makes the library, if anything is to be recorded, and, unless the run is on another
 * machine, this machine its own.
 */
export async function lockForRun(
  library: Library | null,
  { machine }: Pick<MeasuringPlace, 'machine'> = here,
): Promise<RunLock> {
  const file = library === null ? null : (await library.queries.location()).path
  const places = runLockPlaces(file, sqliteBinding, process.env, homedir())
  return acquireRunLock(machine === null ? places : { ...places, name: null })
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
  if (isReadOnly) say(`${file} is read-only here: it can be looked at, but nothing can be stored in it.`)
  if (recovered !== null)
    say(`The library was damaged. It is kept as ${recovered}, and a new one was created.`)
  try {
    return await use(library)
  } finally {
    library.close()
  }
}

/**
 * The run whose id is or begins with what a person wrote. Throws `not-found` when that names none
 * or several, and `bad-input` when it is empty.
 */
export async function findRun(library: Library, text: string): Promise<RunId> {
  return findByBeginning(await library.queries.listRuns({ includeDeleted: true }), text, 'run', 'runs list')
}

/** The advice that is so named, as `findRun` finds a run. */
export async function findAdvice(library: Library, text: string): Promise<AdviceId> {
  return findByBeginning(await library.queries.listAdvices(), text, 'answer', 'advise list')
}

function findByBeginning<Id extends string>(
  all: readonly Readonly<{ id: Id }>[],
  text: string,
  kind: string,
  listCommand: string,
): Id {
  const beginning = text.trim().toLowerCase()
  if (beginning === '')
    throw new Failure(
      'bad-input',
      `The id of the ${kind} is empty.`,
      'Give the id. If it came from a shell variable, the variable may not be set.',
    )
  const found = all.filter(({ id }) => id.startsWith(beginning))
  const [only] = found
  if (only && found.length === 1) return only.id
  throw new Failure(
    'not-found',
    only
      ? `“${text}” matches ${found.length} ${kind}s: ${named(found)}.`
      : `There is no ${kind} “${shortened(text, idCharacters)}”.`,
    `Give the id, or enough of its beginning to be unique; “folio-lab ${listCommand}” lists them.`,
  )
}

/** The first of several, by their ids. */
function named(several: readonly Readonly<{ id: string }>[]): string {
  const ids = several.slice(0, mostNamed).map(({ id }) => id)
  return [...ids, ...(several.length > mostNamed ? ['…'] : [])].join(', ')
}
