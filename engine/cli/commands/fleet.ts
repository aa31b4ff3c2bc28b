import path from 'node:path'
import { randomInt } from 'node:crypto'
import type { Command } from 'commander'
import { describeInputError, Failure } from '../../contract/failure.ts'
import {
  FleetDescription,
  fleetRegistryPath,
  type Collection,
  type FleetJob,
  type FleetStatus,
} from '../../contract/fleet.ts'
import { dataFolder } from '../../process/data-folder.ts'
import { homedir } from 'node:os'
import { Fleets } from '../../fleet/fleets.ts'
import { packKit, type KitSources } from '../../fleet/kit.ts'
import { plainScript, type SlurmOptions } from '../../fleet/job-script.ts'
import type { Library } from '../../library/library.ts'
import { runTaker } from '../../fleet/run-taker.ts'
import { runLockName } from '../../process/machine-lock.ts'
import { left, right, textCell, type Table } from '../../report/content/table.ts'
import { renderText } from '../../report/format/text.ts'
import { agentPath, runnerPath } from '../agent-path.ts'
import { withLibrary, type CommonOptions } from '../context.ts'
import { overwriteOption, writeOutput, type OutputOptions } from '../output-file.ts'
import { parseList, parseWholeNumber } from '../parse.ts'
import { addPlanOptions } from '../plan-command.ts'
import type { RunOptions } from '../plan-options.ts'
import { print, printJson, say } from '../terminal.ts'

type SubmitOptions = CommonOptions &
  RunOptions &
  Readonly<{
    folder: string
    jobs: string
    nodes?: string
    constraint?: string
    partition?: string
    time?: string
    sbatch?: string
    withNode?: boolean
    again?: boolean
  }>

const fleetTargets = 'host, model'
const exampleName = 'Example: folio-lab fleet submit zen --constraint zen3,zen4 --jobs 2'

/** `fleet`: the same run on many machines, by an engine that is there. */
export function addFleetCommand(program: Command): void {
  const fleet = program
    .command('fleet')
    .description('the same run on many machines: submit, watch and collect jobs of Slurm, or write a script')
  addPlanOptions(
    fleet
      .command('submit <name>')
      .description('submit one job a machine to Slurm; takes the options of “run” for host and model')
      .option('--folder <DIR>', 'where the fleet has its folder; every node must see it', '.')
      .option('--jobs <N>', 'runs on each node or constraint, or of all when neither is named', '1')
      .option('--nodes <LIST>', 'nodes by name; each gets --jobs runs')
      .option('--constraint <LIST>', 'features that nodes offer; each gets --jobs runs')
      .option('--partition <NAME>', 'the partition')
      .option('--time <LIMIT>', 'the time limit of a job, as sbatch takes it')
      .option('--sbatch <LIST>', 'further options of sbatch, such as --account=mm,--qos=low')
      .option('--with-node', 'copy this Node (about 120 MB) for nodes that have none')
      .option('--again', 'submit the unfinished jobs of a fleet again; a run that was started continues')
      .option('--json', 'print the fleet as JSON'),
    fleetTargets,
  ).action(submit)
  fleet
    .command('status [name]')
    .description('show the fleets, or the jobs of one')
    .option('--db <FILE>', 'the library')
    .option('--json', 'print it as JSON')
    .action(status)
  fleet
    .command('collect [name]')
    .description('import the complete runs of a fleet, or of all fleets, each once')
    .option('--db <FILE>', 'the library')
    .option('--json', 'print what was collected as JSON')
    .action(collect)
  fleet
    .command('cancel <name>')
    .description('cancel waiting and running jobs; the samples so far are kept')
    .option('--json', 'print the fleet as JSON')
    .action(cancel)
  fleet
    .command('add <folder>')
    .description('put a fleet on the list that was moved, or submitted by somebody else, by its folder')
    .option('--json', 'print the fleet as JSON')
    .action(add)
  fleet
    .command('forget <name>')
    .description('take a fleet off the list; its folder and its jobs stay as they are')
    .option('--json', 'print the fleet as JSON')
    .action(forget)
  addPlanOptions(
    fleet
      .command('script <name>')
      .description(
        'write the job as one shell script that needs nothing but Node: for cron, Kubernetes, LAVA',
      )
      .option('--output <FILE>', 'the script', '-')
      .option('--with-node', 'include this Node in the script (about 50 MB)')
      .option(...overwriteOption),
    fleetTargets,
  ).action(script)
}

async function submit(name: string, options: SubmitOptions): Promise<void> {
  const slurm: SlurmOptions = {
    ...(options.partition === undefined ? {} : { partition: options.partition }),
    ...(options.time === undefined ? {} : { time: options.time }),
    extra: parseList(options.sbatch ?? ''),
  }
  const fleet =
    options.again === true
      ? await fleets().submitAgain(name, slurm)
      : await fleets().submit(
          descriptionFrom(name, jobsFrom(options), options),
          options.folder,
          sources(options),
          slurm,
        )
  if (options.json === true) printJson(fleet)
  else {
    const ids = fleet.submissions.map(({ arrayId }) => arrayId).join(', ')
    say(`Submitted as ${ids}. To see its state: folio-lab fleet status ${name}`)
  }
}

/** So many runs for each node or constraint; of any machine when none is named. */
function jobsFrom({ jobs, nodes, constraint }: SubmitOptions): FleetJob[] {
  if (nodes !== undefined && constraint !== undefined)
    throw new Failure('bad-input', '--nodes was given together with --constraint.', 'Give one of them.')
  const count = parseWholeNumber('--jobs', jobs)
  const places: FleetJob[] =
    nodes !== undefined
      ? parseList(nodes).map(node => ({ node, constraint: null }))
      : constraint !== undefined
        ? parseList(constraint).map(feature => ({ node: null, constraint: feature }))
        : [{ node: null, constraint: null }]
  return places.flatMap(place => Array.from({ length: Math.max(0, count) }, () => place))
}

function descriptionFrom(name: string, jobs: readonly FleetJob[], options: RunOptions): FleetDescription {
  const description = FleetDescription.safeParse({
    format: 'folio-lab/fleet/1',
    name,
    createdAt: Date.now(),
    lockName: runLockName(process.env),
    words: { ...options, seed: options.seed ?? String(randomInt(2 ** 32)) }, // one schedule for all
    jobs,
  })
  if (description.success) return description.data
  throw new Failure('bad-input', `${describeInputError(description.error)}.`, exampleName)
}

function sources({ withNode }: Readonly<{ withNode?: boolean }>): KitSources {
  return {
    agentPath: agentPath(process.env),
    runner: runnerPath(),
    node: withNode === true ? process.execPath : null,
  }
}

async function status(name: string | undefined, options: CommonOptions): Promise<void> {
  await withLibrary(options, async library => {
    const known = await runTaker(library).known()
    const all = name === undefined ? await fleets().statuses(known) : [await fleets().status(name, known)]
    if (options.json === true) printJson(name === undefined ? all : all[0])
    else if (all.length === 0) say('There is no fleet yet. Submit one: folio-lab fleet submit NAME')
    else print(renderText(name === undefined ? [fleetsTable(all)] : all.map(jobsTable)))
  })
}

const states = ['waiting', 'running', 'finished', 'collected', 'unfinished'] as const

function fleetsTable(all: readonly FleetStatus[]): Table {
  return {
    title: 'Fleets',
    columns: [left('name'), ...states.map(right), left('folder')],
    rows: all.map(({ name, jobs, folder }) => [
      textCell(name),
      ...states.map(state => textCell(String(jobs.filter(job => job.state === state).length))),
      textCell(folder),
    ]),
    notes: all.flatMap(({ name, failure }) =>
      failure === null ? [] : [`${name}: ${failure.message} ${failure.advice}`],
    ),
  }
}

function jobsTable({ name, jobs }: FleetStatus): Table {
  return {
    title: `Jobs of ${name}`,
    columns: [right('job'), left('state'), left('node'), left('run'), left('detail')],
    rows: jobs.map(({ index, state, node, run, detail }) =>
      [String(index), state, node ?? '', run?.slice(0, 8) ?? '', detail].map(textCell),
    ),
    notes: [
      ...(jobs.some(({ state }) => state === 'finished')
        ? [`To import the runs: folio-lab fleet collect ${name}`]
        : []),
      ...(jobs.some(({ state }) => state === 'unfinished')
        ? [`To run the unfinished jobs again: folio-lab fleet submit ${name} --again`]
        : []),
    ],
  }
}

async function collect(name: string | undefined, options: CommonOptions): Promise<void> {
  await withLibrary(options, async (library: Library) => {
    const collections = []
    for (const fleet of name === undefined ? fleets().names() : [name])
      collections.push({ name: fleet, ...(await collectOne(fleet, library, name === undefined)) })
    if (options.json === true) printJson(collections)
    for (const { name: fleet, collected, known, refused } of collections) {
      say(`${fleet}: ${collected.length} new, ${known} in the library already.`)
      for (const reason of refused) say(`Not imported: ${reason}`)
      if (refused.length > 0) process.exitCode = 1
    }
  })
}

/** `isOfAll`: one that cannot be read does not stop the others from being collected. */
async function collectOne(name: string, library: Library, isOfAll: boolean): Promise<Collection> {
  try {
    return await fleets().collect(name, runTaker(library))
  } catch (error) {
    if (!isOfAll || !(error instanceof Failure)) throw error
    return { collected: [], known: 0, refused: [`${error.message} ${error.advice}`] }
  }
}

async function add(folder: string, { json }: CommonOptions): Promise<void> {
  const name = await fleets().add(folder)
  if (json === true) printJson({ name, folder: path.resolve(folder) })
  else say(`“${name}” is on the list. To see how it stands: folio-lab fleet status ${name}`)
}

async function forget(name: string, { json }: CommonOptions): Promise<void> {
  await fleets().forget(name)
  if (json === true) printJson({ name })
  else say(`“${name}” is off the list; its folder and its jobs stay as they are.`)
}

async function cancel(name: string, { json }: CommonOptions): Promise<void> {
  await fleets().cancel(name)
  if (json === true) printJson({ name })
  else
    say(
      `“${name}” is cancelled; the samples so far are kept. To continue: folio-lab fleet submit ${name} --again`,
    )
}

async function script(
  name: string,
  options: RunOptions & OutputOptions & Readonly<{ output: string; withNode?: boolean }>,
): Promise<void> {
  const description = descriptionFrom(name, [{ node: null, constraint: null }], options)
  const text = plainScript(description, await packKit(description, sources(options)))
  await writeOutput(options.output === '-' ? '-' : path.resolve(options.output), text, options)
}

function fleets(): Fleets {
  return new Fleets(fleetRegistryPath(dataFolder(process.env, homedir())))
}
