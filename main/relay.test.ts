import { expect, test } from 'vitest'
import * as z from 'zod'
import { Failure } from '../engine/contract/failure.ts'
import { connect } from '../engine/contract/ipc/connect.ts'
import type { Port } from '../engine/contract/port.ts'
import { serve } from '../engine/contract/ipc/serve.ts'
import { makeRelay } from './relay.ts'

const api = {
  requests: {
    double: { input: z.number(), output: z.number() },
    wait: { input: z.void(), output: z.void() },
  },
  events: { ticked: z.number() },
}

/** Two ends of a line in memory, and what breaks it. */
function makeLine(): { ends: [Port, Port]; breakLine: () => void } {
  const receivers: ((message: unknown) => void)[] = []
  const closers: (() => void)[] = []
  function end(mine: number, other: number): Port {
    return {
      post: message => queueMicrotask(() => receivers[other]?.(message)),
      listen: receive => (receivers[mine] = receive),
      onClose: closed => closers.push(closed),
    }
  }
  return { ends: [end(0, 1), end(1, 0)], breakLine: () => closers.forEach(closed => closed()) }
}

function startServer(factor: number) {
  const { ends, breakLine } = makeLine()
  const emit = serve(
    api,
    { double: value => value * factor, wait: () => new Promise<void>(() => undefined) },
    ends[0],
  )
  return { port: ends[1], emit, breakLine }
}

test('requests, answers and events pass through', async () => {
  const relay = makeRelay(api)
  const server = startServer(2)
  relay.join(server.port)
  const connection = connect(api, relay.port)
  const ticks: number[] = []
  connection.on('ticked', tick => ticks.push(tick))
  server.emit('ticked', 7)
  expect(await connection.call.double(21)).toBe(42)
  expect(ticks).toEqual([7])
})

test('a request that the process took with it rejects, the next one reaches the new process', async () => {
  const relay = makeRelay(api)
  const first = startServer(2)
  relay.join(first.port)
  const connection = connect(api, relay.port)
  const lost = connection.call.wait()
  first.breakLine()
  await expect(lost).rejects.toMatchObject({ code: 'port-closed' })
  relay.join(startServer(3).port)
  expect(await connection.call.double(2)).toBe(6)
})

test('a replacement without a close before it rejects what the old process had', async () => {
  const relay = makeRelay(api)
  relay.join(startServer(2).port)
  const connection = connect(api, relay.port)
  const lost = connection.call.wait()
  relay.join(startServer(3).port)
  await expect(lost).rejects.toMatchObject({ code: 'port-closed' })
})

test('what is asked while no process is there waits for the next one', async () => {
  const relay = makeRelay(api)
  const first = startServer(2)
  relay.join(first.port)
  first.breakLine()
  const connection = connect(api, relay.port)
  const held = connection.call.double(5)
  relay.join(startServer(3).port)
  expect(await held).toBe(15)
})

test('the late close of a process that was replaced disturbs nobody', async () => {
  const relay = makeRelay(api)
  const first = startServer(2)
  relay.join(first.port)
  relay.join(startServer(3).port)
  const connection = connect(api, relay.port)
  const asked = connection.call.double(1)
  first.breakLine()
  expect(await asked).toBe(3)
})

test('after it failed for good every request is answered with the reason', async () => {
  const relay = makeRelay(api)
  const connection = connect(api, relay.port)
  const held = connection.call.double(5)
  relay.fail(new Failure('internal', 'It is gone.', 'Start again.'))
  await expect(held).rejects.toMatchObject({ code: 'internal', advice: 'Start again.' })
  await expect(connection.call.double(6)).rejects.toMatchObject({ message: 'It is gone.' })
})

test('an undeclared request never reaches the process', async () => {
  const relay = makeRelay(api)
  const seen: unknown[] = []
  relay.join({ post: message => seen.push(message), listen: () => undefined, onClose: () => undefined })
  const answers: unknown[] = []
  relay.port.listen(answer => answers.push(answer))
  for (const method of ['recordSample', 'constructor', '__proto__', 'toString'])
    relay.port.post({ seq: 1, method, input: null })
  expect(seen).toEqual([])
  expect(answers).toHaveLength(4)
  for (const answer of answers) expect(answer).toMatchObject({ seq: 1, failure: { code: 'bad-input' } })
})

test.each([
  null,
  'text',
  17,
  [],
  {},
  { seq: 'one', method: 'double' },
  { seq: 1.5, method: 'double' },
  { seq: 1 },
])('a message without an envelope is dropped: %j', message => {
  const relay = makeRelay(api)
  const passed: unknown[] = []
  relay.join({ post: seen => passed.push(seen), listen: () => undefined, onClose: () => undefined })
  relay.port.listen(answer => passed.push(answer))
  relay.port.post(message)
  expect(passed).toEqual([])
})

test('an answer that is no JSON is refused, and the line goes on', async () => {
  const { ends } = makeLine()
  const connection = connect(api, ends[0])
  ends[1].listen(message => {
    const { seq } = message as { seq: number }
    ends[1].post({ seq, output: seq === 1 ? '{' : '42' })
  })
  await expect(connection.call.double(21)).rejects.toMatchObject({ code: 'internal' })
  expect(await connection.call.double(21)).toBe(42)
})
