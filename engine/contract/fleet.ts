import * as z from 'zod'
import { lineCharacters, listUpTo, Moment, textUpTo } from './bounds.ts'
import { FailureRecord } from './failure.ts'
import { RunId } from './run.ts'
import { MachineName } from './target-machine.ts'

const mostJobs = 10_000
const mostFleets = 10_000
const word = textUpTo(lineCharacters)

/** Name of a fleet; also that of its folder. */
export const FleetName = MachineName

/** The options that `run` gets on each node: a plan is made there, of what the node is. */
export const RunWords = z.object({
  preset: word,
  target: z.enum(['host', 'model']),
  bench: word.exactOptional(),
  variant: word.exactOptional(),
  size: word.exactOptional(),
  folio: word.exactOptional(),
  tasks: word.exactOptional(),
  samples: word.exactOptional(),
  budget: word.exactOptional(),
  resolution: word.exactOptional(),
  warmup: word.exactOptional(),
  seed: word.exactOptional(),
  label: word.exactOptional(),
  cpus: word.exactOptional(),
  changeSettings: z.boolean().exactOptional(),
  work: word,
  form: word,
  readers: word,
  returns: word,
})
export type RunWords = z.infer<typeof RunWords>

/** One run on one machine; null: any. */
export const FleetJob = z.object({
  /** Name of a node. */
  node: word.nullable(),
  /** What a node must offer, as the cluster words it. */
  constraint: word.nullable(),
})
export type FleetJob = z.infer<typeof FleetJob>

/**
 * What a fleet is to do: the same for every engine that runs it. Jobs are named by
 * their places in the list.
 */
export const FleetDescription = z.object({
  format: z.literal('folio-lab/fleet/1'),
  name: FleetName,
  createdAt: Moment,
  /** The name that a run has on a machine. */
  lockName: word,
  words: RunWords,
  jobs: listUpTo(FleetJob, mostJobs).min(1),
})
export type FleetDescription = z.infer<typeof FleetDescription>

/** A fleet with what was submitted of it: each array of jobs with the id that Slurm gave it. */
export const FleetFile = FleetDescription.extend({
  submissions: listUpTo(
    z.object({ arrayId: z.int().min(1), jobs: listUpTo(z.int().min(0), mostJobs) }),
    mostJobs,
  ),
})
export type FleetFile = z.infer<typeof FleetFile>

/** Where the fleets of one user are. */
export const FleetRegistry = z.object({
  format: z.literal('folio-lab/fleets/1'),
  fleets: listUpTo(z.object({ name: FleetName, folder: word }), mostFleets),
})
export type FleetRegistry = z.infer<typeof FleetRegistry>

export const noFleets: FleetRegistry = { format: 'folio-lab/fleets/1', fleets: [] }

/** The list of fleets inside a data folder. */
export function fleetRegistryPath(folder: string): string {
  return `${folder}/fleets.json`
}

/**
 * `waiting` and `running`: as the engine says; `finished`: its run is there to be
 * collected; `collected`: it is in the library; `unfinished`: it ended without a complete
 * run, and can be submitted again.
 */
export const FleetJobState = z.enum(['waiting', 'running', 'finished', 'collected', 'unfinished'])
export type FleetJobState = z.infer<typeof FleetJobState>

export const FleetJobStatus = z.object({
  index: z.int().min(0),
  state: FleetJobState,
  /** Where it ran or runs; null: nowhere yet. */
  node: z.string().nullable(),
  run: RunId.nullable(),
  /** What the engine or the runner says, for people. */
  detail: z.string(),
})
export type FleetJobStatus = z.infer<typeof FleetJobStatus>

export const FleetStatus = z.object({
  name: z.string(),
  folder: z.string(),
  /** Null where the folder does not tell. */
  createdAt: Moment.nullable(),
  jobs: z.array(FleetJobStatus),
  /** Why nothing is known of its jobs, as when its folder was moved. */
  failure: FailureRecord.nullable(),
})
export type FleetStatus = z.infer<typeof FleetStatus>

/** What became of a collection. */
export const Collection = z.object({
  /** Runs that are new in the library. */
  collected: z.array(RunId),
  /** How many were in it already. */
  known: z.int(),
  /** Files that could not be taken, with the reason. */
  refused: z.array(z.string()),
})
export type Collection = z.infer<typeof Collection>
