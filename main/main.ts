/**
 * The main process: windows, menu, dialogs, and the life of the engine's processes. It
 * computes nothing. Read from top to bottom: before the application is ready, then what is
 * made once, then how it ends.
 */
import { accessSync, constants, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { app, dialog, nativeTheme, session, shell, type BrowserWindow } from 'electron'
import { Failure, toFailureRecord } from '../engine/contract/failure.ts'
import type { LibraryProcessOptions, SessionProcessOptions } from '../engine/contract/engine-process.ts'
import type { TargetMachine } from '../engine/contract/target-machine.ts'
import { makeFolder } from '../engine/files/make-folder.ts'
import { AdviceSupervisor } from './advice-supervisor.ts'
import { backUpLibrary } from './back-up-library.ts'
import { commandLineWords, filesToOpen, runCommandLine } from './command-line.ts'
import { confirmQuit, showFailure } from './dialogs.ts'
import { engineEnvironment } from './engine-environment.ts'
import { adviceEnding, adviceShare, runEnding, runShare } from './endings.ts'
import { EngineProcess } from './engine-process.ts'
import { servePages, type Pages } from './ipc.ts'
import { LibraryProcess } from './library-process.ts'
import { openLog } from './logging.ts'
import { makeMainHandlers } from './main-handlers.ts'
import { askOnce, MachineInspector } from './machine-inspector.ts'
import { MachineStore } from './machine-store.ts'
import { installMenu } from './menu.ts'
import { resolvePaths, type Paths } from './paths.ts'
import { registerScheme, servePage } from './protocol.ts'
import { Presence } from './presence.ts'
import { installQuit } from './quit.ts'
import { restoreLibrary } from './restore-library.ts'
import { RunSupervisor } from './run-supervisor.ts'
import { SessionProcess } from './session-process.ts'
import { SettingsStore } from './settings.ts'
import { StartNotices } from './start-notices.ts'
import { denyPermissions, openWindow } from './window.ts'

process.stderr.on('error', () => undefined) // nobody reads it any more
const paths = pathsOrEnd()
const words = commandLineWords(process.argv)
if (words !== null) await runCommandLine(words, paths)

// Without a folder to write to there is still a window, which says so.
const ownFolder = isWritable(paths.dataFolder) ? paths.dataFolder : passingFolder()
const log = openLog(paths.logFile)

app.setPath('userData', ownFolder) // also where the lock lies that keeps a second instance out
app.setPath('sessionData', path.join(ownFolder, 'browser')) // Chromium's caches and the like
app.setPath('crashDumps', path.join(ownFolder, 'browser', 'crashes'))
registerScheme()
keepMemorySmall()

let windows: readonly BrowserWindow[] = []

if (app.requestSingleInstanceLock()) {
  process.on('uncaughtException', error => stopWith(error))
  process.on('unhandledRejection', error => stopWith(error))
  void app.whenReady().then(start)
} else {
  app.exit(0) // the instance that has the lock shows its window
}

function start(): void {
  const settings = new SettingsStore(paths.settings)
  nativeTheme.themeSource = settings.get().theme
  servePage(session.defaultSession, paths.page)
  denyPermissions(session.defaultSession)

  // First of all: before its page can ask for anything, the rest of this function has run.
  const files = filesToOpen(process.argv, process.cwd())
  if (files.length === 0) open(settings.get().isWelcomed ? '/' : '/welcome')

  const library = new LibraryProcess(startLibraryProcess, {
    restarted: reason => emit('libraryRestarted', { reason }),
    givenUp: failure => log.error(failure.message),
  })
  const presence = new Presence({
    windows: () => windows,
    isNotifying: () => settings.get().notifies,
    show(path) {
      showAgain(currentWindow())
      tellCurrent('navigate', { path })
    },
  })
  const runs = new RunSupervisor({
    startSession: machine => startSession('session', machine),
    library,
    refuseBeside: () => advices.refuse(),
    emit,
    began: () => presence.began(),
    moved: progress => presence.moved(runShare(progress)),
    ended: outcome => presence.ended(runEnding(outcome)),
    log,
  })
  const advices = new AdviceSupervisor({
    startSession: machine => startSession('advice', machine),
    library,
    refuseBeside: () => runs.refuse(),
    emit,
    began: () => presence.began(),
    moved: progress => presence.moved(adviceShare(progress)),
    ended: outcome => presence.ended(adviceEnding(outcome)),
  })
  const libraryFile = { library, database: paths.database, isRunning: isMeasuring }
  const machines = new MachineStore(paths.machines)
  const inspector = new MachineInspector({
    start: () => startSessionProcess('inspection'),
    isMeasuring,
    file: paths.machineReport,
    applicationVersion: app.getVersion(),
  })
  const pages: Pages = servePages({
    handlers: makeMainHandlers({
      runs,
      advices,
      settings,
      notices: new StartNotices(library, settings.setAside),
      inspector,
      machines,
      inspectOther: machine =>
        askOnce(
          () => startSessionProcess('inspection', machine),
          call => call.inspectMachine(),
        ),
      fleets: () => library.openFleets().call,
      kernels: () => library.openKernels().call,
      settingsChanged: changed => emit('settingsChanged', changed),
      openWindow: () => open('/'),
      openDataFolder,
      backUpLibrary: () => backUpLibrary(libraryFile),
      restoreLibrary: () => restoreLibrary(libraryFile),
      database: paths.database,
      licences: paths.licences,
      owner: currentWindow,
    }),
    openLibrary: () => library.openLine(),
    log,
  })
  installMenu({
    navigate: path => tellCurrent('navigate', { path }),
    newWindow: () => open('/'),
    openPalette: () => tellCurrent('paletteAsked', {}),
    printScreen: () => currentWindow()?.webContents.print(),
    openDataFolder,
    openLogFolder: () => void shell.openPath(path.dirname(paths.logFile)),
  })
  const quit = installQuit(
    async () => !isMeasuring() || confirmQuit(currentWindow(), runs.isRunning() ? 'run' : 'advice'),
    async () => {
      await Promise.all([runs.end(), advices.end()])
      await library.stop()
    },
  )
  app.on('second-instance', (_event, argv, folder) => {
    showAgain(currentWindow())
    void importFiles(filesToOpen(argv, folder)).then(path => {
      if (path !== null) tellCurrent('navigate', { path })
    })
  })
  if (files.length > 0) void importFiles(files).then(path => open(path ?? '/'))
  // Read while the process of the first page starts, not when it asks.
  setImmediate(() => inspector.last())

  function startSession(name: string, machine: string | null): SessionProcess {
    return new SessionProcess(startSessionProcess(name, machine === null ? null : machines.find(machine)))
  }

  function isMeasuring(): boolean {
    return runs.isRunning() || advices.isRunning()
  }

  function emit(...event: Parameters<Pages['emit']>): void {
    pages.emit(...event)
  }

  function tellCurrent(...event: Parameters<Pages['emit']>): void {
    const window = currentWindow()
    if (window) pages.emitTo(window.webContents, ...event)
  }

  function open(path: string): void {
    const window = openWindow(
      {
        session: session.defaultSession,
        preload: paths.preload,
        stateFile: paths.windowState,
        icon: paths.icon,
        log,
      },
      path,
      currentWindow(),
    )
    window.on('close', event => {
      if (quit.isReady() || windows.length > 1) return
      event.preventDefault()
      void quit.request(true)
    })
    window.once('closed', () => (windows = windows.filter(other => other !== window)))
    windows = [...windows, window]
  }

  /**
   * Imports run files that the desktop or the launcher named; the path of the screen
   * that shows the last of them.
   */
  async function importFiles(files: readonly string[]): Promise<string | null> {
    let shown: string | null = null
    for (const file of files)
      try {
        shown = `/runs/${await library.openFiles().call.importFile({ file })}`
      } catch (error) {
        await showFailure(currentWindow(), error)
      }
    return shown
  }
}

/**
 * Has V8 choose less memory over speed, here and in the pages: without it, the garbage of a list
 * of ten thousand runs stays for minutes. The engine’s processes compute, and are left alone.
 */
function keepMemorySmall(): void {
  const choice = '--optimize-for-size'
  setFlagsFromString(choice)
  app.commandLine.appendSwitch('js-flags', choice)
}

/** Without a place for data there is nothing to open. */
function pathsOrEnd(): Paths {
  try {
    const bundles = path.resolve(import.meta.dirname, '..')
    return resolvePaths(
      { bundles, isPackaged: app.isPackaged, resources: process.resourcesPath },
      process.env,
    )
  } catch (error) {
    return endBeforeStart(error)
  }
}

/** A folder of this start, where that of the data cannot be written. */
function passingFolder(): string {
  try {
    return mkdtempSync(path.join(tmpdir(), 'folio-lab-'))
  } catch (error) {
    const message = `Neither ${paths.dataFolder} nor the folder for temporary files, ${tmpdir()}, can be written to.`
    const advice = 'Make one of them writable and free some space, or set TMPDIR to another folder.'
    return endBeforeStart(new Failure('not-permitted', message, advice, { cause: error }))
  }
}

/** Says on standard error, where there can be no window yet, why there will be none. */
function endBeforeStart(error: unknown): never {
  const { message, advice } = toFailureRecord(error)
  dialog.showErrorBox('Folio Lab cannot start', `${message}\n${advice}`)
  process.exit(1)
}

/** The focused window, or any other one. */
function currentWindow(): BrowserWindow | null {
  return windows.find(window => window.isFocused()) ?? windows[0] ?? null
}

function openDataFolder(): void {
  void shell.openPath(paths.dataFolder)
}

function isWritable(folder: string): boolean {
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function startLibraryProcess(): EngineProcess {
  return startEngineProcess('library', paths.engineLibrary, libraryOptions())
}

function startSessionProcess(name: string, machine: TargetMachine | null = null): EngineProcess {
  const shared = libraryOptions()
  const options: SessionProcessOptions = {
    ...shared,
    agentPath: paths.agent,
    machine,
    applicationVersion: app.getVersion(),
  }
  return startEngineProcess(name, paths.engineSession, options)
}

function libraryOptions(): LibraryProcessOptions {
  return { databasePath: paths.database, sqliteBinding: paths.sqliteBinding }
}

function startEngineProcess(name: string, entry: string, options: unknown): EngineProcess {
  return new EngineProcess({ name, entry, options, environment: engineEnvironment(process.env), log })
}

function showAgain(window: BrowserWindow | null): void {
  if (!window) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** An unexpected error: it is shown, and the remaining processes end with this one. */
function stopWith(error: unknown): void {
  log.error('main: unforeseen error', error)
  void app
    .whenReady()
    .then(() => showFailure(null, error))
    .finally(() => app.exit(1))
}
