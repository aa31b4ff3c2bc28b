/**
 * One run at a time on a machine. The lock is a listening socket in Linux's abstract namespace (unix(7)): the kernel
 * lets one process have the name and frees it the moment that process is gone, however it ended. So there is nothing
 * stale to detect after a crash or a reboot, no file is left behind, and it holds across users and databases.
 * Whoever connects is told which run holds it.
 */
import { connect, createServer, type Server } from 'node:net'
import { Failure } from '../contract/failure.ts'
import { RunId } from '../contract/run.ts'
import type { Milliseconds } from '../contract/units.ts'

const addressBytes = 108 // of `sun_path`, unix(7)
const answerLimit: Milliseconds = 2000 // the holder only has to come round its event loop

export type RunLock = Readonly<{ release: () => Promise<void> }>

/** Who holds the lock; `unknown` when the holder does not say. */
export type RunLockHolder = Readonly<{ runId: RunId; pid: number }> | 'unknown'

/** The name of the lock on this machine; tests set the variable, so that they need not wait for each other. */
export function runLockName(environment: Readonly<Record<string, string | undefined>>): string {
  return environment.FOLIO_LAB_RUN_LOCK ?? 'folio-lab-run'
}

/** Takes the lock for a run; rejects with `busy` while another process has it. */
export async function acquireRunLock(name: string, runId: RunId): Promise<RunLock> {
  const server = createServer(socket => socket.on('error', () => undefined).end(`${runId} ${process.pid}`))
  try {
    await listen(server, name)
  } catch (error) {
    if (!isAddressInUse(error)) throw error
    throw busyFailure(await findRunLockHolder(name))
  }
  server.unref()
  return { release: () => new Promise(resolve => server.close(() => resolve())) }
}

/** Who holds the lock now; null when it is free. */
export function findRunLockHolder(name: string): Promise<RunLockHolder | null> {
  return new Promise(resolve => {
    let text = ''
    const socket = connect(address(name))
    socket.setTimeout(answerLimit, () => socket.destroy())
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    socket.on('error', () => resolve(null)) // nobody listens; a later `close` changes nothing
    socket.on('close', () => resolve(parseHolder(text)))
  })
}

function parseHolder(text: string): RunLockHolder {
  const [id, pid] = text.split(' ')
  const runId = RunId.safeParse(id)
  return runId.success ? { runId: runId.data, pid: Number(pid) } : 'unknown'
}

function busyFailure(holder: RunLockHolder | null): Failure {
  const who = holder === null || holder === 'unknown' ? '' : ` (run ${holder.runId}, process ${holder.pid})`
  return new Failure(
    'busy',
    `Another run is under way on this machine${who}.`,
    'Wait for it or cancel it: two runs at a time would measure each other.',
  )
}

function listen(server: Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(address(name), () => resolve())
  })
}

/**
 * The name at its full length: zero bytes count in the abstract namespace, and runtimes differ in whether they add
 * them to a shorter one (Electron 33 does, Node 24 does not), so that they would not meet.
 */
function address(name: string): string {
  return `\0${name}`.padEnd(addressBytes, '\0')
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
