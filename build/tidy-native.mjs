/**
 * Whether clang-tidy has nothing to say about the sources of native-bench, by its .clang-tidy.
 *
 * Most of the time goes into headers, so sources that are compiled alike are read as one bundle.
 * Two of them may use one name for different things: those that do not go with the rest are read
 * apart. A bundle that was clean is read again only when one of its sources, a header or the rules
 * have changed.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { inProject, root } from './setup/paths.mjs'
import { run } from './setup/programs.mjs'
import { hashInputs, hasStamp, writeStamp } from './setup/stamp.mjs'
import { sideBySide } from './test/side-by-side.mjs'

/** @typedef {{ sources: readonly string[], options: readonly string[] }} Bundle paths from root */

/** More would save little more, and would leave one processor waiting for the other. */
const sourcesOfBundle = 16

/** What clang has to know of a command of g++, many of whose other options it refuses. */
const isKept = /^-(?:[DI]|isystem|std=|O)/

const preset = 'tidy'
const folder = inProject('out/native', preset)

const { ok, output } = run('cmake', ['--preset', preset], { cwd: inProject('native-bench') })
if (ok) await tidy()
else {
  console.error(output)
  process.exitCode = 1
}

async function tidy() {
  const bundles = [...cppBundles(), pluginBundle()]
  const forgotten = sourcesWithout(bundles)
  if (forgotten.length > 0) console.error(`No target compiles ${forgotten.join(', ')}`)
  const clean = await sideBySide(
    availableParallelism(),
    bundles.map(bundle => () => isClean(bundle)),
  )
  process.exitCode = forgotten.length === 0 && clean.every(Boolean) ? 0 : 1
}

/** @returns {Bundle[]} each source once, as it is compiled first */
function cppBundles() {
  /** @type {readonly { file: string, command: string }[]} */
  const commands = JSON.parse(readFileSync(path.join(folder, 'compile_commands.json'), 'utf8'))
  const optionsOf = new Map(commands.toReversed().map(({ file, command }) => [file, keptOptions(command)]))
  /** @type {Bundle[]} */
  const bundles = []
  for (const [file, options] of [...optionsOf].sort()) {
    const source = path.relative(root, file)
    const begun = bundles.findIndex(
      bundle => bundle.sources.length < sourcesOfBundle && bundle.options.join(' ') === options.join(' '),
    )
    if (begun === -1) bundles.push({ sources: [source], options })
    else bundles[begun] = { sources: [...(bundles[begun]?.sources ?? []), source], options }
  }
  return bundles
}

/**
 * @param {string} command as CMake writes it, with `\"` about texts
 * @returns {string[]}
 */
function keptOptions(command) {
  const words = command.replaceAll('\\"', '"').split(' ')
  return words
    .filter((word, index) => isKept.test(word) || words[index - 1] === '-isystem')
    .filter(word => !word.startsWith('-O') || word === '-O2')
}

/** @returns {Bundle} */
function pluginBundle() {
  const options = ['-std=gnu11', `-I${inProject('native-bench')}`, '-DFOLIO_PLUGIN_INTERFACE=1']
  return { sources: ['native-bench/plugin/count_blocks.c'], options }
}

/** @param {readonly Bundle[]} bundles */
function sourcesWithout(bundles) {
  const read = new Set(bundles.flatMap(({ sources }) => sources))
  return globSync('native-bench/**/*.{c,cpp}', { cwd: root }).filter(file => !read.has(file))
}

/**
 * @param {Bundle} bundle
 * @returns {Promise<boolean>}
 */
async function isClean({ sources, options }) {
  const name = `tidy/${sources[0] ?? ''}`
  const hash = hashInputs(
    ['native-bench', 'build/tidy-native.mjs'],
    file => !/\.(?:c|cpp)$/.test(file) || sources.includes(file),
  )
  if (hasStamp(name, hash)) return true
  const findings = await findingsIn(sources, options)
  if (findings === '') writeStamp(name, hash)
  else process.stdout.write(findings)
  return findings === ''
}

/**
 * @param {readonly string[]} sources
 * @param {readonly string[]} options
 * @returns {Promise<string>} empty where there are none
 */
async function findingsIn(sources, options) {
  const [first = ''] = sources
  const single = sources.length === 1
  const bundle = path.join(folder, 'bundles', `${first}-${sources.length}.cpp`)
  if (!single) {
    mkdirSync(path.dirname(bundle), { recursive: true })
    writeFileSync(bundle, sources.map(source => `#include "${inProject(source)}"\n`).join(''))
  }
  const rules = `--config-file=${inProject('native-bench/.clang-tidy')}`
  const words = ['--quiet', rules, single ? inProject(first) : bundle, '--', ...options]
  const findings = await findingsOf(words)
  const misfits = sources.filter(source => isUnreadable(findings, inProject(source)))
  if (single || misfits.length === 0) return findings
  const [odd, rest] =
    misfits.length < sources.length
      ? [misfits, sources.filter(source => !misfits.includes(source))]
      : [misfits.slice(1), misfits.slice(0, 1)]
  return (await findingsIn(rest, options)) + (await findingsIn(odd, options))
}

/**
 * @param {string} findings
 * @param {string} file
 */
function isUnreadable(findings, file) {
  return findings
    .split('\n')
    .some(line => line.startsWith(`${file}:`) && line.endsWith('[clang-diagnostic-error]'))
}

/** @param {readonly string[]} words */
async function findingsOf(words) {
  const child = spawn('clang-tidy', words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const [findings, errors, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    return status === 0 ? '' : findings || errors
  } catch (error) {
    return `clang-tidy cannot be started (Debian: clang-tidy): ${String(error)}\n`
  }
}
