/**
 * What a part of the tests came to. A part that ends badly without naming a failed test counts as one failure.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Outcome
 */

/** @type {Outcome} */
const nothing = { passed: 0, failed: 0, skipped: 0 }

/** @param {boolean} ok the outcome of one check that either passes or fails */
export function single(ok) {
  return { ...nothing, [ok ? 'passed' : 'failed']: 1 }
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
      skipped: total.skipped + one.skipped,
    }),
    nothing,
  )
}

/**
 * @param {string} report of Vitest's JSON reporter
 * @param {boolean} ok whether Vitest ended with status 0
 * @returns {Outcome}
 */
export function readVitestReport(report, ok) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(report)
  const brokenFiles = testResults.filter(
    /** @param {{ status: string, assertionResults: { status: string }[] }} file */
    file => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length
  return judge(
    { passed: numPassedTests, failed: numFailedTests + brokenFiles, skipped: numPendingTests + numTodoTests },
    ok,
  )
}

/** What doctest prints last: `[doctest] test cases:  5 |  4 passed | 1 failed | 2 skipped`. */
const doctestSummary = /\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped/

/**
 * Counts the cases inside the test programs; one that ends without a summary has crashed and counts as one failure.
 *
 * @param {string} report of ctest --output-junit
 * @param {boolean} ok whether ctest ended with status 0
 * @returns {Outcome}
 */
export function readCtestReport(report, ok) {
  const programs = [...report.matchAll(/<testcase\b[^>]*>[^]*?<\/testcase>/g)].map(([program]) => {
    const summary = doctestSummary.exec(program)
    if (!summary) return single(false)
    const [passed = 0, failed = 0, skipped = 0] = summary.slice(1).map(Number)
    return judge({ passed, failed, skipped }, !program.includes('<failure'))
  })
  return judge(sum(programs), ok)
}

/**
 * A bad ending that no test explains is a failure, and so is a part in which no test ran.
 *
 * @param {Outcome} outcome
 * @param {boolean} ok
 * @returns {Outcome}
 */
function judge(outcome, ok) {
  const unexplained = (!ok && outcome.failed === 0) || outcome.passed + outcome.failed === 0
  return unexplained ? { ...outcome, failed: outcome.failed + 1 } : outcome
}
