/**
 * A run on a node without a library: each sample is a line of a file, on the disk before the
 * next one is taken. So whatever ends the job, the next one on that node goes on, and a
 * complete run becomes a run file.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import * as z from 'zod'
import type { recordingApi } from '../contract/api.ts'
import { Environment } from '../contract/environment.ts'
import { Failure } from '../contract/failure.ts'
import type { Client } from '../contract/api-type.ts'
import { Plan } from '../contract/plan.ts'
import { RunId, RunOutcome, type Run } from '../contract/run.ts'
import { Sample } from '../contract/sample.ts'
import { readStoredJson } from '../contract/stored.ts'
import type { Timestamp } from '../contract/units.ts'
import { exportRun } from '../exchange/export-run.ts'

const Beginning = z.object({ id: RunId, createdAt: z.number(), plan: Plan, environment: Environment })
type Beginning = z.infer<typeof Beginning>

const Line = z.union([
  z.object({ begin: Beginning }),
  z.object({ sample: Sample }),
  z.object({ end: RunOutcome, at: z.number() }),
])
type Line = z.infer<typeof Line>

type Recording = Client<typeof recordingApi>

export class RunJournal {
  readonly #file: string
  readonly #now: () => Timestamp
  #begin: Beginning | undefined
  readonly #samples: Sample[] = []
  #end: { outcome: RunOutcome; at: Timestamp } | undefined

  /**
   * Reads what there is; a last line that was cut off, as when the machine
   * died, counts for nothing.
   */
  constructor(file: string, now: () => Timestamp) {
    this.#file = file
    this.#now = now
    if (!existsSync(file)) return
    const text = readFileSync(file, 'utf8')
    const whole = text.lastIndexOf('\n') + 1
    if (whole < text.length) truncate(file, Buffer.byteLength(text.slice(0, whole)))
    for (const line of text.slice(0, whole).split('\n').filter(Boolean))
      this.#take(readStoredJson(Line, line, `the journal ${file}`))
  }

  /** The run that was begun here; undefined: none. */
  get runId(): RunId | undefined {
    return this.#begin?.id
  }

  get isComplete(): boolean {
    return this.#end?.outcome.status === 'complete'
  }

  get sampleCount(): number {
    return this.#samples.length
  }

  /** What a session records into. */
  readonly recording: Recording = {
    beginRun: async ({ id, plan, environment }) => {
      this.#write({ begin: Beginning.parse({ id, createdAt: this.#now(), plan, environment }) })
    },
    recordSample: async ({ sample }) => this.#write({ sample: Sample.parse(sample) }),
    endRun: async outcome => this.#write({ end: RunOutcome.parse(outcome), at: this.#now() }),
    reopenRun: async id => {
      if (this.#begin?.id !== id)
        throw new Failure('not-found', `The run ${id} was not started here.`, 'Start the job again.')
      const session = this.#samples.reduce((last, sample) => Math.max(last, sample.session), 0) + 1
      const { plan, environment } = this.#begin
      return { plan, environment, samples: [...this.#samples], session }
    },
    recordAdvice: () => Promise.reject(new Error('a node gives no advice')),
    recordGuest: () => Promise.reject(new Error('a node boots no kernels')),
  }

  /** The run file of a run that has ended. */
  runFile(): Iterable<string> {
    const [begin, end] = [this.#begin, this.#end]
    if (!begin || !end) throw new Error('a run file is of a run that has ended')
    const { plan, environment, id, createdAt } = begin
    const summary = {
      id,
      createdAt,
      label: plan.label,
      status: end.outcome.status,
      statusReason: end.outcome.reason,
      endedAt: end.at,
      note: '',
    }
    return exportRun({ summary, plan, environment } as Omit<Run, 'samples'>, this.#samples)
  }

  #write(line: Line): void {
    const descriptor = openSync(this.#file, 'a', 0o644)
    try {
      writeSync(descriptor, `${JSON.stringify(line)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    this.#take(line)
  }

  #take(line: Line): void {
    if ('begin' in line) this.#begin = line.begin
    else if ('sample' in line) this.#samples.push(line.sample)
    else this.#end = { outcome: line.end, at: line.at }
  }
}

function truncate(file: string, bytes: number): void {
  const descriptor = openSync(file, 'r+')
  ftruncateSync(descriptor, bytes)
  closeSync(descriptor)
}
