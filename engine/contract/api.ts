import * as z from 'zod'
import { Advice, AdviceId, AdviceOutcome, AdviceProgress, AdviceRequest, CurrentAdvice } from './advice.ts'
import { Atlas } from './atlas.ts'
import { BisectionReport } from './bisection.ts'
import { CaseDetails, CaseDetailsRequest } from './case-details.ts'
import { Cell } from './case.ts'
import { Comparison, CompareRequest, VariantReference } from './comparison.ts'
import { Counterexample } from './counterexample.ts'
import { Environment, Facts, Guest, PreflightCheck } from './environment.ts'
import { Hello } from './agent-protocol.ts'
import { FailureRecord } from './failure.ts'
import { History, HistoryRequest } from './history.ts'
import {
  largestTextForWindow,
  lineCharacters,
  mostReportedRuns,
  noteCharacters,
  reasonCharacters,
  textCutAt,
  textUpTo,
} from './bounds.ts'
import type { Api } from './api-type.ts'
import { PackageLicence } from './licence.ts'
import { MachineLoad, QuietWait } from './machine-load.ts'
import { MachineComparison, MachineComparisonRequest } from './machine-comparison.ts'
import { NoiseFloor } from './noise-floor.ts'
import { Collection, FleetName, FleetStatus } from './fleet.ts'
import { FunctionComparison, FunctionRequest } from './function-counts.ts'
import { FetchedKernel, KernelOffer, KernelSources } from './kernels.ts'
import { MachineName, TargetMachine } from './target-machine.ts'
import { CountedCase, CountRequest } from './operation-counts.ts'
import { PhoneRequest, PhoneResult } from './phone.ts'
import { ExportedFile, OtherSystem } from './other-system.ts'
import { Plan } from './plan.ts'
import { Projection, ProjectionRequest } from './projection.ts'
import { Progress, Run, RunHead, RunId, RunOutcome, RunStatus, RunSummary } from './run.ts'
import { Reference } from './reference.ts'
import { ReportFormat } from './report-format.ts'
import { Sample } from './sample.ts'
import { Settings } from './settings.ts'
import { Label } from './variant.ts'

const nothing = z.void()
const FilePath = textUpTo(lineCharacters)
const FileRequest = z.object({ file: FilePath })

/** What this machine is and whether it is fit to measure. */
export const MachineReport = z.object({
  environment: Environment,
  hello: Hello,
  preflight: z.array(PreflightCheck),
})
export type MachineReport = z.infer<typeof MachineReport>

/** What a plan takes at most; an adaptive stopping rule may end its run before. */
export const Estimate = z.object({
  samples: z.number(),
  seconds: z.number(),
  memoryBytes: z.number(),
  /** Where the seconds come from: samples stored on this machine, or the default pace. */
  basis: z.enum(['stored-samples', 'default-pace']),
  /**
   * The smallest change of each cell that as many rounds show with 80 % power, and the noise floor,
   * from the calibration of the machine of the newest run; null where it has none.
   */
  detectable: z.array(
    z.object({ cell: Cell, percent: z.number().nullable(), noiseFloorPercent: z.number().nullable() }),
  ),
})
export type Estimate = z.infer<typeof Estimate>

/**
 * What a session asks of the library while it runs. Every write is committed before it is answered.
 */
export const recordingApi = {
  requests: {
    beginRun: { input: z.object({ id: RunId, plan: Plan, environment: Environment }), output: nothing },
    recordSample: { input: z.object({ runId: RunId, sample: Sample }), output: nothing },
    /** Adds a virtual machine that was first booted after its run had begun. */
    recordGuest: { input: z.object({ runId: RunId, guest: Guest }), output: nothing },
    endRun: { input: RunOutcome, output: nothing },
    recordAdvice: { input: Advice, output: nothing },
    /**
     * Makes a run that ended early a running one again: its plan, the samples that are already
     * stored, and the number of the session that goes on with it.
     */
    reopenRun: {
      input: RunId,
      output: z.object({
        plan: Plan,
        environment: Environment,
        samples: z.array(Sample),
        session: z.int().min(1),
      }),
    },
  },
  events: {},
} satisfies Api

/** What windows and the command line ask of the library. */
export const libraryApi = {
  requests: {
    listRuns: { input: z.object({ includeDeleted: z.boolean() }), output: z.array(RunSummary) },
    getRun: { input: RunId, output: Run },
    getRunHead: { input: RunId, output: RunHead },
    labelRun: { input: z.object({ id: RunId, label: Label }), output: nothing },
    noteRun: { input: z.object({ id: RunId, text: textUpTo(noteCharacters) }), output: nothing },
    /**
     * Hides a run; `restoreRun` brings it back for at least a day, after
     * which the library lets it go.
     */
    deleteRun: { input: RunId, output: nothing },
    restoreRun: { input: RunId, output: nothing },
    /**
     * Refuses with `not-comparable` and the reason what was not measured alike,
     * unless the request insists.
     */
    compare: { input: CompareRequest, output: Comparison },
    /** Machines side by side, each against its own baseline. */
    compareMachines: { input: MachineComparisonRequest, output: MachineComparison },
    /** Every sample behind one cell of a comparison, or behind one case. */
    caseDetails: { input: CaseDetailsRequest, output: CaseDetails },
    /** One case over all runs of a machine. */
    history: { input: HistoryRequest, output: History },
    /** The noise floors of the machine with these facts. */
    noiseFloors: { input: Facts, output: z.array(NoiseFloor) },
    setBaseline: { input: VariantReference.nullable(), output: nothing },
    getBaseline: { input: nothing, output: VariantReference.nullable() },
    /** Marks runs whose session is gone; called by whoever supervises sessions. */
    markInterrupted: { input: z.object({ id: RunId, reason: textCutAt(reasonCharacters) }), output: nothing },
    /** `facts`: of the machine that it is to be measured on. */
    estimate: { input: z.object({ plan: Plan, facts: Facts }), output: Estimate },
    /**
     * The whole run as a file of format `folio-lab/run/5`; of the kernel command line
     * the same holds as below.
     */
    exportRun: {
      input: z.object({ id: RunId, withCommandLine: z.boolean().optional() }),
      output: z.object({ suggestedName: z.string(), text: z.string() }),
    },
    /** Adds a run from the text of a run file; a run that is already stored is refused. */
    importRun: { input: textUpTo(largestTextForWindow), output: RunId },
    /** Every advice that was finished, the newest first. */
    listAdvices: { input: nothing, output: z.array(Advice) },
    /** Hides an advice; for at least a day `restoreAdvice` brings it back. */
    deleteAdvice: { input: AdviceId, output: nothing },
    restoreAdvice: { input: AdviceId, output: nothing },
    /** What is known of every machine. */
    atlas: { input: nothing, output: Atlas },
    renderAtlas: { input: ReportFormat, output: z.string() },
    /** The advices on this library’s own machines as a file for another library. */
    exportAdvices: { input: nothing, output: z.string() },
    /** Adds what a file of somebody else holds, a run or advices; says what was new. */
    importForAtlas: {
      input: textUpTo(largestTextForWindow),
      output: z.object({ run: RunId.nullable(), advices: z.int().min(0) }),
    },
    /** The published tables, to lay beside measured ones. */
    listReferences: { input: nothing, output: z.array(Reference) },
    /**
     * A comparison, or the medians of one run, as a document; with the kernel command line only
     * when asked for, since it may hold secrets.
     */
    renderComparison: {
      input: z.object({
        request: CompareRequest,
        format: ReportFormat,
        withCommandLine: z.boolean().optional(),
      }),
      output: z.string(),
    },
    renderMachines: {
      input: z.object({ request: MachineComparisonRequest, format: ReportFormat }),
      output: z.string(),
    },
    /** A run as the files that another system takes. */
    filesForSystem: {
      input: z.object({ id: RunId, system: OtherSystem }),
      output: z.array(ExportedFile),
    },
    /**
     * A benchmark of a run as one C file with the run's table; refused for what
     * runs on the model alone.
     */
    reproducer: { input: z.object({ id: RunId, cell: Cell }), output: z.string() },
    /** What a search for the first changed kernel has found; null for a run that is none. */
    bisection: { input: RunId, output: BisectionReport.nullable() },
    renderHistory: {
      input: z.object({ request: HistoryRequest, format: ReportFormat }),
      output: z.string(),
    },
    /** What the model's extra times would change on a measured kernel. */
    project: { input: ProjectionRequest, output: Projection },
    renderProjection: {
      input: z.object({ request: ProjectionRequest, format: ReportFormat }),
      output: z.string(),
    },
    /** One document, in which each run has tables of its own. */
    renderRuns: {
      input: z.object({
        ids: z.array(RunId).min(1).max(mostReportedRuns, `a report has at most ${mostReportedRuns} runs`),
        format: ReportFormat,
        withCommandLine: z.boolean().optional(),
      }),
      output: z.string(),
    },
    renderAdvice: { input: z.object({ id: AdviceId, format: ReportFormat }), output: z.string() },
    location: {
      input: nothing,
      output: z.object({ path: z.string(), recovered: z.string().nullable(), isReadOnly: z.boolean() }),
    },
  },
  events: {
    runsChanged: z.object({ ids: z.array(RunId) }),
  },
} satisfies Api

/**
 * What main alone asks of the library process: it reads and writes files that the user has chosen.
 */
export const libraryFilesApi = {
  requests: {
    /** Writes the whole library to one file that is not there yet. */
    copyTo: { input: FileRequest, output: nothing },
    /** Copies another library to a file that is not there yet; refuses what is none. */
    takeIn: { input: z.object({ original: FilePath, file: FilePath }), output: nothing },
    /** Adds the run of a run file. */
    importFile: { input: FileRequest, output: RunId },
  },
  events: {},
} satisfies Api

/** What main asks of the library process about fleets, whose runs it takes in. */
export const fleetApi = {
  requests: {
    listFleets: { input: nothing, output: z.array(FleetStatus) },
    collectFleet: { input: FleetName, output: Collection },
    cancelFleet: { input: FleetName, output: nothing },
  },
  events: {},
} satisfies Api

/** What main asks of the library process about kernels to boot. */
export const kernelsApi = {
  requests: {
    /** Those that were fetched, oldest first, and where they are kept. */
    fetchedKernels: {
      input: nothing,
      output: z.object({ folder: FilePath, fetched: z.array(FetchedKernel) }),
    },
    /**
     * What suites of Debian offer, or without any the package sources of
     * this machine; oldest first.
     */
    offeredKernels: { input: KernelSources, output: z.array(KernelOffer) },
    fetchKernel: { input: KernelSources.extend({ release: FilePath }), output: nothing },
    removeKernel: { input: FilePath, output: nothing },
  },
  events: {},
} satisfies Api

/** What main asks of a session process: facts, one run, or one advice. */
export const sessionApi = {
  requests: {
    inspectMachine: { input: nothing, output: MachineReport },
    /** What else the machine does: a look of a second. */
    machineLoad: { input: nothing, output: MachineLoad },
    /** What variants of the model do, counted and not timed. */
    countOperations: { input: CountRequest, output: z.array(CountedCase) },
    /** Memory after a fork, of schemes of the model and of the running kernel. */
    phone: { input: PhoneRequest, output: z.array(PhoneResult) },
    /** The histories in which the posted series is wrong, replayed. */
    counterexample: { input: nothing, output: Counterexample },
    /** Boots both kernels; nothing else is measured at the same time. */
    compareFunctions: { input: FunctionRequest, output: FunctionComparison },
    /**
     * Starts the run and answers as soon as it is recorded; the rest comes as events. With
     * `whenQuiet` it first waits until the machine is quiet, says how that goes, and refuses with
     * `not-quiet` when it takes too long.
     */
    start: { input: z.object({ id: RunId, plan: Plan, whenQuiet: z.boolean() }), output: nothing },
    resume: { input: RunId, output: nothing },
    pause: { input: nothing, output: nothing },
    proceed: { input: nothing, output: nothing },
    cancel: { input: nothing, output: nothing },
    /** Starts an advice and answers as soon as the machine is its own; the rest comes as events. */
    advise: { input: z.object({ id: AdviceId, request: AdviceRequest }), output: nothing },
    cancelAdvice: { input: nothing, output: nothing },
  },
  events: {
    adviceProgressed: AdviceProgress,
    adviceEnded: AdviceOutcome,
    progressed: Progress,
    /** A run waits until the machine is quiet. */
    quietAwaited: QuietWait,
    /** Samples since the last event, at most some ten events a second. */
    sampled: z.object({ runId: RunId, samples: z.array(Sample) }),
    ended: RunOutcome,
  },
} satisfies Api

/** What a window asks of main. */
export const mainApi = {
  requests: {
    inspectMachine: { input: nothing, output: MachineReport },
    /** What `inspectMachine` said last, maybe before this start; null when it was never asked. */
    lastMachineReport: { input: nothing, output: MachineReport.nullable() },
    /**
     * What the machine does besides this program: a look of a second; null
     * while something is measured.
     */
    machineLoad: { input: nothing, output: MachineLoad.nullable() },
    /** What variants of the model do, counted; refused while something is measured. */
    countOperations: { input: CountRequest, output: z.array(CountedCase) },
    /** Memory after a fork; refused while something is measured. */
    phone: { input: PhoneRequest, output: z.array(PhoneResult) },
    /** The histories in which the posted series is wrong; refused while something is measured. */
    counterexample: { input: nothing, output: Counterexample },
    /** Boots both kernels; nothing else is measured at the same time. */
    compareFunctions: { input: FunctionRequest, output: FunctionComparison },
    /** The machines that the user has named, to measure on over ssh. */
    listMachines: { input: nothing, output: z.array(TargetMachine) },
    /** Adds a machine, or changes the one of its name. */
    saveMachine: { input: TargetMachine, output: nothing },
    removeMachine: { input: MachineName, output: nothing },
    /** What one of them is. */
    inspectOther: { input: MachineName, output: MachineReport },
    ...fleetApi.requests,
    ...kernelsApi.requests,
    startRun: { input: Plan, output: RunId },
    /** The same on one of the machines that the user has named. */
    startRunOn: { input: z.object({ plan: Plan, machine: MachineName }), output: RunId },
    /** The same, as soon as the machine is quiet; `cancelRun` ends the wait. */
    startRunWhenQuiet: { input: Plan, output: RunId },
    resumeRun: { input: RunId, output: nothing },
    pauseRun: { input: nothing, output: nothing },
    proceedRun: { input: nothing, output: nothing },
    cancelRun: { input: nothing, output: nothing },
    startAdvice: { input: AdviceRequest, output: AdviceId },
    /** The same on one of the machines that the user has named. */
    startAdviceOn: { input: z.object({ request: AdviceRequest, machine: MachineName }), output: AdviceId },
    cancelAdvice: { input: nothing, output: nothing },
    /** The advice under way; null when there is none. */
    currentAdvice: { input: nothing, output: CurrentAdvice.nullable() },
    /** The run under way, with all that a window opened later needs to catch up; null when idle. */
    currentRun: {
      input: nothing,
      output: z
        .object({ runId: RunId, plan: Plan, progress: Progress.nullable(), status: RunStatus })
        .nullable(),
    },
    getSettings: { input: nothing, output: Settings },
    setSettings: { input: Settings, output: nothing },
    copyText: { input: z.string().max(10_000_000), output: nothing },
    saveText: {
      input: z.object({ suggestedName: z.string().max(200), text: textUpTo(largestTextForWindow) }),
      output: z.object({ path: z.string().nullable() }),
    },
    /** A PNG as base64. */
    copyPicture: { input: z.base64().max(100_000_000), output: nothing },
    savePicture: {
      input: z.object({ suggestedName: z.string().max(200), png: z.base64().max(100_000_000) }),
      output: z.object({ path: z.string().nullable() }),
    },
    /** What went wrong before a window could show it; each is reported once. */
    takeNotices: { input: nothing, output: z.array(FailureRecord) },
    versions: { input: nothing, output: z.record(z.string(), z.string()) },
    /** Licences of the packages that the application contains. */
    licences: { input: nothing, output: z.array(PackageLicence) },
    /** Paths of kernel images and Debian packages that the user chooses. */
    chooseKernels: { input: nothing, output: z.array(z.string()) },
    openWindow: { input: nothing, output: nothing },
    openDataFolder: { input: nothing, output: nothing },
    /** Prints what the window shows. */
    printScreen: { input: nothing, output: nothing },
    /** Asks where to copy the library to, and copies it; null: the user thought better of it. */
    backUpLibrary: { input: nothing, output: z.object({ path: z.string().nullable() }) },
    /**
     * Asks for a copy of the library to put in the place of the present one; null: the
     * user thought better of it.
     */
    restoreLibrary: { input: nothing, output: z.object({ setAside: z.string().nullable() }) },
  },
  events: {
    adviceBegan: CurrentAdvice,
    adviceProgressed: AdviceProgress,
    adviceEnded: AdviceOutcome,
    quietAwaited: QuietWait,
    progressed: Progress,
    sampled: z.object({ runId: RunId, samples: z.array(Sample) }),
    ended: RunOutcome,
    libraryRestarted: z.object({ reason: z.string() }),
    /** Another window changed them. */
    settingsChanged: Settings,
    /** A menu entry or shortcut that opens the list of commands. */
    paletteAsked: z.object({}),
    /** A menu entry or shortcut that shows a screen. */
    navigate: z.object({ path: z.string() }),
  },
} satisfies Api
