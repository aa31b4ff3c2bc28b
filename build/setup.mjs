/**
 * Makes a checkout ready: does what is missing and nothing else, and says each thing it does in one
 * line. Plain Node without packages, since it is what installs them.
 *
 *     node build/setup.mjs [lab | start | test | agent | aarch64 | agent-tests | all-agents]
 */

import './setup/node-version.mjs'

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { findRuntime } from './runtime.mjs'
import {
  buildAgent,
  buildAgentTests,
  buildArmAgent,
  buildArmAgentForTests,
  buildSanitizedAgent,
  installArmCompiler,
} from './setup/agent.mjs'
import { bundleApplication } from './setup/bundle.mjs'
import { buildCounterPlugin } from './setup/counter-plugin.mjs'
import { installDependencies } from './setup/dependencies.mjs'
import { hasDisplay } from './setup/display.mjs'
import { fallbackElectron } from './setup/fallback-folder.mjs'
import { inProject, projectNode, root } from './setup/paths.mjs'
import { pinnedVersion } from './setup/pinned-electron.mjs'
import { installLatex } from './setup/latex.mjs'
import { installMachineTools } from './setup/machine-tools.mjs'
import { installTestPackages } from './setup/system-packages.mjs'
import { explain, SetupStop } from './setup/talk.mjs'
import { installVirtualMachine } from './setup/virtual-machine.mjs'

const lab = [installDependencies, buildAgent, buildCounterPlugin]
const window = [installDependencies, beside('agent'), buildCounterPlugin, bundleApplication, findElectron]

/**
 * What each purpose needs, in order. A window needs a display; without one, start is
 * the lab in the terminal.
 */
const purposes = {
  lab,
  start: hasDisplay() ? window : lab,
  test: [
    installTestPackages,
    installArmCompiler,
    beside('all-agents'),
    installDependencies,
    installVirtualMachine,
    buildCounterPlugin,
    installMachineTools,
    installLatex,
    bundleApplication,
    findElectron,
  ],
  agent: [buildAgent],
  aarch64: [buildArmAgent],
  'agent-tests': [buildAgent, buildAgentTests, buildSanitizedAgent],
  'all-agents': [buildAgent, buildAgentTests, buildSanitizedAgent, buildArmAgentForTests],
}

/** Whether what was begun beside has come to a good end. */
let isDoneBeside = Promise.resolve(true)

/**
 * The compiler needs nothing of what is downloaded: it runs in the meantime, in a process of its
 * own that explains itself.
 *
 * @param {string} other a purpose
 */
function beside(other) {
  return () => {
    const child = spawn(process.execPath, [import.meta.filename, other], { cwd: root, stdio: 'inherit' })
    isDoneBeside = once(child, 'exit').then(([status]) => status === 0)
  }
}

function findElectron() {
  const runtime = findRuntime()
  const isPinned = (runtime?.insteadOf ?? runtime?.version) === pinnedVersion()
  if (runtime && isPinned && (runtime.kind === 'pinned' || runtime.electron === fallbackElectron())) return
  const program = inProject('build/setup/electron-runtime.mjs')
  // NODE_USE_ENV_PROXY: what it fetches goes through the proxy that the environment
  // names, as npm's downloads do.
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1' }
  const { status } = spawnSync(projectNode, [program], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1 // it has explained itself
}

const purpose = process.argv[2] ?? 'start'
if (!Object.hasOwn(purposes, purpose)) {
  console.error(`There is no set-up for "${purpose}". Choose one of: ${Object.keys(purposes).join(', ')}.`)
  process.exit(1)
}
try {
  for (const step of purposes[/** @type {keyof typeof purposes} */ (purpose)]) step()
} catch (error) {
  if (!(error instanceof SetupStop)) throw error
  explain(error)
  process.exitCode = 1
}
if (!(await isDoneBeside)) process.exitCode = 1
