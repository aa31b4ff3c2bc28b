/**
 * What a part of the tests came to. A part that ends badly without naming a failed
 * test counts as one failure.
 *
 * @typedef {{ name: string, reason: string, isPossibleHere: boolean }} Skip a test that was left
 *   out: why, and whether this machine could have run it had it been given what is missing
 * @typedef {{ passed: number, failed: number, skips: readonly Skip[],
 *   failures: readonly string[] }}
 *   Outcome `failures` are the names of tests, as far as they are known
 */

/** @type {Outcome} */
const nothing = { passed: 0, failed: 0, skips: [], failures: [] }

/**
 * @param {boolean} ok the outcome of one check that either passes or fails
 * @param {string} name of the check
 * @returns {Outcome}
 */
export function single(ok, name) {
  return ok ? { ...nothing, passed: 1 } : { ...nothing, failed: 1, failures: [name] }
}

/**
 * @param {readonly Outcome[]} outcomes
 * @returns {Outcome}
 */
export function sum(outcomes) {
  return outcomes.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skips: [...total.skips, ...one.skips],
      failures: [...total.failures, ...one.failures],
    }),
    nothing,
  )
}

/**
 * Where everything can be provided, what was left out for lack of something has failed.
 *
 * @param {Outcome} outcome
 * @returns {Outcome}
 */
export function failMissing({ passed, failed, skips, failures }) {
  const impossible = skips.filter(skip => !skip.isPossibleHere)
  return { passed, failed: failed + skips.length - impossible.length, skips: impossible, failures }
}

/** @param {Outcome} outcome */
export function describe({ passed, failed, skips }) {
  return `${passed} passed, ${failed} failed${skips.length === 0 ? '' : `, ${skips.length} skipped`}`
}

/**
 * @param {Outcome} outcome
 * @returns {string[]}
 */
export function describeFailures({ failures }) {
  return failures.map(name => `failed: ${name}`)
}

/**
 * One line for each reason, with the tests that it holds for.
 *
 * @param {readonly Skip[]} skips
 * @returns {string[]}
 */
export function describeSkips(skips) {
  const namesByWords = new Map()
  for (const { name, reason, isPossibleHere } of skips) {
    const words = `${isPossibleHere ? 'not run, though it could be' : 'skipped'}: ${reason}`
    namesByWords.set(words, [...(namesByWords.get(words) ?? []), name])
  }
  return [...namesByWords].map(([words, names]) => `${words}: ${names.join('; ')}`)
}

/**
 * A test says in its `meta` why it was left out (test/fixtures/conditions.ts); one that
 * does not could have run.
 *
 * @param {string} report of Vitest's JSON reporter
 * @param {boolean} ok whether Vitest ended with status 0
 * @returns {Outcome}
 */
export function readVitestReport(report, ok) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(report)
  const brokenFiles = testResults
    .filter(
      /** @param {{ status: string, assertionResults: { status: string }[] }} file */
      file => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
    )
    .map(/** @param {{ name: string }} file */ ({ name }) => name)
  /**
   * @type {{ fullName: string, status: string, failureMessages?: string[],
   *   meta?: { skipReason?: string, isPossibleHere?: boolean } }[]}
   */
  const tests = testResults.flatMap(
    /** @param {{ assertionResults: object[] }} file */ file => file.assertionResults,
  )
  const skips = tests
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName, meta }) => ({
      name: fullName,
      reason: meta?.skipReason ?? 'no reason given',
      isPossibleHere: meta?.isPossibleHere ?? true,
    }))
  const failures = tests
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => [fullName, failureMessages?.[0]?.split('\n')[0]].join(': '))
  return judge(
    {
      passed: numPassedTests,
      failed: numFailedTests + brokenFiles.length,
      skips,
      failures: [...failures, ...brokenFiles],
    },
    ok,
  )
}

/**
 * What doctest prints last: `[doctest] test cases:  5 |  4 passed | 1 failed | 2 skipped`. Those
 * that it calls skipped were not asked for (`--test-suite-exclude`).
 */
const doctestSummary = /\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed \|\s*\d+ skipped/

/**
 * What `Needs` of native-bench/test/needs.hpp prints of a case that is left out:
 * doctest counts it beside those.
 */
const leftOut = /^.*\[folio\] (skipped|not run, though it could be): (.*) \| (.*)$/gm

/** What doctest prints above the first failed check of a case, and above a mere message too. */
const brokenCase = /^TEST CASE: {2}(.*)$/gm

/**
 * Counts the cases inside the test programs; one that ends without a summary has crashed
 * and counts as one failure.
 *
 * @param {string} report of ctest --output-junit
 * @param {boolean} ok whether ctest ended with status 0
 * @returns {Outcome}
 */
export function readCtestReport(report, ok) {
  const programs = [...report.matchAll(/<testcase\b[^>]*>[^]*?<\/testcase>/g)].map(([program]) => {
    const summary = doctestSummary.exec(program)
    if (!summary) return single(false, 'a test program without a summary')
    const [passed = 0, failed = 0] = summary.slice(1).map(Number)
    const skips = [...program.matchAll(leftOut)].map(([, kind, name = '', reason = '']) => ({
      name: unescapeXml(name),
      reason: unescapeXml(reason),
      isPossibleHere: kind !== 'skipped',
    }))
    const isBroken = program.includes('<failure')
    const named = isBroken ? [...program.matchAll(brokenCase)] : []
    const failures = named.map(([, name = '']) => unescapeXml(name))
    return judge({ passed, failed, skips, failures }, !isBroken)
  })
  return judge(sum(programs), ok)
}

/** @param {string} text */
function unescapeXml(text) {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

/**
 * A bad ending that no test explains is a failure, and so is a part in which no
 * test ran and none says why.
 *
 * @param {Outcome} outcome
 * @param {boolean} ok
 * @returns {Outcome}
 */
function judge(outcome, ok) {
  const isEmpty = outcome.passed + outcome.failed + outcome.skips.length === 0
  const unexplained = (!ok && outcome.failed === 0) || isEmpty
  return unexplained ? { ...outcome, failed: outcome.failed + 1 } : outcome
}
