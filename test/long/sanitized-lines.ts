/**
 * Lines to the agent's own loop, sound requests among them, under the sanitizers: each gets one
 * reply that is JSON (native-bench/test/protocol_fuzz.cpp).
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { inProject } from '../../build/setup/paths.mjs'
import type { Experiment } from './experiment.ts'

const program = inProject('out/native/asan/test/protocol_fuzz')
const linesAtATime = 10_000
const outputBytes = 64 * 1024 * 1024

export const sanitizedLines: Experiment = {
  key: 'sanitized-lines',
  name: 'fuzzed protocol lines, each with its reply (ASan and UBSan)',
  unit: 'lines',
  full: 1_000_000,
  impossible: existsSync(program)
    ? undefined
    : 'needs the sanitizers’ build (cmake --preset asan -DFOLIO_BUILD_TESTS=ON)',
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
    await promisify(execFile)(program, { env: { ...process.env, ...chosen }, maxBuffer: outputBytes })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Readonly<{ stdout?: string; stderr?: string }>
    return `seed ${seed}: ${String(error).slice(0, 200)} ${(stdout + stderr).slice(-2000)}`
  }
}
