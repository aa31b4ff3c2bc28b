import { expect, test } from 'vitest'
import type { PreflightCheck } from '../../engine/contract/environment.ts'
import { preflightVerdict } from './preflight-verdict.ts'

function check(status: PreflightCheck['status']): PreflightCheck {
  return { name: status, title: status, status, finding: '', consequence: '', remedy: '' }
}

test.each([
  [['block', 'bias'], 'block', 'Not fit to measure: 1 check blocks a valid run.'],
  [['block', 'block'], 'block', 'Not fit to measure: 2 checks block a valid run.'],
  [['bias', 'inform'], 'bias', 'Fit to measure, but 1 check may bias results.'],
  [['inform', 'pass'], 'pass', 'Fit to measure: nothing blocks a run or biases results.'],
] as const)('checks %j give the verdict %j', (statuses, status, sentence) => {
  expect(preflightVerdict(statuses.map(item => check(item)))).toEqual({ status, sentence })
})
