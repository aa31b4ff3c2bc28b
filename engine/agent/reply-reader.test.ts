import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentReply } from '../contract/agent-protocol.ts'
import { createReplyReader } from './reply-reader.ts'

const replies: AgentReply[] = [
  { type: 'progress', id: '1', step: 'condition', done: 1, total: 2 },
  { type: 'error', id: null, code: 'bad-request', message: 'tab and “ünïcode”' },
  { type: 'bye', id: '2' },
]

test('replies are found however the text is cut into chunks', () => {
  const text = replies.map(reply => `${JSON.stringify(reply)}\n`).join('')
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length })), cuts => {
      const bounds = [0, ...cuts.sort((one, other) => one - other), text.length]
      const received: AgentReply[] = []
      const read = createReplyReader(reply => received.push(reply))
      bounds.forEach((bound, index) => read(text.slice(bounds[index - 1] ?? 0, bound)))
      expect(received).toEqual(replies)
    }),
  )
})

test.each([
  ['no JSON', /sent “no JSON”, which is not JSON/],
  ['{"type":"bye"}', /which is no reply \(id: /],
  ['{"type":"surprise","id":"1"}', /which is no reply/],
  ['', /which is not JSON/],
])('the line “%s” is refused and quoted', (line, message) => {
  expect(() => createReplyReader(() => undefined)(`${line}\n`)).toThrow(message)
})

test('a line without end is refused instead of filling the memory', () => {
  const read = createReplyReader(() => undefined)
  expect(() => {
    for (let chunk = 0; chunk < 100; chunk++) read('x'.repeat(65536))
  }).toThrow(/longer than 1048576 characters/)
})
