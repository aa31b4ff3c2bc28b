/**
 * A run beside a real loop on the measuring CPU, through the command line: every way out
 * says that it was disturbed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { reportFormats } from '../contract/report-format.ts'
import { RunFile } from '../contract/run-file.ts'
import { labProgram } from '../../test/fixtures/lab-program.ts'
import { newRunId } from '../../test/fixtures/run.ts'
import { firstAllowedCpu, occupyCpu } from '../../test/fixtures/busy-cpu.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

// On a machine that is busy for certain.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const figure =
  /(?:other programs used|the hypervisor took) [\d.]+ % of (?:a CPU|the CPUs)|[\d.]+ % of the samples/
const folder = temporaryFolder('disturbed')
const cpu = firstAllowedCpu()
const lockName = `folio-lab-test-${newRunId()}`

type Result = Readonly<{ status: number | null; out: string; err: string }>

async function lab(...words: string[]): Promise<Result> {
  const child = spawn(process.execPath, [labProgram, ...words], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_DATA_HOME: path.join(folder, 'data'),
      FOLIO_LAB_AGENT: path.join(import.meta.dirname, '../../out/native/release/folio-agent'),
      FOLIO_LAB_RUN_LOCK: lockName,
    },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  await once(child, 'close')
  return { status: child.exitCode, out, err }
}

let run: Result

beforeAll(async () => {
  const end = await occupyCpu(cpu)
  const what = ['--target', 'model', '--bench', 'munmap,fork', '--variant', 'baseline,exclusive']
  run = await lab(
    'run',
    ...what,
    '--size',
    '32M',
    '--samples',
    '8',
    '--cpus',
    String(cpu),
    '--label',
    'beside a loop',
  )
  await end()
})

test('before it begins it warns with the figure, and says how to wait', () => {
  expect(run.err).toMatch(/^This machine is not quiet: .*other programs used \d+ % of a CPU.*--when-quiet/m)
})

test('it ends as it should, and what it prints begins with the figure', () => {
  expect(run.status).toBe(0)
  expect(run.out).toMatch(/^DISTURBED/m)
  expect(run.out).toMatch(figure)
})

test('no cell of its comparison has a verdict; each has its numbers', async () => {
  const { out } = await lab('compare', '--baseline', 'baseline', '--json')
  const { rows, disturbances } = JSON.parse(out) as {
    rows: { verdict: string; percent: number | null; baselineMedian: number | null }[]
    disturbances: string[]
  }
  expect(rows).toHaveLength(2)
  for (const row of rows)
    expect(row).toMatchObject({
      verdict: 'disturbed',
      percent: expect.any(Number),
      baselineMedian: expect.any(Number),
    })
  expect(disturbances).toEqual([expect.stringMatching(figure)])
})

test.each(reportFormats)('a comparison as %s names the figure', async format => {
  const { status, out } = await lab('compare', '--baseline', 'baseline', '--format', format)
  expect(status).toBe(0)
  expect(out.replaceAll('\\%', '%')).toMatch(figure)
})

test('lists, files and histories are marked', async () => {
  const listed = await lab('runs', 'list')
  expect(listed.out).toMatch(/complete, disturbed +\d+ +beside a loop/)
  const [id = ''] = (JSON.parse((await lab('runs', 'list', '--json')).out) as { id: string }[]).map(
    item => item.id,
  )
  await lab('runs', 'export', id, 'run.json')
  const file = RunFile.parse(JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')))
  expect(file.run.disturbances).toEqual([expect.stringMatching(figure)])
  const shown = JSON.parse((await lab('runs', 'show', id, '--json')).out) as {
    run: { disturbances: string[] }
    cases: { disturbance: string | null }[]
  }
  expect(shown.run.disturbances).toEqual(file.run.disturbances)
  expect(shown.cases.map(({ disturbance }) => disturbance)).not.toContain(null)
  const history = await lab('history', '--bench', 'munmap')
  expect(history.out).toMatch(/\d [mµ]?s!$/m)
  expect(history.out).toContain('! disturbed')
})
