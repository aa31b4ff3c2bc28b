/** The parts of the tests: which programs each runs, and how it reads what came of them. */

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { hasDisplay } from '../setup/display.mjs'
import { inProject } from '../setup/paths.mjs'
import { readCtestReport, readVitestReport, single, sum } from './outcome.mjs'
import { startVirtualDisplay } from './virtual-display.mjs'

/**
 * @typedef {import('./outcome.mjs').Outcome} Outcome
 * @typedef {(program: string, words: readonly string[], options?: { cwd?: string, env?:
 *   NodeJS.ProcessEnv }) => Promise<boolean>}
 *   Run whether the program ended with status 0
 */

export const reports = inProject('out/test')
const packagePrograms = inProject('node_modules/.bin')

const withoutLong = ['--label-exclude', 'long']

/**
 * What takes minutes; the longest first, so that none of them is left over at the end to run alone.
 * Lint, which stands back, has all the time of the others.
 *
 * @type {Record<string, (run: Run) => Promise<Outcome>>}
 */
export const usualParts = {
  lint: async run => {
    const checks = [
      ['vue-tsc', '--build'],
      ['eslint', '.'],
      ['prettier', '--check', '.'],
      ['knip'],
      ['knip', '--production', '--config', 'knip.production.json'],
      ['node', 'build/format-native.mjs'],
      ['node', 'build/tidy-native.mjs'],
    ]
    const outcomes = []
    for (const [name = '', ...words] of checks) {
      // Nothing in it waits for a time to pass, so that it can stand back behind what does.
      const ok = await run('nice', ['-n', '19', path.join(packagePrograms, name), ...words])
      outcomes.push(single(ok, [name, ...words].join(' ')))
    }
    return sum(outcomes)
  },
  e2e: async run => {
    if (hasDisplay()) return runVitest(run, 'e2e', ['e2e'], process.env)
    const { display, stop } = await startVirtualDisplay()
    try {
      return await runVitest(run, 'e2e', ['e2e'], { ...process.env, DISPLAY: display })
    } finally {
      stop()
    }
  },
  vm: run => runVitest(run, 'vm', ['vm'], process.env),
  unit: run => runVitest(run, 'unit', ['node', 'renderer'], process.env),
  native: run => runCtest(run, 'release', withoutLong),
}

/**
 * What takes half an hour: the sanitizers to build, the long tests to run.
 *
 * @type {Record<string, (run: Run) => Promise<Outcome>>}
 */
export const longParts = {
  long: run => runCtest(run, 'release', ['--label-regex', 'long']),
  sanitizers: async run =>
    sum([await runCtest(run, 'asan', withoutLong), await runCtest(run, 'tsan', withoutLong)]),
}

/**
 * @param {Run} run
 * @param {string} name of the report
 * @param {readonly string[]} projects of vitest.config.ts
 * @param {NodeJS.ProcessEnv} env
 */
async function runVitest(run, name, projects, env) {
  const report = path.join(reports, `${name}.json`)
  const words = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const chosen = projects.flatMap(project => ['--project', project])
  const ok = await run(path.join(packagePrograms, 'vitest'), [...words, ...chosen], { env })
  return readVitestReport(readFileSync(report, 'utf8'), ok)
}

/**
 * @param {Run} run
 * @param {string} preset of native-bench/CMakePresets.json
 * @param {readonly string[]} selection options of ctest
 */
async function runCtest(run, preset, selection) {
  const cwd = inProject('native-bench')
  const report = path.join(reports, `native-${preset}.xml`)
  const jobs = String(availableParallelism())
  const built =
    (await run('cmake', ['--preset', preset, '-DFOLIO_BUILD_TESTS=ON'], { cwd })) &&
    (await run('cmake', ['--build', '--preset', preset, '--parallel', jobs], { cwd }))
  if (!built) return single(false, `the build of preset ${preset}`)
  const wholeOutput = ['--test-output-size-passed', '1000000', '--test-output-size-failed', '1000000']
  const ok = await run(
    'ctest',
    ['--preset', preset, '--output-junit', report, ...wholeOutput, ...selection],
    { cwd },
  )
  return readCtestReport(readFileSync(report, 'utf8'), ok)
}
