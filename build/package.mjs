/**
 * `npm run package`: the application as a folder that runs wherever it is copied, and of it a
 * tar.gz; where dpkg-deb is, a deb, and where appimagetool is, an AppImage. Nothing is downloaded
 * beside the Electron of the processor.
 *
 *     npm run package -- [--targets dir | archives] [--arch x64 | arm64] [--agent FILE]
 *       [--test-build]
 *
 * `--targets dir` makes the folder alone. Without the pinned Electron only `--test-build` packs,
 * and what it makes says so: its version ends in `-test`.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Arch, build, Platform } from 'electron-builder'
import { makeAppImage, missingForAppImage } from './package/app-image.mjs'
import { canMakeDeb, makeDeb, makeTarball } from './package/archives.mjs'
import { configuration } from './package/configuration.mjs'
import { bundledLicences } from './package/licences.mjs'
import { newestRelease, sourceDateEpoch } from './package/release-date.mjs'
import { refuseRuntime } from './package/runtime-floor.mjs'
import { agentLibraries, bom } from './package/sbom.mjs'
import { requireRuntime } from './runtime.mjs'
import { inProject, root } from './setup/paths.mjs'

const targetChoices = ['dir', 'archives']

const { values: wanted } = parseArgs({
  options: {
    targets: { type: 'string', default: 'archives' },
    arch: { type: 'string', default: process.arch },
    agent: { type: 'string' },
    'test-build': { type: 'boolean', default: false },
  },
})

try {
  for (const file of await makePackage()) console.log(`Packaged: ${path.relative(root, file)}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** @returns {Promise<string[]>} the folder and the archives made of it */
async function makePackage() {
  const { arch, targets } = wanted
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`No such processor: ${arch}. Choose x64 or arm64.`)
  if (!targetChoices.includes(targets))
    throw new Error(`No such targets: ${targets}. Choose ${targetChoices.join(', ')}.`)
  const runtime = requireRuntime()
  const isFallback = runtime.kind === 'fallback'
  if (isFallback && !wanted['test-build'])
    throw new Error(
      `The Electron of this checkout (${runtime.version}) stands in for ${runtime.insteadOf}; it is for development and ` +
        'never part of a release. Package where the pinned Electron can be fetched, or add --test-build for a package to try.',
    )
  if (isFallback && arch !== process.arch)
    throw new Error('A test build is for this machine: leave --arch out.')
  const hole = isFallback ? undefined : refuseRuntime(runtime.version)
  if (hole !== undefined) throw new Error(`No release is made: ${hole}`)
  const output = inProject(isFallback ? 'dist/test' : 'dist')
  const release = newestRelease()
  const version = isFallback ? `${release.version}-test` : release.version
  // Zip headers in the archive of the application have times too.
  process.env.SOURCE_DATE_EPOCH = sourceDateEpoch(release.date)
  const contents = describeContents({ ...release, version }, runtime.version)
  mkdirSync(output, { recursive: true })
  const sbom = path.join(output, `folio-lab-${version}.cdx.json`)
  writeFileSync(sbom, contents)
  await build({
    projectDir: root,
    publish: 'never',
    targets: Platform.LINUX.createTarget('dir', Arch[arch]),
    config: configuration({ arch, agent: agentFor(arch), runtime, output, sbom }),
  })
  const folder = path.join(output, arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`)
  if (targets === 'dir') return [folder]
  /** @type {import('./package/archives.mjs').Packed} */
  const packed = { folder, output, version, arch, date: release.date }
  const noAppImage = missingForAppImage()
  if (noAppImage !== undefined) console.log(noAppImage)
  const archives = [
    makeTarball(packed),
    ...(canMakeDeb() ? [makeDeb(packed)] : []),
    ...(noAppImage === undefined ? [makeAppImage(packed)] : []),
  ]
  writeFileSync(path.join(output, `SHA256SUMS-${version}-${arch}`), archives.map(hashLine).join(''))
  return [folder, ...archives]
}

/**
 * The list of what the package is made of.
 *
 * @param {{ version: string, date: Date }} release
 * @param {string} electron
 */
function describeContents({ version, date }, electron) {
  const packages = bundledLicences(inProject('out'))
  const contents = bom({ version, date, electron, packages, libraries: agentLibraries() })
  return `${JSON.stringify(contents, null, 2)}\n`
}

/**
 * As `sha256sum --check` reads it.
 *
 * @param {string} file
 */
function hashLine(file) {
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
  return `${hash}  ${path.basename(file)}\n`
}

/**
 * @param {string} arch
 * @returns {string} the agent's file
 */
function agentFor(arch) {
  const agent = wanted.agent ?? inProject('out/native/release/folio-agent')
  if (wanted.agent === undefined && arch !== process.arch)
    throw new Error(`The agent here is for ${process.arch}: name one for ${arch} with --agent FILE.`)
  if (!existsSync(agent)) throw new Error(`There is no agent ${agent}: run  npm run setup -- test`)
  return agent
}
