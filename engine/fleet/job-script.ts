/** The script of a job: one text with two beginnings, for Slurm and for a shell alone. Pure. */
import type { FleetDescription, FleetJob } from '../contract/fleet.ts'

/**
 * Of a kit, beside the agents: `folio-agent-ARCHITECTURE`, and
 * `node-ARCHITECTURE` where Node comes along.
 */
export const runnerName = 'runner.js'
export const descriptionName = 'fleet.json'

export type SlurmOptions = Readonly<{
  partition?: string
  time?: string
  /** Further options of sbatch, word for word. */
  extra: readonly string[]
}>

/** What a node does with the kit: `kit`, `output` and `node` are set before it. */
const body = [
  'folio_node="$kit/node-$(uname -m)"',
  '[ -x "$folio_node" ] || folio_node=$(command -v node) || {',
  '  echo "There is no Node on this machine. Install Node 20 or newer, or let the fleet copy one (--with-node)." >&2',
  '  exit 1',
  '}',
  '"$folio_node" -e "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)" || {',
  '  echo "$folio_node is older than Node 20." >&2',
  '  exit 1',
  '}',
]

/** The script that is submitted for every job; its kit is in a folder that all nodes see. */
export function slurmScript(folder: string): string {
  return lines(
    '#!/bin/sh',
    '# A job of Folio Lab, for sbatch. A job that is started again does what is missing.',
    `kit=${quoted(folder)}`,
    'output="$kit/jobs/$SLURM_ARRAY_TASK_ID"',
    'node=${SLURMD_NODENAME:-$(uname -n)}',
    'mkdir -p "$output/$node" && echo "$SLURM_JOB_ID" >"$output/$node/slurm-job" || exit 1',
    ...body,
    `exec "$folio_node" "$kit/${runnerName}" "$kit" "$output" "$node"`,
  )
}

/** The words of sbatch for an array of jobs that are all to run at one kind of place. */
export function sbatchWords(
  { name }: Pick<FleetDescription, 'name'>,
  folder: string,
  jobs: readonly number[],
  { node, constraint }: FleetJob,
  { partition, time, extra }: SlurmOptions,
): string[] {
  return [
    '--parsable',
    `--job-name=folio-lab-${name}`,
    `--array=${jobs.join(',')}`,
    '--nodes=1',
    '--exclusive', // a run has its machine to itself
    '--requeue',
    '--open-mode=append',
    `--output=${folder}/log/%a.txt`,
    `--chdir=${folder}`,
    ...(node === null ? [] : [`--nodelist=${node}`]),
    ...(constraint === null ? [] : [`--constraint=${constraint}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...extra,
    `${folder}/job.sh`,
  ]
}

/**
 * The same job for a machine that only has a shell: the kit is in the script, and goes to a folder
 * of its own for as long as it is needed. `archive` is a gzip-compressed tar file in base64.
 */
export function plainScript({ name }: Pick<FleetDescription, 'name'>, archive: string): string {
  return lines(
    '#!/bin/sh',
    `# The job “${name}” of Folio Lab:  sh SCRIPT [FOLDER]`,
    '# Measures this machine and leaves the run in FOLDER/HOST, by default in the present folder. Started again with the same',
    '# FOLDER it does what is missing. To take the run in: folio-lab runs import FOLDER/HOST/ID.folio-run.json',
    'output=${1:-.}',
    'node=$(uname -n)',
    'kit=$(mktemp -d) || exit 1',
    'trap \'rm -rf "$kit"\' EXIT',
    "trap 'exit 130' HUP INT TERM",
    `sed '1,/^__KIT__$/d' "$0" | base64 -d | tar -xz -C "$kit" || exit 1`,
    ...body,
    `"$folio_node" "$kit/${runnerName}" "$kit" "$output" "$node" &`,
    "trap 'kill -TERM $!; wait $!; exit 130' HUP INT TERM",
    'wait $!',
    'exit $?',
    '__KIT__',
    archive,
  )
}

function lines(...texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}

/** A word of a shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
