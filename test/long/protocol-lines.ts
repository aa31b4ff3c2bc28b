/** Lines that are nearly requests: the agent answers each and goes on. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { inProject } from '../../build/setup/paths.mjs'
import type { Random } from '../../engine/plan/random.ts'
import type { Experiment } from './experiment.ts'
import { editText } from './mutate.ts'
import { sanitizedProgram } from './sanitized-agent.ts'

/**
 * What a line is made of. None of them measures, however it is edited: sizes and folios
 * are none that there are.
 */
const nearly = [
  'request=settings id=1 folio=12345',
  'request=sample id=s target=host benchmark=munmap size=3 folio=3 tasks=1 seed=1 cpus=any',
  'request=sample id=m target=model benchmark=munmap scheme=nothing size=3 folio=3 tasks=1 seed=1 cpus=any',
  'request=condition id=c size=x',
  'request=latencies',
  'request=hello id=\u00e9',
]

const linesAtATime = 500
/** With the sanitizers where that was built, else the agent that measures. */
const sanitized = sanitizedProgram('folio-agent')
const agent = sanitized ?? inProject('out/native/release/folio-agent')

export const protocolLines: Experiment = {
  key: 'lines',
  name: `fuzzed protocol lines (${sanitized === undefined ? 'release build' : 'ASan and UBSan'})`,
  unit: 'lines',
  full: 1_000_000,
  run: async ({ count, isOver, random }) => {
    const child = spawn(agent, ['serve'], { stdio: ['pipe', 'pipe', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
    child.stdin.on('error', () => undefined) // its end shows below
    const replies = createInterface(child.stdout)[Symbol.asyncIterator]()
    let done = 0
    while (done < count && !isOver()) {
      const lines = Array.from({ length: Math.min(linesAtATime, count - done) }, () => fuzzed(random))
      // Refused at once.
      child.stdin.write(`${lines.join('\n')}\nrequest=settings id=after-${done} folio=1\n`)
      if (!(await hears(replies, `"id":"after-${done}"`))) {
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
        return {
          done,
          faults: [
            `the agent ended (${String(child.exitCode ?? child.signalCode)}): ${said}; of ${lines.join(' / ').slice(0, 500)}`,
          ],
        }
      }
      done += lines.length
    }
    child.stdin.end()
    const [code] = (await once(child, 'exit')) as [number | null]
    return { done, faults: code === 0 ? [] : [`the agent ended with ${String(code)}: ${said}`] }
  },
}

async function hears(replies: AsyncIterator<string>, word: string): Promise<boolean> {
  for (;;) {
    const reply = await replies.next()
    if (reply.done === true) return false
    if (reply.value.includes(word)) return true
  }
}

function fuzzed(random: Random): string {
  if (random.below(200) === 0) return 'x'.repeat(random.below(100_000))
  let line = nearly[random.below(nearly.length)] ?? ''
  for (let edits = random.below(5); edits > 0; edits--) line = editText(line, random)
  return line.replaceAll('\n', ' ')
}
