import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { inProject } from './paths.mjs'
import { findProgram, mustRun } from './programs.mjs'
import { hashInputs, hasStamp, writeStamp } from './stamp.mjs'
import { say, SetupStop } from './talk.mjs'

const agent = 'out/native/release/folio-agent'

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
  const jobs = String(availableParallelism()) // without a number, make starts all compilers at once
  mustRun('cmake', ['--build', '--preset', 'release', '--target', 'folio-agent', '--parallel', jobs], options)
  writeStamp('agent', hash)
}

function requireCompiler() {
  const missing = ['g++', 'cmake'].filter(program => !findProgram(program))
  if (missing.length === 0) return
  throw new SetupStop(
    `${missing.join(' and ')} not found, the native agent cannot be built.`,
    'On Debian or Ubuntu run (as root, or with sudo):  apt-get install -y g++ cmake make',
  )
}
