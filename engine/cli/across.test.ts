/** The command line over the runs of several machines. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import type { MachineComparison } from '../contract/machine-comparison.ts'
import type { RunId } from '../contract/run.ts'
import { exportRun } from '../exchange/export-run.ts'
import { openLibrary } from '../library/library.ts'
import { exampleAdvice } from '../../test/fixtures/advice.ts'
import { labProgram } from '../../test/fixtures/lab-program.ts'
import { exampleMachines, runOn } from '../../test/fixtures/machines.ts'
import { examplePlan, exampleSamples, runOf } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('across')
const database = path.join(folder, 'library.sqlite')
let kernelRun: RunId

/** The example machines with the stages, and a run of the kernel with two variants. */
beforeAll(async () => {
  const library = await openLibrary({ path: database, isOwn: true, binding: null, now: Date.now })
  const plan = examplePlan({ benchmarks: ['fork'] })
  const kernel = runOf(
    plan,
    exampleSamples(plan, ({ variantIndex, round }) => 1e6 * (1 + variantIndex + round / 100)),
  )
  kernelRun = kernel.summary.id
  for (const run of [kernel, ...exampleMachines.map(machine => runOn(machine))])
    library.importRun(() => exportRun(run, run.samples), 'imported')
  await library.recording.recordAdvice(exampleAdvice())
  library.close()
})

function run(...words: readonly string[]): string {
  return execFileSync(process.execPath, [labProgram, ...words, '--db', database], {
    encoding: 'utf8',
    stdio: 'pipe',
  })
}

test('compare --by machine lays every machine beside the others and sums them up', () => {
  const text = run('compare', '--by', 'machine')
  expect(text).toContain('Percent change of exclusive, each machine against its own baseline.')
  expect(text).toMatch(/AMD EPYC 7313, Example Server, safe RET +\+7\.\d/)
  expect(text).toContain('helps on 3 of 5, hurts on 1')
  const one = JSON.parse(
    run('compare', '--by', 'machine', '--baseline', 'baseline', '--variant', 'batch', '--json'),
  ) as MachineComparison
  expect(one.shown).toEqual(['batch'])
})

test('compare --by machine says what is wrong with a name', () => {
  expect(() => run('compare', '--by', 'machine', '--baseline', 'nothing')).toThrow(
    'No run has a variant “nothing” and another one to compare it with.',
  )
  expect(() => run('compare', '--by', 'moon')).toThrow('Choose one of: run, machine.')
})

test('atlas prints every machine, and writes one page', () => {
  expect(run('atlas')).toContain('What the advisor says, by processor')
  const file = path.join(folder, 'atlas.html')
  run('atlas', '--html', file)
  expect(readFileSync(file, 'utf8')).toContain('<title>Atlas of 6 machines</title>')
})

test('atlas export and import carry answers to another library', () => {
  const file = path.join(folder, 'answers.json')
  run('atlas', 'export', file)
  const other = path.join(folder, 'other.sqlite')
  const words = [labProgram, 'atlas', 'import', file, '--db', other, '--json']
  const taken = execFileSync(process.execPath, words, { encoding: 'utf8' })
  expect(JSON.parse(taken)).toEqual({ file, run: null, advices: 1 })
})

test('report prints what another system reads, and writes a folder where it has many files', () => {
  expect(JSON.parse(run('report', kernelRun, '--format', 'kcidb'))).toMatchObject({
    version: { major: 5, minor: 3 },
  })
  expect(run('report', kernelRun, '--format', 'lava')).toMatch(/^<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=fork-/)
  expect(run('report', kernelRun, '--format', 'openmetrics')).toMatch(/# EOF\n$/)
  expect(() => run('report', kernelRun, '--format', 'mmtests')).toThrow('--folder FOLDER')
  const target = path.join(folder, 'mmtests')
  run('report', kernelRun, '--format', 'mmtests', '--folder', target)
  expect(existsSync(path.join(target, 'a/iter-0/libmicro/logs/fork-32MiB-2MiB-x1.log'))).toBe(true)
  expect(() => run('report', kernelRun, '--format', 'mmtests', '--folder', target)).toThrow('already exists')
})

test('repro is one C file with the table of the run, and no run of the model has one', () => {
  const source = run('repro', kernelRun, '--bench', 'fork')
  expect(source).toContain('#define NAME "fork"')
  expect(source).toMatch(/ \* {3}b +\+\d+\.\d/)
  expect(() => run('repro', kernelRun, '--bench', 'munmap')).toThrow('The run has not measured munmap.')
})
