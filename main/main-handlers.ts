import { readFile } from 'node:fs/promises'
import { app, clipboard, nativeTheme, type BrowserWindow } from 'electron'
import * as z from 'zod'
import type { fleetApi, kernelsApi, mainApi, MachineReport } from '../engine/contract/api.ts'
import type { Handlers } from '../engine/contract/api-type.ts'
import { PackageLicence } from '../engine/contract/licence.ts'
import type { Connection } from '../engine/contract/ipc/connect.ts'
import type { TargetMachine } from '../engine/contract/target-machine.ts'
import type { Settings } from '../engine/contract/settings.ts'
import type { AdviceSupervisor } from './advice-supervisor.ts'
import { copyPicture } from './clipboard.ts'
import { chooseKernels, saveFile } from './dialogs.ts'
import type { MachineInspector } from './machine-inspector.ts'
import type { MachineStore } from './machine-store.ts'
import type { RunSupervisor } from './run-supervisor.ts'
import type { SettingsStore } from './settings.ts'
import type { StartNotices } from './start-notices.ts'

export type HandlerParts = Readonly<{
  runs: RunSupervisor
  advices: AdviceSupervisor
  settings: SettingsStore
  notices: StartNotices
  inspector: MachineInspector
  machines: MachineStore
  /** What one of them is. */
  inspectOther: (machine: TargetMachine) => Promise<MachineReport>
  fleets: () => Connection<typeof fleetApi>['call']
  kernels: () => Connection<typeof kernelsApi>['call']
  settingsChanged: (settings: Settings) => void
  openWindow: () => void
  openDataFolder: () => void
  /** Copies the library to where the user chooses; that path, or null. */
  backUpLibrary: () => Promise<string | null>
  /**
   * Puts a copy chosen by the user in the library's place; the path where the
   * present one was kept, or null.
   */
  restoreLibrary: () => Promise<string | null>
  /** The library's file, over which nothing is saved. */
  database: string
  /** The file of licences. */
  licences: string
  /** The window that dialogs belong to. */
  owner: () => BrowserWindow | null
}>

/** What main does for a page. */
export function makeMainHandlers({
  runs,
  advices,
  settings,
  notices,
  inspector,
  machines,
  inspectOther,
  fleets,
  kernels,
  settingsChanged,
  openWindow,
  openDataFolder,
  backUpLibrary,
  restoreLibrary,
  database,
  licences,
  owner,
}: HandlerParts): Handlers<typeof mainApi> {
  return {
    inspectMachine: () => inspector.inspect(),
    lastMachineReport: () => inspector.last(),
    machineLoad: () => inspector.load(),
    countOperations: request => inspector.count(request),
    phone: request => inspector.phone(request),
    counterexample: () => inspector.counterexample(),
    compareFunctions: request => inspector.compareFunctions(request),
    listMachines: () => [...machines.list()],
    saveMachine: machine => machines.save(machine),
    removeMachine: name => machines.remove(name),
    inspectOther: name => inspectOther(machines.find(name)),
    listFleets: () => fleets().listFleets(),
    collectFleet: name => fleets().collectFleet(name),
    cancelFleet: name => fleets().cancelFleet(name),
    fetchedKernels: () => kernels().fetchedKernels(),
    offeredKernels: sources => kernels().offeredKernels(sources),
    fetchKernel: wanted => kernels().fetchKernel(wanted),
    removeKernel: release => kernels().removeKernel(release),
    startRun: plan => runs.start(plan),
    startRunOn: ({ plan, machine }) => runs.start(plan, machine),
    startRunWhenQuiet: plan => runs.startWhenQuiet(plan),
    resumeRun: runId => runs.resume(runId),
    pauseRun: () => runs.pause(),
    proceedRun: () => runs.proceed(),
    cancelRun: () => runs.cancel(),
    startAdvice: request => advices.start(request),
    startAdviceOn: ({ request, machine }) => advices.start(request, machine),
    cancelAdvice: () => advices.cancel(),
    currentAdvice: () => advices.describe(),
    currentRun: () => runs.describe(),
    getSettings: () => settings.get(),
    setSettings(wanted) {
      settings.set(wanted)
      nativeTheme.themeSource = wanted.theme
      settingsChanged(wanted)
    },
    copyText: text => clipboard.writeText(text),
    saveText: async ({ suggestedName, text }) => ({
      path: await saveFile(owner(), suggestedName, text, database),
    }),
    copyPicture: png => copyPicture(Buffer.from(png, 'base64')),
    savePicture: async ({ suggestedName, png }) => ({
      path: await saveFile(owner(), suggestedName, Buffer.from(png, 'base64'), database),
    }),
    takeNotices: () => notices.take(),
    licences: async () => z.array(PackageLicence).parse(JSON.parse(await readFile(licences, 'utf8'))),
    chooseKernels: () => chooseKernels(owner()),
    openWindow,
    openDataFolder,
    printScreen: () => owner()?.webContents.print(),
    backUpLibrary: async () => ({ path: await backUpLibrary() }),
    restoreLibrary: async () => ({ setAside: await restoreLibrary() }),
    versions: () => ({
      'Folio Lab': app.getVersion(),
      Electron: process.versions.electron,
      Chromium: process.versions.chrome,
      Node: process.versions.node,
    }),
  }
}
