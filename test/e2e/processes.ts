/** Processes as /proc shows them. */
import { readdirSync, readFileSync } from 'node:fs'

/** A process, told from a later one of the same number by the time it started. */
export type ProcessIdentity = Readonly<{ pid: number; startTime: string; command: string }>

/** Every process below `pid`, children first. */
export function descendantsOf(pid: number): ProcessIdentity[] {
  const all = listProcesses()
  function below(parent: number): ProcessIdentity[] {
    return all.filter(one => one.parent === parent).flatMap(child => [child, ...below(child.pid)])
  }
  return below(pid)
}

/**
 * Every process that was started with this word in its environment, whoever its parent is by now.
 */
export function processesWith(variable: string, value: string): ProcessIdentity[] {
  return listProcesses().filter(({ pid }) => environmentOf(pid).includes(`${variable}=${value}`))
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return readProcess(pid)?.startTime === startTime
}

type ListedProcess = ProcessIdentity & Readonly<{ parent: number }>

function listProcesses(): ListedProcess[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => readProcess(Number(name)) ?? [])
}

/** Null for one that is gone or only waits to be buried by its parent. */
function readProcess(pid: number): ListedProcess | null {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === '') return null
  // The name in brackets may hold anything; the fields after it are numbered from 3 in proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent] = fields
  const startTime = fields[19]
  if (state === undefined || startTime === undefined || 'ZX'.includes(state)) return null
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
  return { pid, parent: Number(parent), startTime, command }
}

function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it ended in the meantime
  }
}
