/**
 * An agent for what the real one cannot be made to do: die at a wanted moment, talk nonsense, fall
 * silent, be old. It speaks docs/protocol.md and measures nothing. Started through `fakeAgentPath`.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { FakeAgentScript } from './fake-agent-path.ts'

// Written by fakeAgentPath from a value of this type. The script holds whatever the agent says of
// itself, so that this program starts without loading schemas.
const { hello, facts, raw, latencies, behaviour } = JSON.parse(
  process.env.FAKE_AGENT ?? '',
) as FakeAgentScript
let sampleCount = 0

process.stderr.write('fake agent: ready\n')
reply({ ...hello, pid: process.pid })

for await (const line of createInterface({ input: process.stdin })) {
  const words = new Map(
    line.split(' ').map(word => {
      const [key = '', ...value] = word.split('=')
      return [key, value.join('=')]
    }),
  )
  answer(words.get('request') ?? '', words.get('id') ?? '', words)
}

function answer(request: string, id: string, words: ReadonlyMap<string, string>): void {
  dieIfWanted(request)
  switch (request) {
    case 'facts':
      return reply({ type: 'facts', id, facts, raw })
    case 'latencies':
      return reply({ type: 'latencies', id, latencies })
    case 'condition':
      reply({ type: 'progress', id, step: 'condition', done: 1, total: 2 })
      return reply({ type: 'progress', id, step: 'condition', done: 2, total: 2 })
    case 'settings':
      return reply({ type: 'settings', id, changed: [] })
    case 'sample':
      return sample(id, words)
    case 'bye':
      reply({ type: 'bye', id })
      process.exit(0)
  }
}

function dieIfWanted(request: string): void {
  const { deaths } = behaviour
  if (!deaths) return
  const before = existsSync(deaths.marker) ? readFileSync(deaths.marker, 'utf8').length : 0
  if (deaths.requests[before] !== request) return
  appendFileSync(deaths.marker, 'x')
  process.kill(process.pid, 'SIGKILL')
}

function sample(id: string, words: ReadonlyMap<string, string>): void {
  sampleCount++
  const { dieOnce } = behaviour
  if (behaviour.dieAtSample === sampleCount) process.kill(process.pid, 'SIGKILL')
  if (dieOnce?.atSample === sampleCount && !existsSync(dieOnce.marker)) {
    writeFileSync(dieOnce.marker, '')
    process.kill(process.pid, 'SIGKILL')
  }
  if (behaviour.garbageAtSample === sampleCount) return void process.stdout.write('no JSON at all\n')
  if (behaviour.silentAtSample === sampleCount) return
  if (behaviour.refuseAtSample === sampleCount)
    return reply({ type: 'error', id, code: 'not-enough-memory', message: 'Only 1 MiB is available.' })
  const invalid = behaviour.allInvalid === true || behaviour.invalidAtSample === sampleCount
  // A stable, benchmark-independent time with a few percent of spread that
  // differs from sample to sample.
  const factor = behaviour.timeFactors?.[words.get('scheme') ?? ''] ?? 1
  const elapsedNs = factor * (1_000_000 + 7919 * ((Number(words.get('seed')) + sampleCount) % 11))
  const work = 8192
  setTimeout(
    () =>
      reply({
        type: 'sample',
        id,
        elapsedNs,
        work,
        valid: !invalid,
        reason: invalid ? 'the region is not backed by folios' : null,
        checks: [{ name: 'folio', passed: !invalid, detail: '' }],
        tasks: Array.from({ length: Number(words.get('tasks')) }, () => ({ elapsedNs, work })),
        counters: { faults: 16 },
        setupNs: 10,
        teardownNs: 10,
        warnings: [],
      }),
    behaviour.sampleMs ?? 0,
  )
}

function reply(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
