/**
 * A machine has one run at a time: the measuring process holds a name in the abstract namespace
 * (unix(7)), which the kernel frees when its holder is gone. The name is only held, nothing is sent
 * over it: a stranger who takes it or connects to it can get a run refused, and nothing else.
 */
import { createServer, type Server } from 'node:net'
import { Failure } from '../contract/failure.ts'

const addressBytes = 108 // of `sun_path`, unix(7)

type Environment = Readonly<Record<string, string | undefined>>

export type MachineLock = Readonly<{ release: () => Promise<void> }>

/**
 * The name on this machine and on every other; tests have names of their own, so as
 * not to wait for each other.
 */
export function runLockName(environment: Environment): string {
  const named = environment.FOLIO_LAB_RUN_LOCK ?? ''
  return named === '' ? 'folio-lab-run' : named
}

/**
 * Takes the name; rejects with `busy` while another process has it, and with `bad-input` when it is
 * too long.
 */
export async function lockMachine(name: string): Promise<MachineLock> {
  const server = await takeName(name)
  return { release: () => new Promise(resolve => server.close(() => resolve())) }
}

async function takeName(name: string): Promise<Server> {
  const server = createServer(stranger => stranger.on('error', () => undefined).destroy())
  try {
    await listen(server, name)
  } catch (error) {
    throw isAddressInUse(error) ? busyFailure(name) : error
  }
  return server.unref()
}

function busyFailure(name: string): Failure {
  return new Failure(
    'busy',
    'Another run is under way on this machine, by another user or into another library.',
    'Wait for it or cancel it: two runs at a time would disturb each other. ' +
      `“ss -xlp” shows, as root, which process holds the name @${name}; if it is not a run, choose another name in FOLIO_LAB_RUN_LOCK.`,
  )
}

function listen(server: Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(address(name), () => resolve())
  })
}

/**
 * The name at its full length: zero bytes count in the abstract namespace, and runtimes
 * differ in whether they add them to a shorter one (Electron 33 does, Node 24 does not), so
 * that they would not meet.
 */
function address(name: string): string {
  const bytes = Buffer.byteLength(name)
  const room = addressBytes - 1 // the first byte says that the name is abstract
  if (bytes > room)
    throw new Failure(
      'bad-input',
      `The name in FOLIO_LAB_RUN_LOCK has ${bytes} bytes; at most ${room} are possible.`,
      'Choose a shorter one, or unset it.',
    )
  return `\0${name}${'\0'.repeat(room - bytes)}`
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
