import { homedir } from 'node:os'
import path from 'node:path'
import { machineListPath } from '../engine/contract/target-machine.ts'
import { dataFolder, libraryPath } from '../engine/process/data-folder.ts'

/** Every file and folder that the application touches, absolute. */
export type Paths = Readonly<{
  dataFolder: string
  database: string
  settings: string
  /** The machines that the user has named. */
  machines: string
  windowState: string
  /** What the machine was when last asked. */
  machineReport: string
  logFile: string
  /** The bundled page. */
  page: string
  preload: string
  /** The icon that a package carries; null in a checkout. */
  icon: string | null
  /** What runs in the two processes of the engine. */
  engineLibrary: string
  engineSession: string
  /** The bundled command line, which a package runs in this program. */
  commandLine: string
  /** Licences of the packages that the bundles contain, as JSON. */
  licences: string
  agent: string
  /**
   * better-sqlite3's addon: a package carries it beside its archive, the development runtime may
   * need one of its own (build/runtime.mjs); null: the one in its package.
   */
  sqliteBinding: string | null
}>

export type Installation = Readonly<{
  /** Folder of the bundles: `out` of a checkout, the same inside a package. */
  bundles: string
  isPackaged: boolean
  /** Folder of what a package carries outside its archive; only read when packaged. */
  resources: string
}>

/** Where everything is, for an installation and the environment that it was started in. */
export function resolvePaths(
  installation: Installation,
  environment: Readonly<Record<string, string | undefined>>,
  home = homedir(),
): Paths {
  const { bundles, isPackaged, resources } = installation
  const data = dataFolder(environment, home)
  return {
    dataFolder: data,
    database: libraryPath(data),
    settings: path.join(data, 'settings.json'),
    machines: machineListPath(data),
    windowState: path.join(data, 'window.json'),
    machineReport: path.join(data, 'machine.json'),
    logFile: path.join(data, 'logs', 'main.log'),
    page: path.join(bundles, 'renderer'),
    preload: path.join(bundles, 'main', 'preload.cjs'),
    icon: isPackaged ? path.join(resources, 'icon.png') : null,
    engineLibrary: path.join(bundles, 'engine', 'library.js'),
    engineSession: path.join(bundles, 'engine', 'session.js'),
    commandLine: path.join(bundles, 'engine', 'cli.js'),
    licences: path.join(bundles, 'licences.json'),
    // The system starts no program and loads no addon from inside an archive, so a
    // package carries them beside.
    agent: isPackaged
      ? path.join(resources, 'folio-agent')
      : path.join(bundles, 'native/release/folio-agent'),
    sqliteBinding: isPackaged
      ? path.join(resources, 'better_sqlite3.node')
      : (environment.FOLIO_LAB_SQLITE_BINDING ?? null),
  }
}
