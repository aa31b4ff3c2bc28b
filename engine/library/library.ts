/** The library: one database file, and the answers to `libraryApi` and `recordingApi` from it. */
import type { libraryApi, recordingApi } from '../contract/api.ts'
import type { Atlas } from '../contract/atlas.ts'
import type { CompareRequest, Comparison } from '../contract/comparison.ts'
import { largestTextForWindow } from '../contract/bounds.ts'
import { Failure } from '../contract/failure.ts'
import type { Handlers } from '../contract/api-type.ts'
import type { MachineComparison, MachineComparisonRequest } from '../contract/machine-comparison.ts'
import type { Projection, ProjectionRequest } from '../contract/projection.ts'
import type { RunHead, RunId, RunOutcome } from '../contract/run.ts'
import type { Milliseconds, Timestamp } from '../contract/units.ts'
import { exportAdvices, isAdviceFile, readAdviceFile } from '../exchange/advice-file.ts'
import { exportRun, runFileName } from '../exchange/export-run.ts'
import { comparisonWithoutCommandLine, withoutCommandLine } from '../exchange/without-command-line.ts'
import { readRunFile } from '../exchange/read-run-file.ts'
import { fingerprint } from '../machine/fingerprint.ts'
import { placementOf } from '../machine/placement.ts'
import { estimate } from '../plan/estimate.ts'
import { isLibraryLocked } from '../process/library-lock.ts'
import { mostSources } from '../report/content/provenance.ts'
import {
  renderAdvice,
  renderAtlas,
  renderComparison,
  renderHistory,
  renderMachines,
  renderProjection,
  renderRuns,
} from '../report/render.ts'
import { reproducerOf } from '../report/repro/reproducer.ts'
import { filesForSystem } from '../report/systems/for-system.ts'
import {
  getAdvice,
  hideAdvice,
  importAdvices,
  insertAdvice,
  listAdvices,
  removeAdvicesHiddenBefore,
  restoreAdvice,
} from './advices.ts'
import { readAtlas } from './atlas.ts'
import { getBaseline, setBaseline } from './baselines.ts'
import { changesOf, forgetChanges } from './changes.ts'
import { compareMachines } from './compared-machines.ts'
import { caseDetails } from './case-details.ts'
import { copyLibrary } from './copies.ts'
import { compareRuns, compareWithin, type Knowledge } from '../comparison/compare.ts'
import { dataVersion, wordErrors, type Database } from './database.ts'
import { history } from './history.ts'
import { importRun } from './import-run.ts'
import { measuredRun } from '../comparison/measured-run.ts'
import { readMeasuredRun } from './measured-runs.ts'
import { machineOfFingerprint, machineOfRun, readMachineNoise, type MachineNoise } from './noise-floors.ts'
import { setNote } from './notes.ts'
import { openLibraryFile, type LibraryFile, type OpenedFile } from './open-library-file.ts'
import { storedPaces } from './paces.ts'
import { packSamples } from './packed-samples.ts'
import { placementOfRun } from './placements.ts'
import { projectRuns } from '../comparison/project.ts'
import { bisectionReport } from '../plan/bisection.ts'
import { listReferences } from './references.ts'
import { keepReserve, releaseReserve } from './reserve.ts'
import type { RunOrigin } from './run-origin.ts'
import * as runs from './runs.ts'
import { insertSample, samplesInOrder } from './samples.ts'

const hiddenFor: Milliseconds = 24 * 3600 * 1000 // what was deleted can be brought back for a day
const sessionGone = 'The run ended without notice: the program or the machine stopped.'

export type LibraryOptions = LibraryFile &
  Readonly<{
    now: () => Timestamp
  }>

/** Opens the library, marks runs whose session is gone, and lets go of runs deleted long ago. */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const opened = openLibraryFile(options, options.now())
  const library = new Library(options, opened)
  if (opened.isReadOnly) return library
  try {
    library.removeHidden()
    library.interruptAbandoned()
  } catch (error) {
    library.close()
    throw error
  }
  keepReserve(options.path)
  return library
}

export class Library {
  /** What a session asks; every write is committed when its answer is sent. */
  readonly recording: Handlers<typeof recordingApi>
  /** What windows and the command line ask. */
  readonly queries: Handlers<typeof libraryApi>
  readonly #options: LibraryOptions
  readonly #database: Database
  readonly #opened: OpenedFile
  readonly #listeners = new Set<(ids: RunId[]) => void>()
  #told: Map<RunId, string>
  #toldVersion: unknown

  constructor(options: LibraryOptions, opened: OpenedFile) {
    this.#options = options
    this.#database = opened.database
    this.#opened = opened
    this.recording = this.#recordingHandlers()
    this.queries = this.#queryHandlers()
    this.#told = this.#read(runs.runStates)
    this.#toldVersion = this.#read(dataVersion)
  }

  /** Lets go of the runs and advices that were deleted long ago. */
  removeHidden(): void {
    const limit = this.#options.now() - hiddenFor
    this.#read(database => {
      runs.removeHiddenBefore(database, limit)
      removeAdvicesHiddenBefore(database, limit)
    })
  }

  /**
   * Marks running runs whose session is gone. They are listed before the lock is looked at: a
   * session takes the lock of its library before it stores its run and frees it afterwards, so that
   * no living one can be mistaken for gone.
   */
  interruptAbandoned(): void {
    const running = this.#read(runs.runningRuns)
    if (running.length > 0 && !isLibraryLocked(this.#options.path, this.#options.binding))
      this.#interrupt(running)
  }

  #interrupt(ids: readonly RunId[]): void {
    for (const id of ids)
      this.#change(id, database => runs.interruptRun(database, id, sessionGone, this.#options.now()))
  }

  /**
   * Who has the lock of the library asks for a run to be recorded: those that seem
   * to be under way are not.
   */
  #interruptAllBut(id: RunId): void {
    this.#interrupt(this.#read(runs.runningRuns).filter(other => other !== id))
  }

  /**
   * Tells listeners of runs that another process has added or changed since this was last asked.
   */
  tellForeignChanges(): void {
    const version = this.#read(dataVersion)
    if (version === this.#toldVersion) return
    this.#toldVersion = version
    const states = this.#read(runs.runStates)
    const ids = [...new Set([...states.keys(), ...this.#told.keys()])].filter(
      id => states.get(id) !== this.#told.get(id),
    )
    if (ids.length > 0) this.#tell(ids)
  }

  /** Calls `listener` with the runs that each change touched; returns the function that ends it. */
  onChange(listener: (ids: RunId[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#database.close()
  }

  /** A run as the text of a run file, of any length. */
  exportRun(
    id: RunId,
    withCommandLine: boolean,
  ): Readonly<{ suggestedName: string; pieces: Iterable<string> }> {
    const stored = this.#read(database => runs.getRunHead(database, id))
    const head = withCommandLine ? stored : withoutCommandLine(stored)
    return {
      suggestedName: runFileName(head),
      pieces: exportRun(head, samplesInOrder(this.#database, id)),
    }
  }

  /** Writes all that is stored to one file that is not there yet. */
  copyTo(file: string): void {
    copyLibrary(this.#database, file)
  }

  /** Adds the run of a run file, whose text comes in pieces. */
  importRun(
    pieces: () => Iterable<string>,
    origin: RunOrigin,
  ): Readonly<{ id: RunId; isCalibration: boolean }> {
    const file = readRunFile(pieces)
    this.#change(file.run.id, database => importRun(database, file, origin))
    if (file.plan.isCalibration !== true) this.#keepChanges(file.run.id)
    return { id: file.run.id, isCalibration: file.plan.isCalibration === true }
  }

  #recordingHandlers(): Handlers<typeof recordingApi> {
    const { now } = this.#options
    return {
      beginRun: ({ id, plan, environment }) => {
        this.#interruptAllBut(id)
        this.#change(id, database =>
          runs.insertRun(database, {
            id,
            label: plan.label,
            status: 'running',
            statusReason: '',
            createdAt: now(),
            endedAt: null,
            plan,
            environment,
          }),
        )
      },
      // Notifies no listener: windows get samples from the session, and must not ask for lists
      // while one is measured.
      recordSample: ({ runId, sample }) => this.#read(database => insertSample(database, runId, sample)),
      recordGuest: ({ runId, guest }) =>
        this.#change(runId, database => runs.addGuest(database, runId, guest)),
      endRun: outcome => this.#endRun(outcome),
      recordAdvice: advice => this.#read(database => insertAdvice(database, advice)),
      reopenRun: id => {
        this.#interruptAllBut(id)
        return this.#change(id, database => {
          runs.reopenRun(database, id)
          const { plan, environment, samples } = runs.getRun(database, id)
          const session = samples.reduce((last, sample) => Math.max(last, sample.session), 0) + 1
          return { plan, environment, samples, session }
        })
      },
    }
  }

  #queryHandlers(): Handlers<typeof libraryApi> {
    const { now } = this.#options
    return {
      listRuns: ({ includeDeleted }) => this.#read(database => runs.listRuns(database, includeDeleted)),
      getRun: id => this.#read(database => runs.getRun(database, id)),
      getRunHead: id => this.#read(database => runs.getRunHead(database, id)),
      labelRun: ({ id, label }) => this.#change(id, database => runs.labelRun(database, id, label)),
      noteRun: ({ id, text }) =>
        this.#change(id, database => {
          runs.getStatus(database, id)
          setNote(database, id, text)
        }),
      deleteRun: id => this.#change(id, database => runs.hideRun(database, id, now())),
      restoreRun: id => this.#change(id, database => runs.restoreRun(database, id)),
      compare: request => this.#compare(request),
      compareMachines: request => this.#compareMachines(request),
      caseDetails: request => this.#read(database => caseDetails(database, request)),
      history: request => this.#read(database => history(database, request)),
      noiseFloors: facts =>
        this.#read(database => {
          const machineId = machineOfFingerprint(database, fingerprint(facts))
          return readMachineNoise(database, machineId, placementOf([], facts)).floors()
        }),
      setBaseline: reference => this.#read(database => setBaseline(database, reference)),
      getBaseline: () => this.#read(getBaseline),
      markInterrupted: ({ id, reason }) =>
        this.#change(id, database => runs.interruptRun(database, id, reason, now())),
      estimate: ({ plan, facts }) =>
        this.#read(database => {
          const machineId = machineOfFingerprint(database, fingerprint(facts))
          const noise = readMachineNoise(database, machineId, placementOf(plan.cpus, facts))
          return estimate(plan, storedPaces(database, machineId, plan.target), noise)
        }),
      location: () => ({
        path: this.#options.path,
        recovered: this.#opened.recovered,
        isReadOnly: this.#opened.isReadOnly,
      }),
      exportRun: ({ id, withCommandLine = false }) => {
        const { suggestedName, pieces } = this.exportRun(id, withCommandLine)
        return { suggestedName, text: joined(pieces) }
      },
      importRun: text => this.importRun(() => [text], 'imported').id,
      atlas: () => this.#atlas(),
      renderAtlas: format => {
        const atlas = this.#atlas()
        return renderAtlas(atlas, this.#sources(atlas.machines.flatMap(({ runId }) => runId ?? [])), format)
      },
      exportAdvices: () => exportAdvices(this.#read(listAdvices)),
      importForAtlas: text => {
        if (!isAdviceFile(text)) return { run: this.importRun(() => [text], 'imported').id, advices: 0 }
        const advices = readAdviceFile(text)
        return { run: null, advices: this.#read(database => importAdvices(database, advices)) }
      },
      listAdvices: () => this.#read(listAdvices),
      deleteAdvice: id => this.#read(database => hideAdvice(database, id, now())),
      restoreAdvice: id => this.#read(database => restoreAdvice(database, id)),
      listReferences: () => this.#read(listReferences),
      renderComparison: ({ request, format, withCommandLine = false }) => {
        const ids = runsOf(request)
        const shown = format === 'html' ? ids : []
        const whole = this.#read(database => shown.map(id => runs.getRun(database, id)))
        const sources = this.#sources(ids)
        const comparison = this.#compare(request)
        return withCommandLine
          ? renderComparison(comparison, { sources, whole }, format)
          : renderComparison(
              comparisonWithoutCommandLine(comparison),
              { sources, whole: whole.map(withoutCommandLine) },
              format,
            )
      },
      renderMachines: ({ request, format }) => {
        const comparison = this.#compareMachines(request)
        return renderMachines(
          comparison,
          this.#sources(comparison.machines.map(({ runId }) => runId)),
          format,
        )
      },
      renderHistory: ({ request, format }) => {
        const shown = this.#read(database => history(database, request))
        const newest = shown.points.slice(-1).map(({ reference }) => reference.runId)
        return renderHistory(shown, this.#sources(newest), format)
      },
      project: request => this.#project(request),
      renderProjection: ({ request, format }) => {
        const ids = new Set([request.baseline.runId, request.host.runId])
        return renderProjection(this.#project(request), this.#sources([...ids]), format)
      },
      renderAdvice: ({ id, format }) =>
        renderAdvice(withoutCommandLine(this.#read(database => getAdvice(database, id))), format),
      filesForSystem: ({ id, system }) =>
        filesForSystem(withoutCommandLine(this.#read(database => runs.getRun(database, id))), system),
      bisection: async id => {
        const run = this.#read(database => runs.getRun(database, id))
        if (run.plan.bisection === undefined) return null
        const { plan, samples, summary, environment } = run
        return bisectionReport({ plan, samples, summary, guests: environment.guests ?? [] })
      },
      reproducer: ({ id, cell }) => {
        const run = this.#read(database => runs.getRun(database, id))
        return reproducerOf(run, compareWithin(measuredRun(run), this.#knowledge()), cell)
      },
      renderRuns: ({ ids, format, withCommandLine = false }) => {
        const reported = [...new Set(ids)].map(id => {
          const run = this.#read(database => runs.getRun(database, id))
          const comparisons = compareWithin(measuredRun(run), this.#knowledge())
          return { run: withCommandLine ? run : withoutCommandLine(run), comparisons }
        })
        return renderRuns(reported, format)
      },
    }
  }

  /** The runs whose provenance a document tells: the first of many. */
  #sources(ids: readonly RunId[]): RunHead[] {
    return this.#read(database => ids.slice(0, mostSources).map(id => runs.getRunHead(database, id)))
  }

  #compare(request: CompareRequest): Comparison {
    return this.#read(database => {
      const stored = new Map(runsOf(request).map(id => [id, readMeasuredRun(database, id)]))
      return compareRuns(request, stored, this.#knowledge())
    })
  }

  #compareMachines(request: MachineComparisonRequest): MachineComparison {
    return this.#read(database =>
      compareMachines(database, request, () => this.#knowledge(), !this.#opened.isReadOnly),
    )
  }

  #atlas(): Atlas {
    return this.#read(database => readAtlas(database, () => this.#knowledge(), !this.#opened.isReadOnly))
  }

  #project(request: ProjectionRequest): Projection {
    return this.#read(database => {
      const ids = [request.baseline, ...request.variants, request.host].map(({ runId }) => runId)
      const stored = new Map([...new Set(ids)].map(id => [id, readMeasuredRun(database, id)]))
      return projectRuns(request, stored, listReferences(database))
    })
  }

  #knowledge(): Knowledge {
    const database = this.#database
    const machines = new Map<RunId, MachineNoise>()
    return {
      references: this.#read(listReferences),
      noiseFloor: (runId, variant, cell) => {
        const noise =
          machines.get(runId) ??
          readMachineNoise(database, machineOfRun(database, runId), placementOfRun(database, runId))
        machines.set(runId, noise)
        return noise.floorFor(variant, cell)?.floorPercent ?? null
      },
    }
  }

  /**
   * Ends a run, and packs the samples of one that is complete; on a full disk in the room kept for
   * it, and they stay as they are.
   */
  #endRun(outcome: RunOutcome): void {
    const end = (): void =>
      this.#change(outcome.runId, database => runs.endRun(database, outcome, this.#options.now()))
    if (!wasDiskFull(end)) {
      if (outcome.status === 'complete')
        wasDiskFull(() => this.#read(database => packSamples(database, outcome.runId)))
      return
    }
    releaseReserve(this.#options.path)
    end()
  }

  /**
   * Computes what a question about many machines will ask of a run, so that it need
   * not be when it is asked.
   */
  #keepChanges(runId: RunId): void {
    this.#read(database =>
      changesOf(database, { runId, baselineIndex: 0, variants: [] }, () => this.#knowledge(), true),
    )
  }

  #read<T>(action: (database: Database) => T): T {
    return wordErrors(this.#options.path, () => action(this.#database))
  }

  #change<T>(id: RunId, action: (database: Database) => T): T {
    const result = this.#read(database =>
      database
        .transaction(() => {
          const changed = action(database)
          forgetChanges(database, id)
          return changed
        })
        .immediate(),
    )
    this.#tell([id])
    return result
  }

  #tell(ids: RunId[]): void {
    this.#told = this.#read(runs.runStates)
    for (const listener of this.#listeners) listener(ids)
  }
}

/** Whether the disk was too full for `action`; then nothing of it was stored. */
function wasDiskFull(action: () => void): boolean {
  try {
    action()
    return false
  } catch (error) {
    if (error instanceof Failure && error.code === 'disk-full') return true
    throw error
  }
}

/** A text for a window, which has it in memory as a whole. */
function joined(pieces: Iterable<string>): string {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length > largestTextForWindow)
      throw new Failure(
        'unsupported',
        'This run has too many samples to export it from the window.',
        'Use the command line: folio-lab runs export ID FILE',
      )
  }
  return text
}

function runsOf({ baseline, variants }: CompareRequest): RunId[] {
  return [...new Set([baseline, ...variants].map(({ runId }) => runId))]
}
