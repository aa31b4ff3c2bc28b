import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  hasTasks,
  kernelBenchmarkNames,
  swapBytes,
  type KernelBenchmarkName,
} from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import { sampleValue } from '../../contract/sample.ts'
import { kibibyte, mebibyte, type Bytes } from '../../contract/units.ts'
import { startChildAgent } from '../../agent/child-agent.ts'
import { median } from '../../statistics/quantile.ts'
import { reproducer } from './reproducer.ts'
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts'

vi.setConfig({ testTimeout: 120_000 })

const agentPath = path.join(import.meta.dirname, '../../../out/native/release/folio-agent')
const samples = 5
const ofPagesAlone: readonly KernelBenchmarkName[] = ['mprotect-shared-dirty']
const swapping = kernelBenchmarkNames.filter(name => swapBytes(name, 1) > 0)

function cellOf(benchmark: KernelBenchmarkName, sizeBytes: Bytes = 32 * mebibyte): Cell {
  const folioBytes = ofPagesAlone.includes(benchmark) ? 4 * kibibyte : 2 * mebibyte
  return { benchmark, parameters: { sizeBytes, folioBytes, tasks: hasTasks(benchmark) ? 2 : 1 } }
}

/** Compiles without a warning; returns the program. */
function compile(source: string): string {
  const folder = temporaryFolder('repro')
  const [file, program] = [path.join(folder, 'repro.c'), path.join(folder, 'repro')]
  writeFileSync(file, source)
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, file])
  return program
}

/** What it prints, line by line. */
function compileAndRun(source: string): string[] {
  return execFileSync(compile(source), [String(samples)], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
}

/** The values that the file printed, the median of which it printed too. */
function measureWithFile(cell: Cell): number[] {
  const lines = compileAndRun(reproducer(cell, []))
  const unit = hasTasks(cell.benchmark) ? 'bytes/s' : 'ns'
  const values = lines.map(line => {
    const [name, , value, ...rest] = line.split(' ')
    expect([name, ...rest]).toEqual([cell.benchmark, unit])
    return Number(value)
  })
  expect(lines.map(line => line.split(' ')[1])).toEqual(['1', '2', '3', '4', '5', 'median'])
  expect(values.at(-1)).toBe(Math.round(median(values.slice(0, samples))))
  return values.slice(0, samples)
}

async function measureWithAgent(cell: Cell): Promise<number[]> {
  const agent = await startChildAgent(agentPath)
  onTestFinished(() => agent.close())
  const values: number[] = []
  for (let seed = 0; seed < samples; seed++) {
    const measurement = await agent.sample({
      variant: { target: 'host', label: 'here' },
      cell,
      seed,
      cpus: [],
    })
    const value = sampleValue(cell.benchmark, 'wall', measurement)
    expect(measurement.reason).toBeNull()
    if (value !== null) values.push(value)
  }
  return values
}

/**
 * Another operation, another number of repetitions, or folios that are not huge, would differ by an
 * order of magnitude. Of each the best sample: a busy machine only makes them worse.
 */
async function expectSameFigure(cell: Cell): Promise<void> {
  const best = hasTasks(cell.benchmark) ? Math.max : Math.min
  const ratio = best(...measureWithFile(cell)) / best(...(await measureWithAgent(cell)))
  expect(ratio).toBeGreaterThan(1 / 8)
  expect(ratio).toBeLessThan(8)
}

describe.each(kernelBenchmarkNames.filter(name => !swapping.includes(name)))('%s', benchmark => {
  test('compiles, runs, and measures what the agent measures', () => expectSameFigure(cellOf(benchmark)))
})

async function freeSwap(): Promise<Bytes> {
  const agent = await startChildAgent(agentPath)
  onTestFinished(() => agent.close())
  return (await agent.facts()).memory.swapFreeBytes
}

test.each(swapping)(
  '%s measures what the agent measures where there is swap, and says so where there is none',
  async benchmark => {
    const cell = cellOf(benchmark)
    if ((await freeSwap()) >= swapBytes(benchmark, cell.parameters.sizeBytes)) return expectSameFigure(cell)
    await expect(measureWithAgent(cell)).rejects.toThrow('swap')
    const { status, stderr } = spawnSync(compile(reproducer(cell, [])), ['1'], { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toContain('This needs free swap of the size of the region: switch some on (swapon).')
  },
)

// A region of a few pages is repeated as often as the agent repeats it.
test.each(['mprotect', 'mremap', 'dontneed', 'madvise-free', 'fault'] as const)(
  '%s of a small region is long enough to be timed, as with the agent',
  async benchmark => {
    const { parameters } = cellOf(benchmark, 64 * kibibyte)
    await expectSameFigure({ benchmark, parameters: { ...parameters, folioBytes: 4 * kibibyte } })
  },
)

test('single pages compile and run as well', () => {
  const { benchmark, parameters } = cellOf('munmap')
  const source = reproducer({ benchmark, parameters: { ...parameters, folioBytes: 4 * kibibyte } }, [])
  expect(compileAndRun(source)).toHaveLength(samples + 1)
})

test('the table stands in the head as it is, unless it would end the comment', () => {
  const source = reproducer(cellOf('munmap'), ['variant   (1)', 'a */ b /* c   +13.4', ''])
  expect(source).toContain(' *   variant   (1)\n *   a * / b / * c   +13.4\n *\n */\n#define')
  expect(compileAndRun(source)).toHaveLength(samples + 1)
})

test('what only the model can be asked is refused with what has a C file', () => {
  const { parameters } = cellOf('munmap')
  expect(() => reproducer({ benchmark: 'migrate', parameters }, [])).toThrow(
    'There is no C file of migrate, which only the model can be asked.',
  )
})

test('what is not a number of samples is refused', () => {
  const program = compile(reproducer(cellOf('fork'), []))
  expect(() => execFileSync(program, ['many'], { stdio: 'pipe' })).toThrow('how many samples?')
})
