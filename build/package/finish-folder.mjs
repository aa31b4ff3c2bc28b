import { copyFile, chmod, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { FuseV1Options, FuseVersion } from '@electron/fuses'
import { inProject } from '../setup/paths.mjs'

/**
 * What a release must not offer: being used as a plain Node, being steered or inspected by its environment, files with a
 * page's rights, and code from outside the archive.
 *
 * @type {import('@electron/fuses').FuseConfig<boolean>}
 */
export const fuses = {
  version: FuseVersion.V1,
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
}

/** The launcher's name, and so the command's. */
export const command = 'folio-lab'

/** The window's program, which the launcher starts. */
export const windowProgram = 'folio-lab-window'

/**
 * Flips the fuses, puts the launcher in the place of Electron's program, so that every way to start it goes through the
 * launcher, and takes away what a runtime carries for development.
 *
 * @param {import('electron-builder').AfterPackContext} context
 */
export async function finishFolder(context) {
  const { appOutDir, packager } = context
  await packager.addElectronFuses(context, fuses)
  const launcher = path.join(appOutDir, command)
  await rename(launcher, path.join(appOutDir, windowProgram))
  await copyFile(inProject('build/package/launcher.sh'), launcher)
  await chmod(launcher, 0o755)
  await rm(path.join(appOutDir, 'resources/default_app.asar'), { force: true })
  await rm(path.join(appOutDir, 'include'), { recursive: true, force: true })
}
