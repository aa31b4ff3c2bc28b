/**
 * Layout and likely mistakes of native-bench: clang-format over all of it, clang-tidy over what the
 * agent is made of. Needs the build that set-up has configured, whose commands tell clang-tidy what
 * each file includes.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { inProject, root } from './setup/paths.mjs'
import { sideBySide } from './test/side-by-side.mjs'

const sources = globSync('native-bench/**/*.{cpp,hpp}', { cwd: root })
const database = inProject('out/native/tidy')

/** Options of the compiler that builds the agent which clang-tidy's does not know. */
const unknownToClang = /^(-mindirect-branch|-fno-gnu-unique|-Wa,|-S$)/

/**
 * @param {string} program
 * @param {readonly string[]} words
 */
async function passes(program, words) {
  const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'inherit', 'ignore'] })
  child.on('error', error => console.error(`${program}: ${error.message}`))
  const [status] = await once(child, 'close')
  return status === 0
}

/**
 * @typedef {{ file: string, command: string, directory: string }} Command
 * @returns {readonly Command[]} one for each source of the agent
 */
function commands() {
  /** @type {Command[]} */
  const all = JSON.parse(readFileSync(inProject('out/native/release/compile_commands.json'), 'utf8'))
  const own = all.filter(({ file }) => !file.includes('/native-bench/test/'))
  return [...new Map(own.map(entry => [entry.file, entry])).values()].map(entry => ({
    ...entry,
    command: entry.command
      .split(' ')
      .filter(word => !unknownToClang.test(word))
      .join(' '),
  }))
}

const isLaidOut = await passes('clang-format', ['--dry-run', '-Werror', ...sources])
mkdirSync(database, { recursive: true })
const entries = commands()
writeFileSync(path.join(database, 'compile_commands.json'), JSON.stringify(entries))
const isTidy = await sideBySide(
  availableParallelism(),
  entries.map(
    ({ file }) =>
      () =>
        passes('clang-tidy', ['--quiet', '-p', database, file]),
  ),
)
process.exitCode = isLaidOut && isTidy.every(Boolean) ? 0 : 1
