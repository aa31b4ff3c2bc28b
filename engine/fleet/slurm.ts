/** Slurm's own programs: what they are given, and what they print. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { Failure } from '../contract/failure.ts'

const runProgram = promisify(execFile)
const largestOutput = 64 * 1024 * 1024

/** A task of an array as Slurm reports it. */
export type SlurmTask = Readonly<{ job: number; state: string; node: string | null; reason: string }>

/** Whether this machine belongs to a cluster, judging by its programs. */
export function isSlurmHere(): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return folders.some(folder => existsSync(path.join(folder, 'scontrol')))
}

/** Submits and returns the id of the array. */
export async function sbatch(words: readonly string[]): Promise<number> {
  const output = await slurm('sbatch', words)
  const id = Number(output.trim().split(';')[0])
  if (Number.isInteger(id) && id > 0) return id
  throw new Failure('internal', `sbatch answered “${output.trim()}”, which is not a job id.`)
}

/** Cancels all jobs of an array; one that is over already is as good as cancelled. */
export async function scancel(arrayId: number): Promise<void> {
  try {
    await slurm('scancel', [String(arrayId)])
  } catch (error) {
    if (!isForgotten(error)) throw error // what is over cannot be cancelled
  }
}

/** The tasks of an array; empty when Slurm does not remember it any more. */
export async function tasksOf(arrayId: number): Promise<SlurmTask[]> {
  try {
    return parseTasks(await slurm('scontrol', ['show', 'job', '-o', String(arrayId)]), arrayId)
  } catch (error) {
    if (isForgotten(error)) return []
    throw error
  }
}

/**
 * From the lines of `scontrol show job -o`. Tasks that wait share a line, and the last one of an
 * array carries the id of the array, so that a task is known by its number alone.
 */
export function parseTasks(text: string, arrayId: number): SlurmTask[] {
  return text
    .split('\n')
    .map(fieldsOf)
    .filter(fields => Number(fields.get('ArrayJobId')) === arrayId)
    .flatMap(fields =>
      numbersIn(fields.get('ArrayTaskId') ?? '').map(job => ({
        job,
        state: fields.get('JobState') ?? 'UNKNOWN',
        node: known(fields.get('BatchHost')) ?? known(fields.get('NodeList')),
        reason: known(fields.get('Reason')) ?? '',
      })),
    )
}

/**
 * Ends of jobs that Slurm has forgotten, by their ids, where it writes them to a text
 * file that may be read here.
 */
export async function readFinishedJobs(): Promise<ReadonlyMap<number, string>> {
  const settings = await slurm('scontrol', ['show', 'config'])
  const file = settingOf(settings, 'JobCompLoc')
  if (settingOf(settings, 'JobCompType') !== 'jobcomp/filetxt' || file === undefined || !existsSync(file))
    return new Map()
  try {
    return parseFinishedJobs(readFileSync(file, 'utf8'))
  } catch {
    return new Map() // often root's alone
  }
}

function settingOf(settings: string, name: string): string | undefined {
  return new RegExp(`^${name} *= *(\\S+)`, 'm').exec(settings)?.[1]
}

/** A job that was requeued has several lines, the last of which counts. */
export function parseFinishedJobs(text: string): ReadonlyMap<number, string> {
  return new Map(
    text.split('\n').flatMap(line => {
      const fields = fieldsOf(line)
      const id = Number(fields.get('JobId'))
      return Number.isInteger(id) && id > 0 ? [[id, fields.get('JobState') ?? ''] as const] : []
    }),
  )
}

/**
 * `Name=value` words; a value with spaces loses what is behind the first, which nothing here needs.
 */
function fieldsOf(line: string): ReadonlyMap<string, string> {
  return new Map(
    line.split(' ').flatMap(word => {
      const at = word.indexOf('=')
      return at < 0 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const]
    }),
  )
}

/** `3`, `0-2,5-11%4`: what is behind the percent sign is how many may run at once. */
function numbersIn(text: string): number[] {
  return (text.split('%')[0] ?? '').split(',').flatMap(part => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? []
    if (first === undefined) return []
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index)
  })
}

function known(text: string | undefined): string | null {
  return text === undefined || text === '' || text === '(null)' || text === 'None' ? null : text
}

async function slurm(program: string, words: readonly string[]): Promise<string> {
  try {
    const { stdout } = await runProgram(program, words, { maxBuffer: largestOutput })
    return stdout
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT')
      throw new Failure(
        'unsupported',
        `${program} is not in PATH: there is no Slurm here.`,
        'Submit from a machine of the cluster, or run the job by other means: folio-lab fleet script',
        { cause: error },
      )
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new SlurmFailure(program, said, error)
  }
}

class SlurmFailure extends Failure {
  readonly said: string

  constructor(program: string, said: string, cause: unknown) {
    super('unreachable', `${program} failed: ${said}.`, 'See what “scontrol ping” and “sinfo” say.', {
      cause,
    })
    this.said = said
  }
}

function isForgotten(error: unknown): boolean {
  return error instanceof SlurmFailure && /Invalid job id|already completing or completed/i.test(error.said)
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error
}
