import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { inProject, projectNode } from './paths.mjs'
import { mustRun, run } from './programs.mjs'
import { say } from './talk.mjs'

/**
 * What is not complete without its install scripts. npm would run others too: it compiles
 * better-sqlite3, which carries its binaries, and for that loads headers from a server that
 * many machines cannot reach.
 */
const withScripts = ['node', 'esbuild']

/** Installs the packages of package-lock.json unless they are there. */
export function installDependencies() {
  if (areInstalled()) return
  say('installing the Node packages (npm ci, about 20 s)')
  // Without the project's own Node in front: npm must not run on a program that it is replacing.
  const env = { ...process.env, PATH: pathWithoutProject(), ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }
  // Asked in vain, npm would try each package again and again for minutes; its
  // cache may hold all of them.
  const isReachable = isRegistryReachable(env)
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', ...(isReachable ? [] : ['--offline'])]
  const advice = isReachable
    ? 'npm says above what stopped it; to try it alone, run:  npm ci --ignore-scripts'
    : 'The npm registry cannot be reached. With a connection to it, run:  npm ci --ignore-scripts'
  mustRun('npm', ['ci', '--ignore-scripts', ...quiet], { env, advice })
  mustRun('npm', ['rebuild', ...withScripts, '--loglevel=error'], { env, advice })
}

/** @param {NodeJS.ProcessEnv} env */
function isRegistryReachable(env) {
  return run('npm', ['view', 'node', 'version', '--fetch-retries=0', '--fetch-timeout=20000'], { env }).ok
}

/**
 * npm records what it has installed; an optional package may be missing (made for another system).
 */
function areInstalled() {
  if (!existsSync(projectNode)) return false
  const wanted = readPackages(inProject('package-lock.json'))
  const installed = readPackages(inProject('node_modules/.package-lock.json'))
  return Object.entries(wanted).every(([name, entry]) => {
    const found = installed[name]
    return name === '' || (found ? found.version === entry.version : entry.optional === true)
  })
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {}
}

function pathWithoutProject() {
  const ours = path.dirname(projectNode)
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(folder => folder !== ours)
    .join(path.delimiter)
}
