/**
 * The tests: `node build/test.mjs [--only lint,unit,vm,native,e2e]`, and those that take long, which run only when they are
 * named: `--only long,sanitizers`. The last line sums them up; the exit status is 0 only if all passed.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { hasDisplay } from './setup/display.mjs'
import { inProject, root } from './setup/paths.mjs'
import { readCtestReport, readVitestReport, single, sum } from './test/outcome.mjs'
import { startVirtualDisplay } from './test/virtual-display.mjs'

/** @typedef {import('./test/outcome.mjs').Outcome} Outcome */

const reports = inProject('out/test')
const packagePrograms = inProject('node_modules/.bin')

const withoutLong = ['--label-exclude', 'long']

/** Each of these takes many minutes: the sanitizers to build, the long tests to run. */
const onRequest = ['long', 'sanitizers']

/** @type {Record<string, () => Promise<Outcome>>} */
const parts = {
  lint: async () => {
    const checks = [['vue-tsc', '--build'], ['eslint', '.'], ['prettier', '--check', '.'], ['knip']]
    const outcomes = []
    for (const [name = '', ...words] of checks) {
      outcomes.push(single(await run(path.join(packagePrograms, name), words)))
    }
    return sum(outcomes)
  },
  unit: () => runVitest('unit', ['node', 'renderer'], process.env),
  vm: () => runVitest('vm', ['vm'], process.env),
  native: () => runCtest('release', withoutLong),
  long: () => runCtest('release', ['--label-regex', 'long']),
  sanitizers: async () => sum([await runCtest('asan', withoutLong), await runCtest('tsan', withoutLong)]),
  e2e: async () => {
    if (hasDisplay()) return runVitest('e2e', ['e2e'], process.env)
    const { display, stop } = await startVirtualDisplay()
    try {
      return await runVitest('e2e', ['e2e'], { ...process.env, DISPLAY: display })
    } finally {
      stop()
    }
  },
}

/**
 * @param {string} name of the report
 * @param {readonly string[]} projects of vitest.config.ts
 * @param {NodeJS.ProcessEnv} env
 */
async function runVitest(name, projects, env) {
  const report = path.join(reports, `${name}.json`)
  const words = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const chosen = projects.flatMap(project => ['--project', project])
  const ok = await run(path.join(packagePrograms, 'vitest'), [...words, ...chosen], { env })
  return readVitestReport(readFileSync(report, 'utf8'), ok)
}

/**
 * @param {string} preset of native-bench/CMakePresets.json
 * @param {readonly string[]} selection options of ctest
 */
async function runCtest(preset, selection) {
  const cwd = inProject('native-bench')
  const report = path.join(reports, `native-${preset}.xml`)
  const jobs = String(availableParallelism())
  const built =
    (await run('cmake', ['--preset', preset, '-DFOLIO_BUILD_TESTS=ON'], { cwd })) &&
    (await run('cmake', ['--build', '--preset', preset, '--parallel', jobs], { cwd }))
  if (!built) return single(false)
  const wholeOutput = ['--test-output-size-passed', '1000000', '--test-output-size-failed', '1000000']
  const ok = await run(
    'ctest',
    ['--preset', preset, '--output-junit', report, ...wholeOutput, ...selection],
    { cwd },
  )
  return readCtestReport(readFileSync(report, 'utf8'), ok)
}

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<boolean>} whether it ended with status 0
 */
async function run(program, words, options = {}) {
  console.log(`\n> ${path.basename(program)} ${words.join(' ')}`)
  const child = spawn(program, words, { cwd: root, stdio: 'inherit', ...options })
  const [status] = await once(child, 'exit')
  return status === 0
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wanted = values.only?.split(',') ?? Object.keys(parts).filter(name => !onRequest.includes(name))
const unknown = wanted.filter(name => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. Parts are ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}
rmSync(reports, { recursive: true, force: true }) // a report left from before must not be counted
mkdirSync(reports, { recursive: true })

const outcomes = []
const lines = []
for (const [name, test] of Object.entries(parts)) {
  if (!wanted.includes(name)) continue
  const outcome = await test().catch(error => {
    console.error(error)
    return single(false)
  })
  outcomes.push(outcome)
  lines.push(`${name.padEnd(8)}${describe(outcome)}`)
}
const total = sum(outcomes)
console.log(`\n${lines.join('\n')}\n${describe(total)}`)
process.exitCode = total.failed === 0 ? 0 : 1

/** @param {Outcome} outcome */
function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
}
