import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { install, mayInstall } from './apt.mjs'
import { inProject } from './paths.mjs'
import { findProgram, mustRun, run } from './programs.mjs'
import { hashInputs, hasStamp, writeStamp } from './stamp.mjs'
import { explain, say, SetupStop } from './talk.mjs'

const agent = 'out/native/release/folio-agent'
const armCompiler = 'aarch64-linux-gnu-g++'
const armPackage = 'g++-aarch64-linux-gnu'

/** Without a number, make starts all compilers at once. */
const jobs = String(availableParallelism())

/** Builds the agent unless it was built from the present sources. */
export function buildAgent() {
  const hash = hashInputs(['native-bench'], file => !file.startsWith('native-bench/test/'))
  if (existsSync(inProject(agent)) && hasStamp('agent', hash)) return
  requireCompiler()
  say('building the agent (cmake, about 2 min on two processors)')
  const options = {
    cwd: inProject('native-bench'),
    advice:
      'Folio Lab needs g++ 12 or newer and cmake 3.25 or newer; on Debian:  apt-get install -y g++ cmake make',
  }
  mustRun('cmake', ['--preset', 'release'], options)
  mustRun('cmake', ['--build', '--preset', 'release', '--target', 'folio-agent', '--parallel', jobs], options)
  writeStamp('agent', hash)
}

/**
 * Builds the agent for 64-bit Arm and puts it beside the one of this machine, from
 * where it is sent to others.
 */
export function buildArmAgent() {
  const hash = hashInputs(['native-bench'], file => !file.startsWith('native-bench/test/'))
  const file = inProject('out/native/release/folio-agent-aarch64')
  if (existsSync(file) && hasStamp('agent-aarch64', hash)) return
  if (!findProgram(armCompiler))
    throw new SetupStop(
      `${armCompiler} not found, the agent for 64-bit Arm cannot be built.`,
      `On Debian or Ubuntu run (as root, or with sudo):  apt-get install -y ${armPackage}`,
    )
  say('building the agent for 64-bit Arm (cmake, about 2 min on two processors)')
  const options = { cwd: inProject('native-bench'), advice: 'Fix the sources that it names.' }
  mustRun('cmake', ['--preset', 'aarch64'], options)
  mustRun('cmake', ['--build', '--preset', 'aarch64', '--target', 'folio-agent', '--parallel', jobs], options)
  mkdirSync(path.dirname(file), { recursive: true })
  copyFileSync(inProject('out/native/aarch64/folio-agent'), file)
  writeStamp('agent-aarch64', hash)
}

/**
 * Installs the compiler for 64-bit Arm where that is possible; elsewhere the test that needs an
 * agent for it is skipped, or fails with CI=true.
 */
export function installArmCompiler() {
  if (findProgram(armCompiler)) return
  if (mayInstall()) {
    say(`installing a compiler for 64-bit Arm for the tests (apt-get: ${armPackage}, about 35 MB)`)
    const { ok, output } = install(() => [armPackage])
    if (!ok) say(`It cannot be installed: ${output.trim().split('\n').slice(-3).join(' ')}`)
  }
  if (!findProgram(armCompiler))
    say(`the test of a 64-bit Arm machine cannot run: it needs ${armCompiler} (Debian: ${armPackage})`)
}

/** Of the agent's tests the one whose result hangs on the kind of processor. */
export const armTest = 'concurrency_test'

function buildArmTest() {
  const hash = hashInputs(['native-bench'])
  if (hasStamp('agent-aarch64-test', hash)) return
  say('building a test of the model for 64-bit Arm (cmake, about 30 s)')
  const options = { cwd: inProject('native-bench'), advice: 'Mend the sources that it names.' }
  mustRun('cmake', ['--preset', 'aarch64', '-DFOLIO_BUILD_TESTS=ON'], options)
  mustRun('cmake', ['--build', '--preset', 'aarch64', '--parallel', jobs, '--target', armTest], options)
  writeStamp('agent-aarch64-test', hash)
}

/**
 * Builds the agent for 64-bit Arm, and a test of the model, where there is a compiler for it; a
 * failure is reported, and keeps no other test from running.
 */
export function buildArmAgentForTests() {
  if (!findProgram(armCompiler)) return
  try {
    buildArmAgent()
    buildArmTest()
  } catch (error) {
    if (!(error instanceof SetupStop)) throw error
    explain(error)
  }
}

/**
 * Builds the agent's tests as far as they can be built: what is wrong with them is
 * told when they are to run.
 */
export function buildAgentTests() {
  const hash = hashInputs(['native-bench'])
  if (hasStamp('agent-tests', hash)) return
  say('building the tests of the agent (cmake, about 1 min on two processors)')
  const cwd = inProject('native-bench')
  const isBuilt =
    run('cmake', ['--preset', 'release', '-DFOLIO_BUILD_TESTS=ON'], { cwd }).ok &&
    run('cmake', ['--build', '--preset', 'release', '--parallel', jobs], { cwd }).ok
  if (isBuilt) writeStamp('agent-tests', hash)
}

/**
 * Builds the agent with address and undefined-behaviour sanitizers for tests that seek faults in
 * it. The schemes of the model are linked from the build for measuring.
 */
export function buildSanitizedAgent() {
  if (process.arch !== 'x64') return // elsewhere the build for measuring has no such objects
  const hash = hashInputs(['native-bench'])
  if (existsSync(inProject('out/native/sanitized/folio-agent')) && hasStamp('agent-sanitized', hash)) return
  say('building the agent with sanitizers (cmake, about 1 min on two processors)')
  const cwd = inProject('native-bench')
  const steps = [
    ['--preset', 'sanitized'],
    ['--build', '--preset', 'sanitized', '--parallel', jobs],
  ]
  for (const words of steps) {
    const { ok, output } = run('cmake', words, { cwd })
    if (!ok) return say(`the agent with sanitizers cannot be built: ${firstError(output)}`)
  }
  writeStamp('agent-sanitized', hash)
}

/** @param {string} output */
function firstError(output) {
  const lines = output.trim().split('\n')
  return lines.find(line => / error: /.test(line)) ?? lines.at(-1) ?? ''
}

function requireCompiler() {
  const missing = ['g++', 'cmake'].filter(program => !findProgram(program))
  if (missing.length === 0) return
  throw new SetupStop(
    `${missing.join(' and ')} not found, the native agent cannot be built.`,
    'On Debian or Ubuntu run (as root, or with sudo):  apt-get install -y g++ cmake make',
  )
}
