/**
 * Another machine to measure on: agents are started there over one ssh connection, and
 * nothing of them stays there.
 */
import { agentFor } from '../agent/agent-for.ts'
import { startAgentProgram, type AgentDeath, type SilenceLimits } from '../agent/child-agent.ts'
import type { Agent, StartAgent } from '../agent/agent.ts'
import { Failure } from '../contract/failure.ts'
import type { TargetMachine } from '../contract/target-machine.ts'
import type { Milliseconds, Seconds } from '../contract/units.ts'
import { parseMachineTime, type ProcessorTime } from '../machine/processor-time.ts'
import { agentScript, noPlace, notReceived } from './agent-script.ts'
import { Connection } from './connection.ts'
import { sentProgram, type SentProgram } from './sent-program.ts'
import { sshMissing } from './ssh-failure.ts'

/**
 * The agent ends when it hears nothing for so long, so that a lost
 * connection leaves nothing running.
 */
const silenceLimit: Seconds = 12
const aliveInterval: Milliseconds = 4000
// A start sends the agent.
const limits: SilenceLimits = { start: 120_000, quick: 40_000, perGibibyte: 20_000, end: 5_000 }
const ownLine = 'folio-lab-machine:'
const safeName = /^[A-Za-z0-9._-]+$/

export type RemoteMachineParts = Readonly<{
  /** The agent of this machine; those for other architectures are beside it. */
  agentPath: string
  /** The name that a run has on a machine, engine/process/run-lock.ts. */
  lockName: string
}>

export class RemoteMachine {
  readonly machine: TargetMachine
  readonly #parts: RemoteMachineParts
  #connection: Promise<Connection> | undefined
  #program: Promise<SentProgram> | undefined
  #hasLost = false

  constructor(machine: TargetMachine, parts: RemoteMachineParts) {
    if (!safeName.test(parts.lockName))
      throw new Failure(
        'bad-input',
        `FOLIO_LAB_RUN_LOCK is “${parts.lockName}”.`,
        'Use letters, digits, “.” and “-”.',
      )
    this.machine = machine
    this.#parts = parts
  }

  /** Starts an agent that only looks. */
  readonly startLooking: StartAgent = (kernel, signal) => this.#start(kernel, signal, [])

  /** Starts an agent that measures: one a machine, wherever it was started from. */
  readonly startMeasuring: StartAgent = (kernel, signal) =>
    this.#start(kernel, signal, [
      '--lock',
      this.#parts.lockName,
      '--lock-wait',
      String(this.#hasLost ? 2 * silenceLimit : 0), // the one that was lost goes first
    ])

  /** What the processors of the machine did since its boot; what was asked here is little of it. */
  async readProcessorTime(): Promise<ProcessorTime> {
    const { output } = await (await this.#connect()).run('grep ^cpu /proc/stat')
    return parseMachineTime(output)
  }

  /** Ends the connection, and so every agent that is left. */
  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined)
    await connection?.close()
  }

  async #start(
    kernel: unknown,
    signal: AbortSignal | undefined,
    lockWords: readonly string[],
  ): Promise<Agent> {
    if (kernel !== undefined)
      throw new Failure(
        'unsupported',
        `Kernels in virtual machines are booted on this machine, not on “${this.machine.name}”.`,
        'Run host or model there, or leave --on out.',
      )
    const connection = await this.#connect(signal)
    const program = await (this.#program ??= this.#programFor(connection))
    const words = ['serve', '--silence', String(silenceLimit), ...lockWords]
    const command = agentScript(program.bytes.length, program.programBytes, words)
    const started = startAgentProgram(
      {
        name: `agent on ${this.machine.name}`,
        file: 'ssh',
        words: connection.words(command),
        descriptors: [],
        hear: null,
        preface: program.bytes,
        aliveInterval,
        endsWithInput: true,
        restsUnasked: false,
        startFailure: sshMissing,
        deathFailure: death => this.#deathFailure(connection, death),
      },
      limits,
      signal,
    )
    return started.catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error
      if (error.code === 'busy') throw this.#busyFailure(error)
      throw error.code === 'agent-protocol' ? this.#protocolFailure(error) : error
    })
  }

  /** Whoever runs the agent there may be another program, or the one sent may be of before. */
  #protocolFailure({ message }: Failure): Failure {
    return new Failure(
      'agent-protocol',
      `What runs on “${this.machine.name}” is not the agent of this version. ${message}`,
      'See that “sh” is a shell there. Agents for other architectures are built anew with “npm run setup -- aarch64”.',
    )
  }

  #busyFailure({ advice }: Failure): Failure {
    return new Failure('busy', `Another run is under way on “${this.machine.name}”.`, advice)
  }

  #connect(signal?: AbortSignal): Promise<Connection> {
    this.#connection = this.#reconnect(this.#connection, signal)
    return this.#connection
  }

  async #reconnect(known: Promise<Connection> | undefined, signal?: AbortSignal): Promise<Connection> {
    const connection = await known?.catch(() => undefined)
    return connection && !connection.isOver
      ? connection
      : Connection.open(this.machine, this.#parts.agentPath, signal)
  }

  async #programFor(connection: Connection): Promise<SentProgram> {
    try {
      return await sentProgram(agentFor(this.#parts.agentPath, await this.#architecture(connection)))
    } catch (error) {
      this.#program = undefined
      throw error
    }
  }

  /**
   * Asks before anything is sent; whatever else is printed would be taken for the agent's words.
   */
  async #architecture(connection: Connection): Promise<string> {
    const { output, log, status, givenUp } = await connection.run(`echo ${ownLine} $(uname -s) $(uname -m)`)
    const { name } = this.machine
    if (connection.isOver) throw connection.lossFailure()
    if (givenUp !== null)
      throw new Failure(
        'unreachable',
        `“${name}” lets you in, but its shell ${givenUp === 'late' ? 'ran no program in time' : 'prints without end'}.`,
        'See what its start-up files (~/.bashrc) wait for or print, and whether its home directory answers.',
      )
    const lines = output.split('\n').filter(line => line !== '')
    const [, system, architecture] = new RegExp(`^${ownLine} (\\S+) (\\S+)$`, 'm').exec(output) ?? []
    if (system === undefined || architecture === undefined)
      throw new Failure(
        'unsupported',
        `“${name}” runs no programs for you over ssh (status ${status ?? 'none'}): ${(log || output).trim().slice(0, 200)}`,
        'Use an account with a shell.',
      )
    if (lines.length > 1)
      throw new Failure(
        'unsupported',
        `The shell of “${name}” prints “${(lines[0] ?? '').slice(0, 80)}” before a program starts.`,
        'Let its start-up files (~/.bashrc) print only when the shell is interactive.',
      )
    if (system !== 'Linux')
      throw new Failure(
        'unsupported',
        `“${name}” runs ${system}; Folio Lab measures Linux.`,
        'Choose another machine.',
      )
    return architecture
  }

  async #deathFailure(connection: Connection, { how, during, log }: AgentDeath): Promise<Failure> {
    const { name } = this.machine
    const place = valueAfter(log, noPlace)
    if (place !== null)
      return new Failure(
        'disk-full',
        `There is no place on “${name}” for the agent: ${place.replace(/;$/, '')}.`,
        'Free some space in one of these folders, or set TMPDIR there to a folder that has some.',
      )
    const received = valueAfter(log, notReceived)
    if (received !== null)
      return new Failure(
        'disk-full',
        `The agent could not be copied to “${name}”: ${log.trim().split('\n')[0] ?? received}.`,
        'Check that the machine has free space, head and gzip.',
      )
    if (/Exec format error|cannot execute binary/.test(log))
      return new Failure(
        'unsupported',
        `“${name}” cannot run the agent: it was built for another architecture.`,
        '“uname -m” shows the architecture there; in a container or an emulator it may be wrong.',
      )
    const when = during === null ? '' : ` during “${during}”`
    if (await connection.isAlive())
      return new Failure(
        'agent-died',
        `The agent on “${name}” ended ${how}${when}.${log === '' ? '' : ` Its log ends: ${log}`}`,
        'If it ran out of memory, choose a smaller size; otherwise resume the run.',
      )
    this.#hasLost = true
    return new Failure(
      'agent-died',
      `The connection to “${name}” was lost${when}. Its agent ends within ${silenceLimit} seconds and restores the settings it changed.`,
      'Check that the machine is awake and its network works, then resume the run.',
    )
  }
}

function valueAfter(log: string, mark: string): string | null {
  const at = log.indexOf(mark)
  return at < 0 ? null : (log.slice(at + mark.length).split('\n')[0] ?? '').trim()
}
