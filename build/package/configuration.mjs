/** What electron-builder makes of the bundles in out/: https://www.electron.build/configuration. */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { inProject } from '../setup/paths.mjs'
import { command, finishFolder } from './finish-folder.mjs'
import { licenceFiles } from './licence-files.mjs'

export const productName = 'Folio Lab'

export const runFileType = {
  ext: 'folio-run.json',
  name: 'Folio Lab run',
  description: 'Run of Folio Lab',
  mimeType: 'application/x-folio-lab-run+json',
}

/**
 * @param {object} wanted
 * @param {'x64' | 'arm64'} wanted.arch
 * @param {string} wanted.agent compiled for that processor
 * @param {import('../runtime.mjs').Runtime} wanted.runtime
 * @param {string} wanted.output folder
 * @param {string} wanted.sbom list of what the package is made of
 * @returns {import('electron-builder').Configuration}
 */
export function configuration({ arch, agent, runtime, output, sbom }) {
  const isTestBuild = runtime.kind === 'fallback'
  return {
    appId: 'io.github.folio-lab',
    productName,
    artifactName: `${command}-\${version}-\${arch}.\${ext}`,
    directories: { output, buildResources: inProject('build/package') },
    // A release gets the Electron of its processor from electron-builder; a test build is
    // packed from what is here.
    ...(isTestBuild
      ? {
          electronDist: path.dirname(runtime.electron),
          electronVersion: runtime.version,
          extraMetadata: { version: `${projectVersion()}-test` },
        }
      : {}),
    npmRebuild: false, // the database's addon is carried ready-made
    asar: true,
    files: [
      'package.json',
      'out/{main,engine,renderer}/**',
      'out/licences.json',
      '!**/*.map',
      'node_modules/better-sqlite3/{package.json,lib}/**',
      '!node_modules/better-sqlite3/{deps,prebuilds,src,binding.gyp}{,/**}',
      '!node_modules/node-addon-api{,/**}',
    ],
    // Programs and addons are loaded by the system, which sees no file inside an archive.
    extraResources: [
      { from: agent, to: 'folio-agent' },
      { from: runtime.sqliteBinding ?? packagedBinding(arch), to: 'better_sqlite3.node' },
      { from: inProject('build/package/icons/256x256.png'), to: 'icon.png' },
      { from: sbom, to: 'sbom.cdx.json' },
      ...licenceFiles(isTestBuild),
    ],
    fileAssociations: [runFileType],
    linux: {
      target: 'dir', // of which archives.mjs and app-image.mjs make the files of a release
      executableName: command,
      category: 'Development',
      synopsis: 'What Linux pays to account for mappings of large folios',
      icon: inProject('build/package/icons'),
      desktop: { entry: { Keywords: 'kernel;memory;benchmark;folio;THP;' } },
      syncDesktopName: true,
    },
    electronLanguages: ['en-US'],
    // Flips the fuses before it puts the launcher in front of the program; see there.
    afterPack: finishFolder,
  }
}

/** The addon that the package of better-sqlite3 has for this processor. @param {string} arch */
function packagedBinding(arch) {
  return inProject(`node_modules/better-sqlite3/prebuilds/linux-${arch}.node`)
}

/** @returns {string} */
function projectVersion() {
  return JSON.parse(readFileSync(inProject('package.json'), 'utf8')).version
}
