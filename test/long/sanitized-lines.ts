/**
 * Lines to the agent's own loop, sound requests among them, under the sanitizers: each gets one
 * reply that is JSON (native-bench/test/protocol_fuzz.cpp).
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Experiment } from './experiment.ts'
import { sanitizedProgram } from './sanitized-agent.ts'

const program = sanitizedProgram('test/protocol_fuzz')
const linesAtATime = 10_000
const outputBytes = 64 * 1024 * 1024

export const sanitizedLines: Experiment = {
  key: 'sanitized-lines',
  name: 'fuzzed protocol lines, each with its reply (ASan and UBSan)',
  unit: 'lines',
  full: 1_000_000,
  missing: program === undefined ? 'the agent with sanitizers (npm run setup -- test)' : undefined,
  run: async ({ count, isOver, random }) => {
    let done = 0
    while (done < count && !isOver()) {
      const lines = Math.min(linesAtATime, count - done)
      const seed = random.below(2 ** 32)
      const fault = await fuzz(lines, seed)
      if (fault !== undefined) return { done, faults: [fault] }
      done += lines
    }
    return { done, faults: [] }
  },
}

async function fuzz(lines: number, seed: number): Promise<string | undefined> {
  const chosen = { FOLIO_FUZZ_LINES: String(lines), FOLIO_FUZZ_SEED: String(seed) }
  try {
    await promisify(execFile)(program ?? '', { env: { ...process.env, ...chosen }, maxBuffer: outputBytes })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Readonly<{ stdout?: string; stderr?: string }>
    return `seed ${seed}: ${String(error).slice(0, 200)} ${(stdout + stderr).slice(-2000)}`
  }
}
