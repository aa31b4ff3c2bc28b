import { MachineReport, type sessionApi } from '../engine/contract/api.ts'
import type { Counterexample } from '../engine/contract/counterexample.ts'
import { Failure } from '../engine/contract/failure.ts'
import type { FunctionComparison, FunctionRequest } from '../engine/contract/function-counts.ts'
import type { CountedCase, CountRequest } from '../engine/contract/operation-counts.ts'
import type { PhoneRequest, PhoneResult } from '../engine/contract/phone.ts'
import type { MachineLoad } from '../engine/contract/machine-load.ts'
import type { Connection } from '../engine/contract/ipc/connect.ts'
import type { RunningEngine } from './engine-process.ts'
import { SessionProcess } from './session-process.ts'
import { readStored, writeStored } from './stored-value.ts'

type SessionCall = Connection<typeof sessionApi>['call']

export type MachineInspectorParts = Readonly<{
  /** A session process, for one question. */
  start: () => RunningEngine
  /** While something is measured, taking facts would be measured with it. */
  isMeasuring: () => boolean
  /** Where the last answer is kept. */
  file: string
  applicationVersion: string
}>

/** Asks what this machine is, and keeps the answer, so that the next start can show it at once. */
export class MachineInspector {
  private readonly parts: MachineInspectorParts
  private report: MachineReport | null = null

  constructor(parts: MachineInspectorParts) {
    this.parts = parts
  }

  /**
   * The answer of this start or of the one before, with the moment at which it was true;
   * null when there is none.
   */
  last(): MachineReport | null {
    const { file, applicationVersion } = this.parts
    this.report ??= readStored(file, MachineReport.nullable().catch(null), null).value
    return this.report?.environment.applicationVersion === applicationVersion ? this.report : null
  }

  /** The answer of now; while something is measured, the last one. */
  async inspect(): Promise<MachineReport> {
    const { start, isMeasuring, file } = this.parts
    const last = isMeasuring() ? this.last() : null
    if (last) return last
    this.report = await askOnce(start, call => call.inspectMachine())
    keep(file, this.report)
    return this.report
  }

  /** What the machine does besides this program; null while something is measured. */
  async load(): Promise<MachineLoad | null> {
    const { start, isMeasuring } = this.parts
    return isMeasuring() ? null : askOnce(start, call => call.machineLoad())
  }

  /** What variants of the model do, counted; refused while something is measured. */
  async count(request: CountRequest): Promise<CountedCase[]> {
    return this.askUndisturbing('counting', call => call.countOperations(request))
  }

  /** Memory after a fork; refused while something is measured. */
  async phone(request: PhoneRequest): Promise<PhoneResult[]> {
    return this.askUndisturbing('the scenario', call => call.phone(request))
  }

  /** The histories in which the posted series is wrong; refused while something is measured. */
  async counterexample(): Promise<Counterexample> {
    return this.askUndisturbing('the replay', call => call.counterexample())
  }

  /** In which functions two kernels differ; refused while something is measured. */
  async compareFunctions(request: FunctionRequest): Promise<FunctionComparison> {
    return this.askUndisturbing('counting', call => call.compareFunctions(request))
  }

  private async askUndisturbing<T>(what: string, ask: (call: SessionCall) => Promise<T>): Promise<T> {
    const { start, isMeasuring } = this.parts
    if (isMeasuring())
      throw new Failure(
        'busy',
        `A measurement is under way, and ${what} would disturb it.`,
        'Wait for it to end.',
      )
    return askOnce(start, ask)
  }
}

/** An answer that cannot be kept, as on a full disk, is as good; the next start then asks again. */
function keep(file: string, report: MachineReport): void {
  try {
    writeStored(file, report)
  } catch {
    return
  }
}

/** Starts a session process for one request and ends it. */
export async function askOnce<T>(
  start: () => RunningEngine,
  ask: (call: SessionCall) => Promise<T>,
): Promise<T> {
  const session = new SessionProcess(start())
  try {
    return await ask(session.connection.call)
  } finally {
    await session.stop()
  }
}
