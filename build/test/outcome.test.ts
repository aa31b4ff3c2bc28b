import { expect, test } from 'vitest'
import { readCtestReport, readVitestReport, single, sum } from './outcome.mjs'

const vitest = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0 }
const failedFile = { status: 'failed', assertionResults: [{ status: 'failed' }] }

test('counts of a Vitest report are taken as they are', () => {
  const report = JSON.stringify({ ...vitest, testResults: [failedFile] })
  expect(readVitestReport(report, false)).toEqual({ passed: 3, failed: 1, skipped: 2 })
})

test('a test file that cannot be loaded is a failure', () => {
  const broken = { status: 'failed', assertionResults: [] }
  const report = JSON.stringify({ ...vitest, numFailedTests: 0, testResults: [broken] })
  expect(readVitestReport(report, false)).toEqual({ passed: 3, failed: 1, skipped: 2 })
})

test('a bad exit status is a failure even when every test passed', () => {
  const report = JSON.stringify({ ...vitest, numFailedTests: 0, testResults: [] })
  expect(readVitestReport(report, false).failed).toBe(1)
})

function ctestReport(...programs: readonly string[]): string {
  const cases = programs.map(
    (inside, index) => `<testcase name="${index}" status="run">\n${inside}\n</testcase>`,
  )
  return `<?xml version="1.0"?>\n<testsuite tests="${programs.length}">\n${cases.join('\n')}\n</testsuite>`
}

const green =
  '<system-out>[doctest] test cases:  5 |  5 passed | 0 failed | 2 skipped\n[doctest] Status: SUCCESS!</system-out>'
const red =
  '<failure message=""/><system-out>[doctest] test cases: 3 | 1 passed | 2 failed | 0 skipped</system-out>'

test('a part without tests is a failure', () => {
  expect(readCtestReport(ctestReport(), true).failed).toBe(1)
  expect(readCtestReport('', true).failed).toBe(1)
})

test('the cases inside C++ test programs are counted', () => {
  expect(readCtestReport(ctestReport(green, red), false)).toEqual({ passed: 6, failed: 2, skipped: 2 })
})

test('a C++ test program that crashes is a failure', () => {
  const crashed = '<failure message="SEGFAULT"/><system-out>[doctest] run with --help</system-out>'
  expect(readCtestReport(ctestReport(green, crashed), false)).toEqual({ passed: 5, failed: 1, skipped: 2 })
})

test('a C++ test program that passes its cases and then ends badly is a failure', () => {
  expect(readCtestReport(ctestReport(`<failure message=""/>${green}`), false).failed).toBe(1)
})

test('parts add up', () => {
  expect(sum([single(true), single(false), { passed: 4, failed: 0, skipped: 1 }])).toEqual({
    passed: 5,
    failed: 1,
    skipped: 1,
  })
})
