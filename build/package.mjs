/**
 * `npm run package`: the application as a folder that runs wherever it is copied.
 *
 *     npm run package -- [--targets dir | all] [--arch x64 | arm64] [--agent FILE] [--test-build]
 *
 * `--targets all` makes AppImage, deb and tar.gz as well, with tools that electron-builder
 * fetches. Without the pinned Electron only `--test-build` packs, and what it makes says so: its
 * version ends in `-test`.
 */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Arch, build, Platform } from 'electron-builder'
import { configuration } from './package/configuration.mjs'
import { refuseRuntime } from './package/runtime-floor.mjs'
import { requireRuntime } from './runtime.mjs'
import { inProject, root } from './setup/paths.mjs'

const { values: wanted } = parseArgs({
  options: {
    targets: { type: 'string', default: 'dir' },
    arch: { type: 'string', default: process.arch },
    agent: { type: 'string' },
    'test-build': { type: 'boolean', default: false },
  },
})

try {
  console.log(`Packaged: ${path.relative(root, await makePackage())}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** @returns {Promise<string>} the folder */
async function makePackage() {
  const { arch } = wanted
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`No such processor: ${arch}. Choose x64 or arm64.`)
  if (wanted.targets !== 'dir' && wanted.targets !== 'all')
    throw new Error(`No such targets: ${wanted.targets}. Choose dir or all.`)
  const runtime = requireRuntime()
  const isFallback = runtime.kind === 'fallback'
  if (isFallback && !wanted['test-build'])
    throw new Error(
      `The Electron of this checkout (${runtime.version}) stands in for ${runtime.insteadOf}; it is for development and ` +
        'never part of a release. Package where the pinned Electron can be fetched, or add --test-build for a folder to try.',
    )
  if (isFallback && (wanted.targets !== 'dir' || arch !== process.arch))
    throw new Error('A test build is a folder for this machine: leave --targets and --arch out.')
  const hole = isFallback ? undefined : refuseRuntime(runtime.version)
  if (hole !== undefined) throw new Error(`No release is made: ${hole}`)
  const output = inProject(isFallback ? 'dist/test' : 'dist')
  const targets = wanted.targets === 'dir' ? Platform.LINUX.createTarget('dir', Arch[arch]) : undefined
  await build({
    projectDir: root,
    publish: 'never',
    ...(targets ? { targets } : { linux: [], [arch]: true }),
    config: configuration({ arch, agent: agentFor(arch), runtime, output }),
  })
  return path.join(output, arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`)
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
