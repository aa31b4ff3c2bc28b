import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { AgentReply, Hello } from '../contract/agent-protocol.ts'
import { protocolVersion } from '../contract/agent-protocol.ts'
import { benchmarkOf } from '../contract/benchmark.ts'
import { Failure, type FailureCode } from '../contract/failure.ts'
import { gibibyte, type Bytes, type Milliseconds } from '../contract/units.ts'
import type { Agent, OnProgress, SampleRequest } from './agent.ts'
import { factsFrom } from './facts.ts'
import { createReplyReader } from './reply-reader.ts'
import { encodeRequest, sampleWords, type RequestWords } from './request-line.ts'

/** How long the agent may be silent before it counts as stuck. */
export type SilenceLimits = Readonly<{
  /** For the agent to say hello. */
  start: Milliseconds
  /** For requests that only read or set something. */
  quick: Milliseconds
  /**
   * Added for every GiB that a request touches: a slow, contended virtual machine copies 100 MB/s.
   */
  perGibibyte: Milliseconds
  /** For the agent to end after it was asked to, before it is killed. */
  end: Milliseconds
}>

const defaultLimits: SilenceLimits = { start: 20_000, quick: 20_000, perGibibyte: 20_000, end: 3_000 }

// How long to wait for the last output of an agent that ended: a child that it left may hold the
// streams open.
const streamGrace: Milliseconds = 200

// A timer that is later than this was not held up by other work alone.
const lateTimer: Milliseconds = 1000

const keptLogLength = 2000 // characters of the agent's log that an error message may quote

type Pending = Readonly<{
  id: string
  name: string
  resolve: (reply: AgentReply) => void
  reject: (failure: Failure) => void
  onProgress: OnProgress | undefined
  limit: Milliseconds
}>

/** A program that speaks the protocol on its standard input and output. */
export type AgentProgram = Readonly<{
  /** For messages: `agent /path/to/folio-agent`. */
  name: string
  file: string
  words: readonly string[]
  /** Inherited by the program as descriptors 3, 4 and so on. */
  descriptors: readonly number[]
  /**
   * Hears what the program writes to the descriptor after those, which is a
   * socket; null: there is none.
   */
  hear: ((bytes: Uint8Array) => void) | null
  /** Written to it before anything else. */
  preface?: Uint8Array
  /** How often it is told that this program is still there, by an empty line; without it, never. */
  aliveInterval?: Milliseconds
  /** Whether the end of its input ends it also in the middle of a request. */
  endsWithInput: boolean
  /**
   * Stopped while nothing is asked of it, so that what it measures is not what it did in the
   * meantime.
   */
  restsUnasked: boolean
  /** The failure for a program that cannot be started. */
  startFailure: (error: Error) => Failure
  /** What the end of the program means. */
  deathFailure: (death: AgentDeath) => Failure | Promise<Failure>
}>

export type AgentDeath = Readonly<{
  /** `with status 1` or `by signal SIGKILL`. */
  how: string
  /** The request that it was working on, `hello` before the first; null: none. */
  during: string | null
  /** The end of what it wrote to standard error. */
  log: string
}>

const addressesAtOnce = 200 // a line takes no more

/** Starts the agent program at `path` as a child process; resolves when it has said hello. */
export function startChildAgent(path: string, limits: SilenceLimits = defaultLimits): Promise<Agent> {
  const program = {
    name: `agent ${path}`,
    file: path,
    words: ['serve'],
    descriptors: [],
    hear: null,
    endsWithInput: true,
    restsUnasked: false,
    startFailure: (error: Error) => startFailure(path, error),
    deathFailure,
  }
  return startAgentProgram(program, limits)
}

/**
 * Starts a program that speaks the protocol; resolves when it has said hello.
 * `signal` ends it before that.
 */
export async function startAgentProgram(
  program: AgentProgram,
  limits: SilenceLimits,
  signal?: AbortSignal,
): Promise<Agent> {
  if (signal?.aborted === true) throw new Failure('cancelled', 'Cancelled.')
  const child = new ChildAgent(program, limits)
  const hello = await helloOf(child, signal)
  return {
    hello,
    async facts() {
      const reply = await child.request('facts', {}, 'facts', limits.quick)
      return factsFrom(reply.facts, reply.raw)
    },
    async latencies() {
      const reply = await child.request('latencies', {}, 'latencies', limits.quick)
      return reply.latencies
    },
    async condition(size, onProgress) {
      await child.request('condition', { size }, 'progress', silenceOf(limits, size), onProgress)
    },
    async settings(folio) {
      const reply = await child.request('settings', { folio }, 'settings', limits.quick)
      return reply.changed
    },
    async sample(request) {
      const reply = await child.request(
        'sample',
        sampleWords(request),
        'sample',
        silenceOf(limits, bytesTouched(request)),
      )
      const { type, id, ...measurement } = reply
      return measurement
    },
    async counts(request) {
      const limit = silenceOf(limits, bytesTouched(request))
      const reply = await child.request('counts', sampleWords(request), 'counts', limit)
      return reply.counts
    },
    async phone({ sizeBytes, folioBytes, ...rest }) {
      const words = { ...rest, size: sizeBytes, folio: folioBytes }
      const reply = await child.request('phone', words, 'phone', silenceOf(limits, 2 * sizeBytes))
      const { type, id, ...scenario } = reply
      return scenario
    },
    async counterexample() {
      const reply = await child.request('counterexample', {}, 'counterexample', limits.quick)
      const { type, id, ...counterexample } = reply
      return counterexample
    },
    async symbols(addresses) {
      const names: string[] = []
      for (let at = 0; at < addresses.length; at += addressesAtOnce) {
        const words = { addresses: addresses.slice(at, at + addressesAtOnce).join(',') }
        const reply = await child.request('symbols', words, 'symbols', limits.quick)
        names.push(...reply.names)
      }
      return names
    },
    close: () => child.close(),
  }
}

/** Waits for the greeting; rejects once a program that does not send one is gone. */
async function helloOf(child: ChildAgent, signal: AbortSignal | undefined): Promise<Hello> {
  signal?.addEventListener('abort', giveUp)
  try {
    return await child.hello()
  } catch (error) {
    await child.close()
    throw error
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }

  function giveUp(): void {
    void child.close()
  }
}

function silenceOf(limits: SilenceLimits, size: Bytes): Milliseconds {
  return limits.quick + limits.perGibibyte * (size / gibibyte)
}

function bytesTouched({ cell }: SampleRequest): Bytes {
  return cell.parameters.sizeBytes * benchmarkOf(cell.benchmark).memoryFactor(cell.parameters.tasks)
}

/** An agent that was given up because it said nothing, as one may on an overloaded machine. */
export class AgentSilence extends Failure {
  constructor(message: string) {
    super(
      'agent-protocol',
      message,
      'Make sure that the machine is not out of memory or swapping, then resume the run.',
    )
  }
}

/** The child process and the one request it is working on. */
class ChildAgent {
  readonly #program: AgentProgram
  readonly #limits: SilenceLimits
  readonly #process: ChildProcess & Streams
  readonly #ended: Promise<void>
  readonly #hello: Promise<Hello>
  #pending: Pending | undefined
  #silence: NodeJS.Timeout | undefined
  #alive: NodeJS.Timeout | undefined
  #lastId = 0
  #log = ''
  #closing: Promise<void> | undefined
  /** Why the agent is of no more use. */
  #gone: Failure | undefined

  constructor(program: AgentProgram, limits: SilenceLimits) {
    this.#program = program
    this.#limits = limits
    this.#process = spawnPiped(program)
    this.#ended = new Promise(resolve => {
      this.#process.on('error', error => {
        this.#lose(program.startFailure(error))
        resolve()
      })
      this.#process.on('close', (code, signal) => {
        const how = signal === null ? `with status ${code ?? 'unknown'}` : `by signal ${signal}`
        void this.#die({ how, during: this.#pending?.name ?? null, log: this.#log.trim() }).then(resolve)
      })
    })
    this.#process.on('exit', () =>
      setTimeout(() => {
        this.#process.stdout.destroy()
        this.#process.stderr.destroy()
        this.#process.heard?.destroy()
      }, streamGrace),
    )
    this.#process.stdin.on('error', () => undefined) // a broken pipe; `close` follows and says why
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-keptLogLength)
    })
    this.#process.heard?.on('error', () => undefined).on('data', (bytes: Buffer) => program.hear?.(bytes))
    if (program.preface) this.#process.stdin.write(program.preface)
    if (program.aliveInterval !== undefined)
      this.#alive = setInterval(() => this.#process.stdin.write('\n'), program.aliveInterval)
    const read = createReplyReader(reply => this.#receive(reply))
    this.#process.stdout.setEncoding('utf8').on('data', (chunk: string) => this.#guard(() => read(chunk)))
    this.#hello = new Promise((resolve, reject) => {
      this.#expect({
        id: '',
        name: 'hello',
        resolve: reply => (reply.type === 'hello' ? resolve(reply) : reject(unexpected(reply))),
        reject,
        onProgress: undefined,
        limit: limits.start,
      })
    })
  }

  async hello(): Promise<Hello> {
    const hello = await this.#hello
    if (hello.protocol === protocolVersion) return hello
    await this.close()
    throw new Failure(
      'agent-protocol',
      `The ${this.#program.name} speaks version ${hello.protocol} of the protocol; this program speaks ${protocolVersion}.`,
      'Rebuild the agent with “npm run setup”.',
    )
  }

  /** Sends a request and resolves with its final reply, which has the type `type`. */
  async request<T extends AgentReply['type']>(
    name: string,
    words: RequestWords,
    type: T,
    limit: Milliseconds,
    onProgress?: OnProgress,
  ): Promise<Extract<AgentReply, { type: T }>> {
    if (this.#gone) throw this.#gone
    const id = String(++this.#lastId)
    const line = encodeRequest(name, id, words)
    const reply = await new Promise<AgentReply>((resolve, reject) => {
      this.#expect({ id, name, resolve, reject, onProgress, limit })
      this.#wake()
      this.#process.stdin.write(line)
    })
    if (isOfType(reply, type)) return reply
    const failure = unexpected(reply)
    this.#abandon(failure)
    throw failure
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    clearInterval(this.#alive)
    this.#wake() // to hear that it is to end
    if (!this.#gone && !this.#pending) this.#process.stdin.write(encodeRequest('bye', 'bye', {}))
    const endsByItself = this.#program.endsWithInput || !this.#pending
    this.#process.stdin.end()
    if (!endsByItself) this.#process.kill('SIGKILL')
    const killer = setTimeout(() => this.#process.kill('SIGKILL'), this.#limits.end)
    await this.#ended
    clearTimeout(killer)
  }

  #expect(pending: Pending): void {
    if (this.#pending)
      throw new Error(`“${pending.name}” was asked while “${this.#pending.name}” is under way`)
    this.#pending = pending
    this.#watchSilence(pending)
  }

  #watchSilence(pending: Pending): void {
    clearTimeout(this.#silence)
    const beganAt = performance.now()
    this.#silence = setTimeout(() => {
      // While this process was stopped or frozen it could hear nothing: what the agent
      // said in the meantime comes now.
      if (performance.now() - beganAt > pending.limit + lateTimer) return this.#watchSilence(pending)
      this.#abandon(
        new AgentSilence(
          `The agent said nothing for ${Math.round(pending.limit / 1000)} s after “${pending.name}”.${quoteLog(this.#log.trim())}`,
        ),
      )
    }, pending.limit)
  }

  #receive(reply: AgentReply): void {
    const pending = this.#pending
    if (reply.type === 'bye' && !pending) return
    if (!pending || !answers(reply, pending)) throw unexpected(reply)
    if (reply.type === 'progress') {
      pending.onProgress?.(reply.done, reply.total)
      if (reply.done < reply.total) return this.#watchSilence(pending)
    }
    this.#settle()
    if (reply.type === 'error') pending.reject(refusal(reply.code, reply.message))
    else pending.resolve(reply)
  }

  #settle(): void {
    clearTimeout(this.#silence)
    this.#pending = undefined
    if (this.#program.restsUnasked && !this.#closing) this.#process.kill('SIGSTOP')
  }

  #wake(): void {
    if (this.#program.restsUnasked) this.#process.kill('SIGCONT')
  }

  /** Runs `action`; what it throws makes the agent of no more use. */
  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#abandon(error instanceof Failure ? error : new Failure('internal', String(error)))
    }
  }

  /** An agent that broke the protocol is not listened to any more. */
  #abandon(failure: Failure): void {
    this.#lose(failure)
    this.#process.stdout.removeAllListeners('data').resume()
    this.#process.kill('SIGKILL')
  }

  /** What is still asked of it waits until it is known why it ended. */
  async #die(death: AgentDeath): Promise<void> {
    this.#lose(await this.#program.deathFailure(death))
  }

  #lose(failure: Failure): void {
    this.#gone ??= failure
    clearInterval(this.#alive)
    const pending = this.#pending
    this.#settle()
    pending?.reject(this.#gone)
  }
}

type Streams = Readonly<{ stdin: Writable; stdout: Readable; stderr: Readable; heard: Readable | null }>

/**
 * In a process group of its own: Ctrl-C in the terminal is for the engine, which
 * ends the agent in order.
 */
function spawnPiped({ file, words, descriptors, hear }: AgentProgram): ChildProcess & Streams {
  const stdio = ['pipe' as const, 'pipe' as const, 'pipe' as const, ...descriptors]
  const child = spawn(file, words, { stdio: hear ? [...stdio, 'pipe'] : stdio, detached: true })
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error('the streams of a child process are pipes')
  const heard = hear ? (child.stdio[stdio.length] as Readable) : null
  return Object.assign(child, { stdin, stdout, stderr, heard })
}

function deathFailure({ how, during, log }: AgentDeath): Failure {
  const when = during === null ? '' : ` during “${during}”`
  return new Failure(
    'agent-died',
    `The agent ended ${how}${when}.${quoteLog(log)}`,
    'If it ran out of memory, choose a smaller size; otherwise resume the run.',
  )
}

function quoteLog(log: string): string {
  return log === '' ? '' : ` Its log ends: ${log}`
}

function answers(reply: AgentReply, pending: Pending): boolean {
  if (reply.type === 'hello') return pending.name === 'hello'
  // It will not serve.
  if (reply.type === 'error' && pending.name === 'hello') return reply.id === null
  return reply.id === pending.id
}

function isOfType<T extends AgentReply['type']>(
  reply: AgentReply,
  type: T,
): reply is Extract<AgentReply, { type: T }> {
  return reply.type === type
}

function unexpected(reply: AgentReply): Failure {
  const what = reply.type === 'error' ? `the error “${reply.message}”` : `“${reply.type}”`
  return new Failure(
    'agent-protocol',
    `The agent sent ${what}, which does not answer any request.`,
    'Rebuild the agent with “npm run setup”.',
  )
}

function startFailure(path: string, error: Error): Failure {
  return new Failure(
    'agent-missing',
    `The agent ${path} cannot be started: ${error.message}.`,
    'Build it with “npm run setup”.',
    { cause: error },
  )
}

const refusalCodes: Readonly<Record<string, FailureCode>> = {
  'not-enough-memory': 'not-enough-memory',
  'not-permitted': 'not-permitted',
  unsupported: 'unsupported',
  'thp-never': 'unsupported',
  busy: 'busy',
}

const refusalAdvice: Readonly<Record<string, string>> = {
  'not-enough-memory': 'Choose a smaller size or fewer tasks, or close other programs.',
  'not-permitted': 'Run as a user who may do this, or leave out the option that needs it.',
  busy: 'Wait for it or cancel it: two runs at a time would disturb each other.',
  unsupported: 'Choose another folio size or benchmark; “folio-lab facts” shows what this kernel offers.',
  'thp-never':
    'Allow transparent huge pages: echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled',
}

function refusal(code: string, message: string): Failure {
  return new Failure(refusalCodes[code] ?? 'agent-refused', message, refusalAdvice[code] ?? '')
}
