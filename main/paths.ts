import { homedir } from 'node:os'
import path from 'node:path'
import { dataFolder, libraryPath } from '../engine/contract/data-folder.ts'

/** Every file and folder that the application touches, absolute. */
export type Paths = Readonly<{
  dataFolder: string
  database: string
  settings: string
  windowState: string
  logFile: string
  /** The bundled page. */
  page: string
  preload: string
  libraryProcess: string
  sessionProcess: string
  agent: string
  /** better-sqlite3's addon compiled for the development runtime (build/runtime.mjs); null: the one in its package. */
  sqliteBinding: string | null
}>

export type Installation = Readonly<{
  /** Folder of the bundles: `out` of a checkout, the same inside a package. */
  bundles: string
  isPackaged: boolean
  /** Folder of what a package carries outside its archive; only read when packaged. */
  resources: string
}>

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
    windowState: path.join(data, 'window.json'),
    logFile: path.join(data, 'logs', 'main.log'),
    page: path.join(bundles, 'renderer'),
    preload: path.join(bundles, 'main', 'preload.cjs'),
    libraryProcess: path.join(bundles, 'engine', 'library.js'),
    sessionProcess: path.join(bundles, 'engine', 'session.js'),
    // A program cannot be started from inside an archive, so a package carries it beside.
    agent: isPackaged
      ? path.join(resources, 'folio-agent')
      : path.join(bundles, 'native/release/folio-agent'),
    sqliteBinding: isPackaged ? null : (environment.FOLIO_LAB_SQLITE_BINDING ?? null),
  }
}
