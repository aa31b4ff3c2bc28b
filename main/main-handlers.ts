import { app, clipboard, nativeImage, nativeTheme, type BrowserWindow } from 'electron'
import type { MachineReport, mainApi } from '../engine/contract/api.ts'
import type { Handlers } from '../engine/contract/ipc/api-type.ts'
import { saveFile } from './dialogs.ts'
import type { RunSupervisor } from './run-supervisor.ts'
import type { SettingsStore } from './settings.ts'
import type { StartNotices } from './start-notices.ts'

export type HandlerParts = Readonly<{
  runs: RunSupervisor
  settings: SettingsStore
  notices: StartNotices
  inspectMachine: () => Promise<MachineReport>
  /** The window that dialogs belong to. */
  owner: () => BrowserWindow | null
}>

/** What main does for a page. */
export function makeMainHandlers({
  runs,
  settings,
  notices,
  inspectMachine,
  owner,
}: HandlerParts): Handlers<typeof mainApi> {
  return {
    inspectMachine,
    startRun: plan => runs.start(plan),
    resumeRun: runId => runs.resume(runId),
    pauseRun: () => runs.pause(),
    proceedRun: () => runs.proceed(),
    cancelRun: () => runs.cancel(),
    currentRun: () => runs.describe(),
    getSettings: () => settings.get(),
    setSettings(wanted) {
      settings.set(wanted)
      nativeTheme.themeSource = wanted.theme
    },
    copyText: text => clipboard.writeText(text),
    saveText: async ({ suggestedName, text }) => ({ path: await saveFile(owner(), suggestedName, text) }),
    copyPicture: png => clipboard.writeImage(nativeImage.createFromBuffer(Buffer.from(png, 'base64'))),
    savePicture: async ({ suggestedName, png }) => ({
      path: await saveFile(owner(), suggestedName, Buffer.from(png, 'base64')),
    }),
    takeNotices: () => notices.take(),
    versions: () => ({
      'Folio Lab': app.getVersion(),
      Electron: process.versions.electron,
      Chromium: process.versions.chrome,
      Node: process.versions.node,
    }),
  }
}
