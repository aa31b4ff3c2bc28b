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
  ['{"type":"bye"}', /which is not a reply \(id: /],
  ['{"type":"surprise","id":"1"}', /which is not a reply/],
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

test('text and lists of a stranger have an end', () => {
  const long = 'x'.repeat(100_000)
  const tooMuch = [
    { type: 'error', id: '1', code: 'bad-request', message: long },
    { type: 'error', id: '1', code: long, message: '' },
    { type: 'progress', id: long, step: '', done: 0, total: 1 },
    {
      type: 'settings',
      id: '1',
      changed: Array.from({ length: 2000 }, () => ({ path: '', from: '', to: '' })),
    },
  ]
  for (const reply of tooMuch) {
    const read = createReplyReader(() => expect.fail('taken for a reply'))
    expect(() => read(`${JSON.stringify(reply)}\n`)).toThrow(
      /^The agent sent “.{0,130}”, which is not a reply \(.{0,500}\)\.$/s,
    )
  }
})
