/**
 * The tests: `node build/test.mjs [--only lint,e2e,vm,unit,native]`, and those that take long,
 * which run only when they are named: `--only long,sanitizers`. The last lines name what was
 * skipped and sum all up; the exit status is 0 only if nothing failed. With CI=true what was
 * skipped for lack of something that could have been installed has failed.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './setup/paths.mjs'
import { describe, describeFailures, describeSkips, failMissing, single, sum } from './test/outcome.mjs'
import { longParts, reports, usualParts } from './test/parts.mjs'
import { sideBySide } from './test/side-by-side.mjs'
import { inTemporaryFolder } from './test/temporary-folder.mjs'

/**
 * @typedef {import('./test/outcome.mjs').Outcome} Outcome
 * @typedef {import('./test/parts.mjs').Run} Run
 */

const parts = { ...usualParts, ...longParts }

/**
 * One more than two: lint takes what the others leave over while they wait. A third of equal rights
 * would leave each too little: vm and e2e keep a processor busy each, native and unit two.
 */
const partsAtATime = Math.min(2, availableParallelism()) + 1

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wanted = values.only?.split(',') ?? Object.keys(usualParts)
const unknown = wanted.filter(name => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. Parts are ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}
rmSync(reports, { recursive: true, force: true }) // a report left from before must not be counted
mkdirSync(reports, { recursive: true })

const temporary = mkdtempSync(path.join(tmpdir(), 'folio-lab-tests-'))
chmodSync(temporary, 0o755) // some tests go on as other users
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))

const chosen = Object.entries(parts).filter(([name]) => wanted.includes(name))
const results = await sideBySide(
  partsAtATime,
  chosen.map(
    ([name, part]) =>
      () =>
        chosen.length === 1 ? runAlone(name, part) : runBesideOthers(name, part),
  ),
)
const total = sum(results.map(({ outcome }) => outcome))
const judged = judge(total)
const lines = [
  ...results.map(({ line }) => line),
  ...describeSkips(total.skips),
  ...describeFailures(total),
  describe(judged),
]
console.log(`\n${lines.join('\n')}`)
process.exitCode = judged.failed === 0 ? 0 : 1

/**
 * @param {string} name
 * @param {(run: Run) => Promise<Outcome>} part
 */
function runAlone(name, part) {
  return runPart(name, folder => part(runInto(process.stdout.fd, folder)))
}

/**
 * The output of one part is shown in one piece, when it has ended.
 *
 * @param {string} name
 * @param {(run: Run) => Promise<Outcome>} part
 */
async function runBesideOthers(name, part) {
  const file = path.join(reports, `${name}.log`)
  const log = openSync(file, 'w')
  console.log(`${name}: begun`)
  try {
    return await runPart(name, folder => part(runInto(log, folder)))
  } finally {
    closeSync(log)
    console.log(`\n${`===== ${name} `.padEnd(80, '=')}\n${readFileSync(file, 'utf8')}`)
  }
}

/**
 * @param {string} name
 * @param {(folder: string) => Promise<Outcome>} part which has this folder for what is temporary
 */
async function runPart(name, part) {
  const beganAt = performance.now()
  const outcome = await inTemporaryFolder(path.join(temporary, name), part).catch(error => {
    console.error(error)
    return single(false, `${name}: ${String(error)}`)
  })
  const seconds = Math.round((performance.now() - beganAt) / 1000)
  return { outcome, line: `${name.padEnd(12)}${describe(judge(outcome))} (${seconds} s)` }
}

/** @param {Outcome} outcome */
function judge(outcome) {
  return process.env.CI === 'true' ? failMissing(outcome) : outcome
}

/**
 * @param {number} output a file that is open for writing
 * @param {string} folder for what is temporary
 * @returns {Run}
 */
function runInto(output, folder) {
  return async (program, words, options = {}) => {
    writeSync(output, `\n> ${path.basename(program)} ${words.join(' ')}\n`)
    const env = { ...(options.env ?? process.env), TMPDIR: folder }
    const child = spawn(program, words, { cwd: root, stdio: ['inherit', output, output], ...options, env })
    const [status] = await once(child, 'exit')
    return status === 0
  }
}
