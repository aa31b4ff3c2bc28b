import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { pageScript, pageScriptHash } from './page-script.ts'

test('the hash in the policy of a page is that of its script', () => {
  expect(pageScriptHash).toBe(`sha256-${createHash('sha256').update(pageScript).digest('base64')}`)
})
