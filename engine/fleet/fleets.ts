/**
 * The fleets of one user: submitting, looking, collecting, cancelling. Nothing of it
 * runs on between two calls.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describeInputError, Failure, toFailureRecord } from '../contract/failure.ts'
import {
  FleetFile,
  FleetRegistry,
  noFleets,
  type Collection,
  type FleetDescription,
  type FleetJob,
  type FleetJobStatus,
  type FleetStatus,
} from '../contract/fleet.ts'
import type { RunId } from '../contract/run.ts'
import { largestRunFile } from '../contract/run-file.ts'
import { mebibyte } from '../contract/units.ts'
import { makeFolder } from '../files/make-folder.ts'
import { readText } from '../files/read-text.ts'
import { writeFile } from '../files/write-file.ts'
import { jobFolder, nodesOf, runFilesIn } from './job-folder.ts'
import { descriptionName, sbatchWords, slurmScript, type SlurmOptions } from './job-script.ts'
import { fillKit, type KitSources } from './kit.ts'
import { isSlurmHere, readFinishedJobs, sbatch, scancel, tasksOf, type SlurmTask } from './slurm.ts'

const largestFile = 64 * mebibyte

/** What of a library a collection needs. */
export type RunTaker = Readonly<{
  known: () => Promise<ReadonlySet<RunId>>
  take: (pieces: () => Iterable<string>) => RunId
}>

export class Fleets {
  readonly #registry: string

  /** `registry`: the file that says where the fleets are. */
  constructor(registry: string) {
    this.#registry = registry
  }

  names(): string[] {
    return this.#read().fleets.map(({ name }) => name)
  }

  /**
   * Puts a fleet that was submitted elsewhere, or moved, on the list by its folder; returns its
   * name. Throws `bad-input` when another fleet has that name.
   */
  async add(folder: string): Promise<string> {
    const absolute = path.resolve(folder)
    if (!existsSync(path.join(absolute, descriptionName)))
      throw new Failure(
        'not-found',
        `${absolute} is no folder of a fleet: it holds no ${descriptionName}.`,
        'Give the folder that “fleet submit” has made, such as /shared/zen.',
      )
    const { name } = readFleet(absolute)
    const registry = this.#read()
    const known = registry.fleets.find(fleet => fleet.name === name)
    if (known && known.folder !== absolute && existsSync(path.join(known.folder, descriptionName)))
      throw new Failure(
        'bad-input',
        `There is a fleet “${name}” already, in ${known.folder}.`,
        `Take that one off the list first: folio-lab fleet forget ${name}`,
      )
    const others = registry.fleets.filter(fleet => fleet.name !== name)
    await this.#write({ ...registry, fleets: [...others, { name, folder: absolute }] })
    return name
  }

  /** Takes a fleet off the list; its folder, its jobs and its runs stay as they are. */
  async forget(name: string): Promise<void> {
    this.#folderOf(name)
    const registry = this.#read()
    await this.#write({ ...registry, fleets: registry.fleets.filter(fleet => fleet.name !== name) })
  }

  /**
   * Makes the folder of a new fleet in `parent`, which all nodes must see, and submits its jobs.
   */
  async submit(
    description: FleetDescription,
    parent: string,
    sources: KitSources,
    options: SlurmOptions,
  ): Promise<FleetFile> {
    const { name } = description
    const registry = this.#read()
    const folder = path.join(path.resolve(parent), name)
    if (registry.fleets.some(fleet => fleet.name === name) || existsSync(folder))
      throw new Failure(
        'bad-input',
        `There is a fleet “${name}” already.`,
        'Choose another name; to submit its unfinished jobs: folio-lab fleet submit NAME --again',
      )
    makeFolder(path.join(folder, 'log'))
    fillKit(folder, sources)
    await writeFleet(folder, { ...description, submissions: [] })
    await this.#write({ ...registry, fleets: [...registry.fleets, { name, folder }] })
    return this.#submit(
      name,
      description.jobs.map((_, index) => index),
      options,
    )
  }

  /** Submits the jobs that have ended without a run; one that a node has begun goes on there. */
  async submitAgain(name: string, options: SlurmOptions): Promise<FleetFile> {
    const { jobs } = await this.status(name, new Set())
    const left = jobs.filter(({ state }) => state === 'unfinished').map(({ index }) => index)
    if (left.length > 0) return this.#submit(name, left, options)
    throw new Failure(
      'bad-input',
      `All jobs of the fleet “${name}” are finished.`,
      `See: folio-lab fleet status ${name}`,
    )
  }

  /** All of them, those too of which nothing is known, with the reason. */
  statuses(known: ReadonlySet<RunId>): Promise<FleetStatus[]> {
    return Promise.all(
      this.#read().fleets.map(async ({ name, folder }) => {
        try {
          return await this.status(name, known)
        } catch (error) {
          return { name, folder, createdAt: null, jobs: [], failure: toFailureRecord(error) }
        }
      }),
    )
  }

  /** How each job stands; `known` are the runs that are in the library. */
  async status(name: string, known: ReadonlySet<RunId>): Promise<FleetStatus> {
    const folder = this.#folderOf(name)
    const { createdAt, jobs, submissions } = readFleet(folder)
    if (!isSlurmHere())
      return {
        name,
        folder,
        createdAt,
        jobs: jobs.map((_, index) => statusInFolder(folder, index, known)),
        failure: null,
      }
    const tasks = new Map<number, SlurmTask>()
    for (const { arrayId } of submissions)
      for (const task of await tasksOf(arrayId)) tasks.set(task.job, task)
    const finished = jobs.some(
      (_, index) => !tasks.has(index) && runFilesIn(jobFolder(folder, index)).length === 0,
    )
      ? await readFinishedJobs()
      : new Map<number, string>()
    return {
      name,
      folder,
      createdAt,
      jobs: jobs.map((_, index) => jobStatus(folder, index, tasks.get(index), finished, known)),
      failure: null,
    }
  }

  /** Takes every complete run that the library does not have; as often as one likes. */
  async collect(name: string, { known, take }: RunTaker): Promise<Collection> {
    const folder = this.#folderOf(name)
    const before = await known()
    const runs = readFleet(folder).jobs.flatMap((_, index) => runFilesIn(jobFolder(folder, index)))
    const fresh = runs.filter(run => !before.has(run.id))
    const collected: RunId[] = []
    const refused: string[] = []
    for (const { id, file } of fresh)
      try {
        collected.push(take(() => readText(file, largestRunFile)))
      } catch (error) {
        // Another collection may have taken it at the same time.
        if ((await known()).has(id)) continue
        if (!(error instanceof Failure)) throw error
        refused.push(`${file}: ${error.message}`)
      }
    return { collected, known: runs.length - collected.length - refused.length, refused }
  }

  /** Cancels what waits and runs. What was measured is kept; it can be submitted again. */
  async cancel(name: string): Promise<void> {
    for (const { arrayId } of readFleet(this.#folderOf(name)).submissions) await scancel(arrayId)
  }

  async #submit(name: string, indices: readonly number[], options: SlurmOptions): Promise<FleetFile> {
    const folder = this.#folderOf(name)
    let fleet = readFleet(folder)
    // The folder may be another one than before.
    await write(path.join(folder, 'job.sh'), slurmScript(folder))
    for (const [place, jobs] of arraysOf(folder, fleet.jobs, indices)) {
      const arrayId = await sbatch(sbatchWords(fleet, folder, jobs, place, options))
      fleet = { ...fleet, submissions: [...fleet.submissions, { arrayId, jobs }] }
      await writeFleet(folder, fleet)
    }
    return fleet
  }

  #folderOf(name: string): string {
    const { fleets } = this.#read()
    const folder = fleets.find(fleet => fleet.name === name)?.folder
    if (folder !== undefined) return folder
    throw new Failure(
      'not-found',
      `There is no fleet “${name}”.`,
      fleets.length === 0
        ? 'Submit one: folio-lab fleet submit NAME'
        : `Choose among ${this.names().join(', ')}.`,
    )
  }

  #read(): FleetRegistry {
    return existsSync(this.#registry) ? parse(FleetRegistry, this.#registry) : noFleets
  }

  async #write(registry: FleetRegistry): Promise<void> {
    makeFolder(path.dirname(this.#registry))
    await write(this.#registry, json(registry))
  }
}

/** Jobs that go to one kind of place are one array. */
function arraysOf(
  folder: string,
  jobs: readonly FleetJob[],
  indices: readonly number[],
): [FleetJob, number[]][] {
  const arrays = new Map<string, [FleetJob, number[]]>()
  for (const index of indices) {
    const job = jobs[index] ?? { node: null, constraint: null }
    const [begun] = nodesOf(jobFolder(folder, index)).filter(node => hasBegun(folder, index, node))
    const place = begun === undefined ? job : { ...job, node: begun }
    const key = JSON.stringify(place)
    const array = arrays.get(key) ?? [place, []]
    array[1].push(index)
    arrays.set(key, array)
  }
  return [...arrays.values()]
}

function hasBegun(folder: string, index: number, node: string): boolean {
  return existsSync(path.join(jobFolder(folder, index), node, 'journal'))
}

const waiting = new Set(['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'SUSPENDED', 'SPECIAL_EXIT'])
const running = new Set(['RUNNING', 'COMPLETING', 'STAGE_OUT', 'SIGNALING'])

function jobStatus(
  folder: string,
  index: number,
  task: SlurmTask | undefined,
  finished: ReadonlyMap<number, string>,
  known: ReadonlySet<RunId>,
): FleetJobStatus {
  const there = statusInFolder(folder, index, known)
  if (there.run !== null) return there
  const node = task?.node ?? there.node
  if (task && waiting.has(task.state))
    return { index, state: 'waiting', node: null, run: null, detail: task.reason }
  if (task && running.has(task.state)) return { index, state: 'running', node, run: null, detail: '' }
  const ending =
    task?.state ??
    finished.get(slurmJobOf(jobFolder(folder, index), there.node)) ??
    'no longer known to Slurm'
  return { index, state: 'unfinished', node, run: null, detail: ending.toLowerCase() }
}

/** As far as the folder shows: where the cluster cannot be asked, nothing else is known. */
function statusInFolder(folder: string, index: number, known: ReadonlySet<RunId>): FleetJobStatus {
  const job = jobFolder(folder, index)
  const [run] = runFilesIn(job)
  if (run) {
    const state = known.has(run.id) ? 'collected' : 'finished'
    return { index, state, node: run.node, run: run.id, detail: '' }
  }
  const [node = null] = nodesOf(job)
  const state = node === null ? 'waiting' : 'running'
  return { index, state, node, run: null, detail: 'Slurm cannot be asked on this machine' }
}

function slurmJobOf(job: string, node: string | null): number {
  const file = path.join(job, node ?? '', 'slurm-job')
  return node !== null && existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
}

function readFleet(folder: string): FleetFile {
  const file = path.join(folder, descriptionName)
  if (existsSync(file)) return parse(FleetFile, file)
  throw new Failure(
    'not-found',
    `The folder of the fleet is not here: there is no ${file}.`,
    'Mount the file system that it is on. If it was moved: folio-lab fleet add FOLDER. ' +
      `If it is gone: folio-lab fleet forget ${path.basename(folder)}.`,
  )
}

async function writeFleet(folder: string, fleet: FleetFile): Promise<void> {
  await write(path.join(folder, descriptionName), json(fleet))
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text, { overwrite: true, libraries: [] })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

type Parser<T> = Readonly<{
  safeParse: (
    value: unknown,
  ) => { success: true; data: T } | { success: false; error: Parameters<typeof describeInputError>[0] }
}>

function parse<T>(schema: Parser<T>, file: string): T {
  const read = schema.safeParse(parseJson([...readText(file, largestFile)].join('')))
  if (read.success) return read.data
  throw new Failure(
    'bad-input',
    `${file} is damaged: ${describeInputError(read.error)}.`,
    'Restore it from a copy.',
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
