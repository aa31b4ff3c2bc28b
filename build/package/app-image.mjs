/**
 * The packaged folder as an AppImage: one file that runs without being installed. `appimagetool`
 * makes it (https://github.com/AppImage/appimagetool); Debian 12 has no package of it, and nothing
 * here downloads one.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inProject } from '../setup/paths.mjs'
import { sourceDateEpoch } from './release-date.mjs'

const tool = 'appimagetool'

/** Why no AppImage can be made here, for people; undefined when it can. */
export function missingForAppImage() {
  if (spawnSync(tool, ['--version']).status === 0) return undefined
  return `No AppImage: ${tool} is not on the PATH (https://github.com/AppImage/appimagetool). The other files need nothing of it.`
}

/** What the mounted image starts: the launcher, wherever the image was mounted. */
const appRun = `#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/folio-lab/folio-lab" "$@"
`

/**
 * @param {import('./archives.mjs').Packed} packed
 * @returns {string} the file
 */
export function makeAppImage({ folder, output, version, arch, date }) {
  const architecture = arch === 'x64' ? 'x86_64' : 'aarch64'
  const file = path.join(output, `folio-lab-${version}-${architecture}.AppImage`)
  const tree = mkdtempSync(path.join(tmpdir(), 'folio-lab-appimage-'))
  try {
    cpSync(folder, path.join(tree, 'folio-lab'), { recursive: true, verbatimSymlinks: true })
    writeFileSync(path.join(tree, 'AppRun'), appRun, { mode: 0o755 })
    const entry = readFileSync(inProject('build/package/system/folio-lab.desktop'), 'utf8')
    writeFileSync(path.join(tree, 'folio-lab.desktop'), entry)
    cpSync(inProject('build/package/icons/256x256.png'), path.join(tree, 'folio-lab.png'))
    execFileSync(tool, ['--no-appstream', tree, file], {
      env: { ...process.env, ARCH: architecture, SOURCE_DATE_EPOCH: sourceDateEpoch(date) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } finally {
    rmSync(tree, { recursive: true })
  }
  return file
}
