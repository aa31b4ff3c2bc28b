import { describe, expect, test } from 'vitest'
import {
  describe as inWords,
  describeFailures,
  describeSkips,
  failMissing,
  readCtestReport,
  readVitestReport,
  single,
  sum,
} from './outcome.mjs'

const vitest = { numPassedTests: 3, numFailedTests: 1 }
const failedFile = {
  status: 'failed',
  assertionResults: [{ fullName: 'a', status: 'failed', failureMessages: ['AssertionError: no\n at b.ts'] }],
}

function vitestFile(...assertionResults: readonly object[]): string {
  return JSON.stringify({
    ...vitest,
    numFailedTests: 0,
    testResults: [{ status: 'passed', assertionResults }],
  })
}

describe('a report of Vitest', () => {
  test('is counted as it is', () => {
    const report = JSON.stringify({ ...vitest, testResults: [failedFile] })
    expect(readVitestReport(report, false)).toEqual({
      passed: 3,
      failed: 1,
      skips: [],
      failures: ['a: AssertionError: no'],
    })
  })

  test('of a file that cannot be loaded is a failure', () => {
    const broken = { status: 'failed', name: '/a.test.ts', assertionResults: [] }
    const report = JSON.stringify({ ...vitest, numFailedTests: 0, testResults: [broken] })
    expect(readVitestReport(report, false)).toEqual({
      passed: 3,
      failed: 1,
      skips: [],
      failures: ['/a.test.ts'],
    })
  })

  test('is a failure when the exit status is bad, even when every test passed', () => {
    const report = JSON.stringify({ ...vitest, numFailedTests: 0, testResults: [] })
    expect(readVitestReport(report, false).failed).toBe(1)
  })

  test('names what was left out and why; without a reason it could have run', () => {
    const meta = { skipReason: 'needs QEMU', isPossibleHere: true }
    const impossible = { skipReason: 'needs root', isPossibleHere: false }
    const report = vitestFile(
      { fullName: 'boots', status: 'skipped', meta },
      { fullName: 'mounts', status: 'pending', meta: impossible },
      { fullName: 'forgotten', status: 'todo', meta: {} },
    )
    expect(readVitestReport(report, true)).toEqual({
      passed: 3,
      failed: 0,
      failures: [],
      skips: [
        { name: 'boots', reason: 'needs QEMU', isPossibleHere: true },
        { name: 'mounts', reason: 'needs root', isPossibleHere: false },
        { name: 'forgotten', reason: 'no reason given', isPossibleHere: true },
      ],
    })
  })
})

function ctestReport(...programs: readonly string[]): string {
  const cases = programs.map(
    (inside, index) => `<testcase name="${index}" status="run">\n${inside}\n</testcase>`,
  )
  return `<?xml version="1.0"?>\n<testsuite tests="${programs.length}">\n${cases.join('\n')}\n</testsuite>`
}

const green =
  '<system-out>\nTEST CASE:  all is well\n\nhost_test.cpp:7: MESSAGE: no root\n[doctest] test cases:  5 |  5 passed | 0 failed | 2 skipped\n[doctest] Status: SUCCESS!</system-out>'
const red =
  '<failure message=""/><system-out>\nTEST CASE:  folios &lt; 64 KiB\n\nhost_test.cpp:9: ERROR\n[doctest] test cases: 3 | 1 passed | 2 failed | 0 skipped</system-out>'

describe('a report of ctest', () => {
  test('without tests is a failure', () => {
    expect(readCtestReport(ctestReport(), true).failed).toBe(1)
    expect(readCtestReport('', true).failed).toBe(1)
  })

  test('has the cases inside the programs counted; what was not asked for is not skipped', () => {
    expect(readCtestReport(ctestReport(green, red), false)).toEqual({
      passed: 6,
      failed: 2,
      skips: [],
      failures: ['folios < 64 KiB'],
    })
  })

  test('of a program that crashes is a failure', () => {
    const crashed = '<failure message="SEGFAULT"/><system-out>[doctest] run with --help</system-out>'
    expect(readCtestReport(ctestReport(green, crashed), false)).toEqual({
      passed: 5,
      failed: 1,
      skips: [],
      failures: ['a test program without a summary'],
    })
  })

  test('of a program that passes its cases and then ends badly is a failure', () => {
    expect(readCtestReport(ctestReport(`<failure message=""/>${green}`), false).failed).toBe(1)
  })

  test('names the cases that were left out, and why', () => {
    const said = [
      '[folio] skipped: folios of 64 KiB | needs &quot;root&quot; &amp; mTHP',
      '[folio] not run, though it could be: every benchmark | needs huge pages',
    ]
    const summary = '[doctest] test cases: 2 | 2 passed | 0 failed | 2 skipped'
    const skipping = `<system-out>${said.join('\n')}\n[doctest] doctest version is "2.4.9"\n${summary}</system-out>`
    expect(readCtestReport(ctestReport(skipping), true)).toEqual({
      passed: 2,
      failed: 0,
      failures: [],
      skips: [
        { name: 'folios of 64 KiB', reason: 'needs "root" & mTHP', isPossibleHere: false },
        { name: 'every benchmark', reason: 'needs huge pages', isPossibleHere: true },
      ],
    })
  })
})

const missing = { name: 'boots', reason: 'needs QEMU', isPossibleHere: true }
const impossible = { name: 'mounts', reason: 'needs root', isPossibleHere: false }

test('parts add up', () => {
  expect(
    sum([
      single(true, 'types'),
      single(false, 'lint'),
      { passed: 4, failed: 0, skips: [missing], failures: ['c'] },
    ]),
  ).toEqual({
    passed: 5,
    failed: 1,
    skips: [missing],
    failures: ['lint', 'c'],
  })
})

test('where everything can be provided, only what the machine cannot run may be skipped', () => {
  const outcome = { passed: 4, failed: 0, skips: [missing, impossible], failures: [] }
  expect(failMissing(outcome)).toEqual({ passed: 4, failed: 1, skips: [impossible], failures: [] })
  expect(failMissing({ ...outcome, skips: [impossible] }).failed).toBe(0)
})

test('the last line has the skipped only where there are any', () => {
  expect(inWords({ passed: 4, failed: 0, skips: [], failures: [] })).toBe('4 passed, 0 failed')
  expect(inWords({ passed: 4, failed: 2, skips: [missing], failures: ['a', 'b'] })).toBe(
    '4 passed, 2 failed, 1 skipped',
  )
})

test('failed tests are named one by one', () => {
  expect(describeFailures(single(false, 'knip'))).toEqual(['failed: knip'])
})

test('skipped tests are named once for each reason', () => {
  const another = { ...missing, name: 'boots again' }
  expect(describeSkips([missing, impossible, another])).toEqual([
    'not run, though it could be: needs QEMU: boots; boots again',
    'skipped: needs root: mounts',
  ])
})
