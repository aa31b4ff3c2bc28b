import { copyFile, chmod, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses'
import { inProject } from '../setup/paths.mjs'

/**
 * What a release must not offer: being used as a plain Node, being steered or inspected by its
 * environment, files with a page's rights, and code from outside the archive. Every fuse is
 * decided; docs/security.md says why.
 *
 * @type {Readonly<Record<FuseV1Options, boolean>>}
 */
export const fuses = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: false, // there are no cookies
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: false, // not offered on Linux
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Chromium's own way to keep WebAssembly within its memory.
  [FuseV1Options.WasmTrapHandlers]: true,
}

/**
 * The decisions about the fuses that this runtime has; one that it has and nobody
 * decided about is an error.
 *
 * @param {string} program
 * @returns {Promise<import('@electron/fuses').FuseConfig<boolean>>}
 */
async function fusesFor(program) {
  const wire = await getCurrentFuseWire(program)
  // Older runtimes lack the newest ones.
  const decided = Object.entries(fuses).filter(([fuse]) => fuse in wire)
  return /** @type {import('@electron/fuses').FuseConfig<boolean>} */ ({
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    ...Object.fromEntries(decided),
  })
}

/** The launcher's name, and so the command's. */
export const command = 'folio-lab'

/** The window's program, which the launcher starts. */
export const windowProgram = 'folio-lab-window'

/**
 * Flips the fuses, puts the launcher in the place of Electron's program, so that every way to start
 * it goes through the launcher, and takes away what a runtime carries for development.
 *
 * @param {import('electron-builder').AfterPackContext} context
 */
export async function finishFolder(context) {
  const { appOutDir, packager } = context
  const launcher = path.join(appOutDir, command)
  await packager.addElectronFuses(context, await fusesFor(launcher))
  await rename(launcher, path.join(appOutDir, windowProgram))
  await copyFile(inProject('build/package/launcher.sh'), launcher)
  await chmod(launcher, 0o755)
  await rm(path.join(appOutDir, 'resources/default_app.asar'), { force: true })
  await rm(path.join(appOutDir, 'include'), { recursive: true, force: true })
}
