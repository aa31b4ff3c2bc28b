import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { root } from './paths.mjs'
import { SetupStop } from './talk.mjs'

/** How much of a failed program's output is shown, from its beginning and from its end each. */
const shownLines = 15

/**
 * Looks a program up in PATH without starting it.
 *
 * @param {string} name
 * @returns {string | undefined} its path
 */
export function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(folder => folder !== '')
    .map(folder => path.join(folder, name))
    .find(isExecutable)
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Runs a program to its end, silently.
 *
 * @param {string} program
 * @param {readonly string[]} words
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {{ ok: boolean, output: string }} output: both streams, or why it did not start
 */
export function run(program, words, options = {}) {
  const result = spawnSync(program, words, {
    cwd: options.cwd ?? root,
    env: options.env ?? process.env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const output = result.error ? result.error.message : `${result.stdout}${result.stderr}`
  return { ok: result.status === 0, output }
}

/**
 * Runs a program that must succeed.
 *
 * @param {string} program
 * @param {readonly string[]} words
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, advice: string }} options
 * @returns {string} its output
 */
export function mustRun(program, words, options) {
  const { ok, output } = run(program, words, options)
  if (ok) return output
  const command = [program, ...words].join(' ')
  throw new SetupStop(`"${command}" failed.`, options.advice, shorten(output))
}

/** @param {string} output */
function shorten(output) {
  const lines = output.trimEnd().split('\n')
  if (lines.length <= 2 * shownLines) return lines.join('\n')
  return [...lines.slice(0, shownLines), '…', ...lines.slice(-shownLines)].join('\n')
}
