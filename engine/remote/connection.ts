/** One ssh connection to another machine, kept for all that is done there. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../contract/failure.ts'
import type { TargetMachine } from '../contract/target-machine.ts'
import type { Milliseconds } from '../contract/units.ts'
import { commandWords, connectSeconds, masterWords } from './ssh-words.ts'
import { sshFailure, sshMissing } from './ssh-failure.ts'

const lookInterval: Milliseconds = 20
// Resolving, connecting, and proving who one is.
const openLimit: Milliseconds = 3 * connectSeconds * 1000
// A command asks for a line or two; start-up files of a shell may take their time.
const commandLimit: Milliseconds = 20_000
const keptCharacters = 4000
const largestOutput = 1_000_000 // characters; /proc/stat of the largest machines has a tenth of it
// ssh adds a word of its own while it makes the socket, and unix(7) takes 107.
const longestSocketPath = 80

/** What a command wrote, and the status that it ended with; null: by a signal. */
export type CommandEnd = Readonly<{
  output: string
  log: string
  status: number | null
  /** Why it was given up: it had not ended in time, or it wrote too much; null: it was not. */
  givenUp: 'late' | 'endless' | null
}>

/** Of the connections of this process; one that ends with a connection open leaves no folder. */
const folders = new Set<string>()
process.once('exit', () => folders.forEach(removeFolder))

export class Connection {
  readonly machine: TargetMachine
  readonly #master: ChildProcess
  readonly #folder: string
  readonly #ended: Promise<void>
  #isOver = false
  #said = ''

  private constructor(machine: TargetMachine, tether: string) {
    this.machine = machine
    this.#folder = privateFolder()
    // The agent's program ties ssh to this process: it would go on without it.
    const words = ['tether', String(process.pid), 'ssh', ...masterWords(machine, this.#socket)]
    this.#master = spawn(tether, words, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    this.#master.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-keptCharacters)
    })
    this.#ended = new Promise(resolve => {
      this.#master.on('error', error => {
        this.#said ||= error.message
        resolve()
      })
      this.#master.on('close', () => resolve())
    })
    void this.#ended.then(() => {
      this.#isOver = true
      removeFolder(this.#folder)
    })
  }

  /**
   * Connects. Rejects with `unreachable`, `host-key` or `not-permitted`, and what to do. `tether`
   * is the agent's program for this machine.
   */
  static async open(machine: TargetMachine, tether: string, signal?: AbortSignal): Promise<Connection> {
    const connection = new Connection(machine, tether)
    const limit = Date.now() + openLimit
    while (!connection.#isOver && !existsSync(connection.#socket)) {
      await Promise.race([sleep(lookInterval), connection.#ended])
      if (signal?.aborted === true || Date.now() > limit) await connection.close()
    }
    if (!connection.#isOver) return connection
    if (signal?.aborted === true) throw new Failure('cancelled', 'Cancelled.')
    throw connection.lossFailure()
  }

  /** Whether it was lost or closed. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether a command can be run over it. */
  async isAlive(): Promise<boolean> {
    return !this.#isOver && (await this.run('true')).status === 0
  }

  /** The words with which ssh runs a command over it. */
  words(command: string): string[] {
    return commandWords(this.machine, this.#socket, command)
  }

  /** Runs a command that takes no input to its end, or gives it up. */
  run(command: string): Promise<CommandEnd> {
    return new Promise((resolve, reject) => {
      const child = spawn('ssh', this.words(command), { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
      const text = { output: '', log: '' }
      let givenUp: CommandEnd['givenUp'] = null
      const limit = setTimeout(() => giveUp('late'), commandLimit)
      child.stdout.setEncoding('utf8').on('data', (more: string) => {
        text.output = (text.output + more).slice(0, largestOutput)
        if (text.output.length === largestOutput) giveUp('endless')
      })
      child.stderr.setEncoding('utf8').on('data', (more: string) => {
        text.log = (text.log + more).slice(-keptCharacters)
      })
      child.on('error', error => reject(sshMissing(error)))
      child.on('close', status => {
        clearTimeout(limit)
        resolve({ ...text, status, givenUp })
      })

      function giveUp(why: CommandEnd['givenUp']): void {
        givenUp ??= why
        child.kill('SIGKILL')
        // The connection has its own copies of them for as long as the command runs there.
        child.stdout.destroy()
        child.stderr.destroy()
      }
    })
  }

  /** Why there is no connection, or none any more. */
  lossFailure(): Failure {
    if (this.#said.includes('cannot be started: No such file'))
      return sshMissing(new Error('there is none in PATH'))
    return sshFailure(this.machine, this.#said)
  }

  /** Ends it, and with it all that runs over it. */
  async close(): Promise<void> {
    this.#master.kill('SIGTERM')
    await this.#ended
  }

  get #socket(): string {
    return path.join(this.#folder, 's')
  }
}

function privateFolder(): string {
  const usual = path.join(tmpdir(), 'folio-lab-ssh-')
  const folder = mkdtempSync(usual.length > longestSocketPath ? '/tmp/folio-lab-ssh-' : usual)
  folders.add(folder)
  return folder
}

function removeFolder(folder: string): void {
  folders.delete(folder)
  rmSync(folder, { recursive: true, force: true })
}
