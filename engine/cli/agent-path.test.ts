import { expect, test } from 'vitest'
import { agentPath } from './agent-path.ts'

test('the agent is the one that is named; a variable that is set to nothing names none', () => {
  expect(agentPath({ FOLIO_LAB_AGENT: '/opt/agent' })).toBe('/opt/agent')
  expect(agentPath({ FOLIO_LAB_AGENT: '' })).toBe(agentPath({}))
})
