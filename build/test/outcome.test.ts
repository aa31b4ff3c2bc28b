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

test('a part without tests is a failure', () => {
  expect(readCtestReport('<testsuite tests="0" failures="0" disabled="0" skipped="0">', true).failed).toBe(1)
  expect(readCtestReport('', true).failed).toBe(1)
})

test('counts of a ctest report leave out what did not run', () => {
  const report = '<?xml version="1.0"?>\n<testsuite name="x" tests="9" failures="2" disabled="1" skipped="1">'
  expect(readCtestReport(report, false)).toEqual({ passed: 5, failed: 2, skipped: 2 })
})

test('parts add up', () => {
  expect(sum([single(true), single(false), { passed: 4, failed: 0, skipped: 1 }])).toEqual({
    passed: 5,
    failed: 1,
    skipped: 1,
  })
})
