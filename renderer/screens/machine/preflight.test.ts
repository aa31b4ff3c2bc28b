import { expect, test } from 'vitest'
import type { PreflightCheck } from '../../../engine/contract/environment.ts'
import { checkGroups, isCommand } from './preflight.ts'

function check(status: PreflightCheck['status'], name: string = status): PreflightCheck {
  return { name, title: name, status, finding: '', consequence: '', remedy: '' }
}

test('groups go from the gravest to the harmless, without empty ones', () => {
  const groups = checkGroups([check('pass'), check('block'), check('pass', 'second')])
  expect(groups.map(group => [group.status, group.checks.map(({ name }) => name)])).toEqual([
    ['block', ['block']],
    ['pass', ['pass', 'second']],
  ])
})

test('a remedy with a full stop is advice, any other a command to copy', () => {
  expect(isCommand('sudo sysctl kernel.numa_balancing=0')).toBe(true)
  expect(isCommand('Start the guest without a balloon.')).toBe(false)
})
