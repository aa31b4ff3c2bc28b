/**
 * The command line as people and scripts use it: real processes, a real library, the fake agent.
 */
import { spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Advice } from '../contract/advice.ts'
import { withoutCommandLine } from '../exchange/without-command-line.ts'
import { openLibrary } from '../library/library.ts'
import { applicationVersion } from './context.ts'
import type { CountedCase } from '../contract/operation-counts.ts'
import type { PhoneResult } from '../contract/phone.ts'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { adviceSchemes } from '../../test/fixtures/machine-report.ts'
import { labProgram } from '../../test/fixtures/lab-program.ts'
import { newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { fakeAgentPath, type FakeAgentBehaviour } from '../../test/fakes/fake-agent-path.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

const realAgent = path.join(import.meta.dirname, '../../out/native/release/folio-agent')
const short = ['--bench', 'cow,fork', '--size', '32M', '--samples', '6', '--warmup', '1']

type Result = Readonly<{ status: number | null; out: string; err: string }>

type Shell = Readonly<{
  folder: string
  /** Runs `folio-lab` with these words. */
  lab: (...words: string[]) => Promise<Result>
  start: (...words: string[]) => ReturnType<typeof spawn>
  /** Runs a script of the shell in which `"$@"` is `folio-lab` with these words. */
  script: (text: string, ...words: string[]) => Promise<Result>
}>

/**
 * A library and a lock of its own; the agent is `agentPath`, or else a fake
 * one that behaves like this.
 */
function openShell(
  behaviour: FakeAgentBehaviour = {},
  agentPath?: string,
  environment: NodeJS.ProcessEnv = {},
): Shell {
  const folder = temporaryFolder('cli')
  const options: SpawnOptions = {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HOME: folder,
      XDG_DATA_HOME: path.join(folder, 'data'),
      FOLIO_LAB_AGENT: agentPath ?? fakeAgentPath(folder, behaviour),
      FOLIO_LAB_RUN_LOCK: `folio-lab-test-${newRunId()}`,
      ...environment,
    },
  }
  return {
    folder,
    start,
    lab: async (...words) => resultOf(start(...words)),
    script: (text, ...words) =>
      resultOf(spawn('bash', ['-c', text, 'bash', process.execPath, labProgram, ...words], options)),
  }

  function start(...words: string[]): ReturnType<typeof spawn> {
    return spawn(process.execPath, [labProgram, ...words], options)
  }
}

async function resultOf(child: ReturnType<typeof spawn>): Promise<Result> {
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  await once(child, 'close')
  return { status: child.exitCode, out, err }
}

test('the command line runs from its sources as they are', async () => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), '--version'])
  expect(await resultOf(child)).toEqual({ status: 0, out: `${applicationVersion}\n`, err: '' })
})

test('two boots of one machine are compared, and what differs between them is named', async () => {
  const { cpu, kernel } = exampleFacts
  const off = openShell()
  const on = openShell({
    facts: {
      cpu: {
        ...cpu,
        kernelReturns: { kind: 'safe-ret', source: 'spec_rstack_overflow: Mitigation: Safe RET' },
      },
      kernel: { ...kernel, commandLine: 'quiet secret=1' },
    },
  })
  const file = ['--db', path.join(off.folder, 'both.sqlite')]
  for (const [shell, name] of [[off, 'off'] as const, [on, 'on'] as const])
    expect(await shell.lab('run', ...short, '--variant', name, '--label', name, ...file)).toMatchObject({
      status: 0,
    })
  const runs = JSON.parse((await on.lab('runs', 'list', '--json', ...file)).out) as {
    id: string
    label: string
  }[]
  const ids = ['off', 'on'].map(name => runs.find(({ label }) => label === name)?.id ?? '')
  const compare = ['compare', '--run', ...ids, '--baseline', 'off', ...file]
  const text = await on.lab(...compare)
  expect(text).toMatchObject({
    status: 0,
    out: expect.stringContaining('Differences between the environments'),
  })
  const { out } = await on.lab(...compare, '--format', 'csv')
  expect(out).toContain('facts.cpu.kernelReturns.kind: plain: safe-ret')
  expect(out).toContain('facts.kernel.commandLine: left out: left out')
  expect(text.out + out).not.toContain('secret')
  expect(out).toMatch(/^fork,1,\d+,\d+,off,on,[^,]+,[^,]+,[-+]?\d/m)
})

test('a run is measured, stored, compared, shown, exported and reported', async () => {
  const { lab, folder } = openShell({ sampleMs: 10 }) // long enough for progress to be reported
  const run = await lab(
    'run',
    ...short,
    '--variant',
    'a,b',
    '--report',
    'run.html',
    '--label',
    'first <run>',
    '--seed',
    '7',
  )
  expect(run).toMatchObject({
    status: 0,
    err: expect.stringMatching(/^conditioning .*\nsampling .*complete: /ms),
  })
  expect(run.out).toContain('Medians of first <run>, kernel 6.15.0. 32 MiB in folios of 2 MiB')
  expect(run.out.split('\n').filter(line => line.length > 75)).toEqual([])
  const page = readFileSync(path.join(folder, 'run.html'), 'utf8')
  expect(page).toContain('<h1>first &lt;run&gt;</h1>')
  expect(page).not.toMatch(/<script |https?:|<link/)

  const compared = await lab('compare', '--baseline', 'a', '--json')
  expect(JSON.parse(compared.out)).toMatchObject({
    baseline: { label: 'a' },
    rows: [
      { benchmark: 'cow', variant: 'b', n: 6, method: 'paired', percent: expect.any(Number) },
      { benchmark: 'fork', variant: 'b', n: 6, method: 'paired', percent: expect.any(Number) },
    ],
  })

  const listed: unknown = JSON.parse((await lab('runs', 'list', '--json')).out)
  expect(listed).toMatchObject([{ label: 'first <run>', status: 'complete', sampleCount: 28 }])
  const { id } = (listed as { id: string }[])[0]!
  const shown: unknown = JSON.parse((await lab('runs', 'show', id.slice(0, 6), '--json')).out)
  expect(shown).toMatchObject({
    run: { id, plan: { seed: 7, warmupRounds: 1 } },
    environment: { facts: { cpu: { model: 85 } } },
    cases: [
      { benchmark: 'cow', variant: 'a', samples: expect.any(Array), summary: { n: 6 } },
      { benchmark: 'cow', variant: 'b' },
      { benchmark: 'fork', variant: 'a' },
      { benchmark: 'fork', variant: 'b' },
    ],
  })

  expect(await lab('runs', 'export', id, 'run.json', '--with-command-line')).toMatchObject({
    status: 0,
    out: '',
  })
  expect(await lab('runs', 'import', 'run.json', '--db', 'other.sqlite')).toMatchObject({ status: 0 })
  const copy: unknown = JSON.parse((await lab('runs', 'show', id, '--json', '--db', 'other.sqlite')).out)
  expect(copy).toEqual(shown)
  expect((await lab('report', id, '--html', 'again.html')).status).toBe(0)
  expect(readFileSync(path.join(folder, 'again.html'), 'utf8')).toBe(page)
})

test('exports and reports replace nothing unasked, and never a library', async () => {
  const { lab, folder } = openShell()
  const { id } = (JSON.parse((await lab('run', ...short, '--json')).out) as { run: { id: string } }).run
  const exported = path.join(folder, 'run.json')
  writeFileSync(exported, 'mine')
  const library = path.join(folder, 'data', 'folio-lab', 'library.sqlite')
  for (const words of [
    ['runs', 'export', id, library],
    ['report', id, '--html', `${library}-wal`],
    ['run', ...short, '--report', library, '--db', 'other.sqlite'],
  ])
    expect(await lab(...words, '--overwrite')).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringMatching(/belongs to the library of runs/),
    })
  expect(readFileSync(exported, 'utf8')).toBe('mine')
  expect(await lab('runs', 'export', id, exported, '--overwrite')).toMatchObject({ status: 0 })
  expect(JSON.parse(readFileSync(exported, 'utf8'))).toMatchObject({ run: { id } })
  expect(JSON.parse((await lab('runs', 'list', '--json')).out)).toMatchObject([{ id }])
})

test('a minus sign and /dev/stdout stand for standard output', async () => {
  const { lab } = openShell()
  const { id } = (JSON.parse((await lab('run', ...short, '--json')).out) as { run: { id: string } }).run
  for (const name of ['-', '/dev/stdout']) {
    expect(JSON.parse((await lab('runs', 'export', id, name)).out)).toMatchObject({ run: { id } })
    expect((await lab('report', id, '--html', name)).out).toMatch(/^<!doctype html>/)
    expect(await lab('run', ...short, '--report', name)).toMatchObject({ status: 2, out: '' })
  }
})

test('a report that could not be written is refused before anything is measured', async () => {
  const { lab } = openShell()
  expect(await lab('run', ...short, '--report', 'no/such/report.html')).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringMatching(/the folder \S+no\/such does not exist\.\nMake the folder first/),
  })
  expect((await lab('runs', 'list', '--json')).out).toBe('[]\n')
})

test.each([
  ['', /HOME is empty/],
  ['home', /HOME is “home”, which is not an absolute path/],
])('HOME “%s” is no place for a library', async (home, message) => {
  const { folder, start } = openShell({}, undefined, { HOME: home, XDG_DATA_HOME: undefined })
  expect(await resultOf(start('runs', 'list'))).toMatchObject({
    status: 2,
    err: expect.stringMatching(message),
  })
  expect(existsSync(path.join(folder, 'home'))).toBe(false)
})

test.each(['"$@" 2>/dev/full', '"$@" 2> >(true)', '"$@" > >(true) 2>&1', '"$@" >&- 2>&-'])(
  'progress that nobody can read does not end a run: %s',
  async text => {
    const { lab, script } = openShell({ sampleMs: 10 })
    expect((await script(text, 'run', ...short, '--samples', '20')).status).toBe(0)
    expect(JSON.parse((await lab('runs', 'list', '--json')).out)).toMatchObject([
      { status: 'complete', sampleCount: 2 * 21 },
    ])
  },
)

test('a result that does not fit on a full disk is a failure in one sentence; a reader that has gone is not', async () => {
  const { script } = openShell()
  expect(await script('"$@" >/dev/full', 'list')).toMatchObject({
    status: 1,
    err: expect.stringMatching(/^error: The result could not be written to standard output: .*\n[^\n]*\n$/),
  })
  expect(await script('"$@" | true; exit ${PIPESTATUS[0]}', 'list')).toEqual({ status: 0, out: '', err: '' })
})

test('an export whose reader goes away ends silently', async () => {
  const { lab, script } = openShell()
  const run = await lab('run', '--bench', 'cow', '--size', '32M', '--samples', '400', '--json')
  const { id } = (JSON.parse(run.out) as { run: { id: string } }).run
  const ended = await script('"$@" | head -c 9; exit ${PIPESTATUS[0]}', 'runs', 'export', id, '-')
  expect(ended).toEqual({ status: 0, out: '{\n  "form', err: '' })
})

test('no control characters come out of a label, a note, a file or an argument', async () => {
  const { lab, folder } = openShell()
  const acting = '\u001b[31mred\u0007\u202e'
  const run = await lab('run', ...short, '--variant', `a,${acting}`, '--label', acting)
  writeFileSync(path.join(folder, 'odd.json'), `${acting}{`)
  const outputs = [
    run,
    await lab('runs', 'list'),
    await lab('runs', 'list', '--json'),
    await lab('runs', 'import', 'odd.json'),
    await lab('runs', 'show', acting),
    await lab(acting),
    await lab('compare'),
  ]
  for (const { out, err } of outputs) expect(out + err).not.toMatch(/[\u001b\u0007\u202e]/)
  expect(JSON.parse(outputs[2]!.out)).toMatchObject([{ label: acting }])
})

test('runs are renamed, noted, deleted and brought back', async () => {
  const { lab } = openShell()
  const run = await lab('run', ...short, '--json')
  const { id } = (JSON.parse(run.out) as { run: { id: string } }).run
  expect((await lab('runs', 'label', id, 'new name')).status).toBe(0)
  expect((await lab('runs', 'note', id, 'a note', '--json')).out).toContain('"note": "a note"')
  expect((await lab('runs', 'delete', id)).err).toContain(`folio-lab runs restore ${id}`)
  expect((await lab('runs', 'list')).err).toContain('The library holds no run yet.')
  expect((await lab('runs', 'list', '--deleted')).out).toContain('new name')
  expect((await lab('runs', 'restore', id)).status).toBe(0)
  expect(JSON.parse((await lab('runs', 'list', '--json')).out)).toMatchObject([
    { label: 'new name', note: 'a note' },
  ])
})

test('facts and list are printed for people and as JSON', async () => {
  const { lab } = openShell()
  expect((await lab('facts')).out).toMatch(/Preflight checks/)
  expect(JSON.parse((await lab('facts', '--json')).out)).toMatchObject({
    environment: { facts: exampleFacts },
    preflight: expect.arrayContaining([expect.objectContaining({ name: 'thp', status: 'pass' })]),
  })
  expect((await lab('list')).out).toMatch(/cow-reuse-byte/)
  expect(JSON.parse((await lab('list', '--json')).out)).toMatchObject({
    targets: ['host', 'model'],
    schemes: [{ name: 'baseline' }, { name: 'all' }],
    presets: ['quick', 'standard', 'full', 'sizes', 'series'],
  })
})

test('schemes of the model are variants, one scheme under two labels, and free configurations', async () => {
  const { lab } = openShell()
  const free = 'free:exclusive=off,scope=all,batch=all,values=table,pagecounts=on'
  const run = await lab(
    'run',
    '--target',
    'model',
    '--variant',
    `baseline,again=baseline,${free}`,
    ...short,
    '--json',
  )
  expect(JSON.parse(run.out)).toMatchObject({
    run: {
      variantLabels: ['baseline', 'again', 'scope-all+batch-all+table'],
      plan: { variants: [{ scheme: 'baseline' }, { scheme: 'baseline' }, { scheme: free, work: 'full' }] },
    },
  })
})

test('Ctrl-C cancels the run and keeps its samples', async () => {
  const { lab, start } = openShell({ sampleMs: 20 })
  const child = start('run', ...short, '--samples', '400', '--json')
  const result = resultOf(child)
  await told(child, /sampling/)
  child.kill('SIGINT')
  const { status, out, err } = await result
  expect(err).toMatch(/Cancelling; the samples so far are kept/)
  expect(status).toBe(130)
  const { run } = JSON.parse(out) as { run: { id: string; status: string; sampleCount: number } }
  expect(run.status).toBe('cancelled')
  expect(run.sampleCount).toBeGreaterThan(0)
  expect(JSON.parse((await lab('runs', 'list', '--json')).out)).toMatchObject([
    { id: run.id, status: 'cancelled', sampleCount: run.sampleCount },
  ])
})

test('a run whose program was killed is interrupted, and resuming it completes it', async () => {
  const { lab, start } = openShell({ sampleMs: 5 })
  const child = start('run', ...short, '--samples', '60')
  await told(child, /sampling/)
  child.kill('SIGKILL')
  await once(child, 'close')
  const [run] = JSON.parse((await lab('runs', 'list', '--json')).out) as { id: string; status: string }[]
  expect(run!.status).toBe('interrupted')
  const resumed = await lab('runs', 'resume', run!.id, '--json')
  expect(resumed.status).toBe(0)
  expect(JSON.parse(resumed.out)).toMatchObject({
    run: { id: run!.id, status: 'complete', sampleCount: 2 * 61 },
  })
})

test('two runs at once: the second is refused and says why', async () => {
  const { lab, start } = openShell({ sampleMs: 20 })
  const first = start('run', ...short, '--samples', '400')
  await once(first.stderr!, 'data')
  const second = await lab('run', ...short)
  expect(second).toMatchObject({
    status: 1,
    out: '',
    err: expect.stringMatching(/Another run is under way: .*\n.*cancel it/),
  })
  first.kill('SIGINT')
  await once(first, 'close')
})

test('a failed run has exit status 1 and says why', async () => {
  const { lab } = openShell({ refuseAtSample: 3 })
  const { status, err } = await lab('run', ...short)
  expect(status).toBe(1)
  expect(err).toMatch(/failed: Only 1 MiB is available\. Choose a smaller size/)
})

type Misuse = Readonly<{
  words: readonly string[]
  status: number
  message: RegExp
  behaviour?: FakeAgentBehaviour
}>

test('the noise floor is measured, told, and verdicts rest on it; a history has a point a run', async () => {
  const { lab } = openShell()
  const calibrated = await lab('calibrate', '--bench', 'cow', '--json')
  expect(calibrated).toMatchObject({ status: 0, err: expect.stringMatching(/This takes at most about/) })
  const { run, noiseFloors } = JSON.parse(calibrated.out) as { run: string; noiseFloors: object[] }
  expect(noiseFloors).toMatchObject([{ cell: { benchmark: 'cow' }, tables: 200, calibrations: 1 }])
  const words = ['--bench', 'cow', '--size', '32M', '--variant', 'a,b', '--samples', '10']
  expect(await lab('run', ...words)).toMatchObject({
    status: 0,
    err: expect.stringMatching(/smallest change that this run can detect: cow/),
  })
  const { out } = await lab('compare', '--threshold', '50', '--json')
  expect(JSON.parse(out)).toMatchObject({
    thresholdPercent: 50,
    rows: [{ verdict: expect.not.stringMatching('not-calibrated'), noiseFloorPercent: expect.any(Number) }],
  })
  const history = JSON.parse((await lab('history', '--bench', 'cow', '--json')).out) as { points: object[] }
  expect(history.points).toHaveLength(4)
  expect(history.points).toMatchObject([{ reference: { runId: run } }, {}, {}, {}])
  const text = await lab('history', '--bench', 'cow', '--run', run.slice(0, 8), '--variant', 'A again')
  expect(text.out).toMatch(/^History of cow, 32 MiB in folios of 2 MiB, on /m)
})

test('a calibration that its time ends counts as far as it went', async () => {
  const { lab } = openShell()
  const { status, out } = await lab('calibrate', '--target', 'host', '--bench', 'cow', '--budget', '0.5s')
  expect(status).toBe(0)
  expect(out).toMatch(/cow .* no: \d+ of 200 tables/)
})

test('the real agent gives an advice for people, and stores it', async () => {
  const { lab, folder } = openShell({}, realAgent)
  const { status, out, err } = await lab('advise', '--budget', '5s')
  expect({ status, err }).toEqual({ status: 0, err: expect.not.stringContaining('error') as string })
  // The other parts of the tests may have disturbed it.
  expect(out).toMatch(
    /the exclusive writer (helps|hurts|makes no difference|here, with)|^No verdict yet on the exclusive writer .* disturbed\./m,
  )
  expect(out).toMatch(/Recommendation: /)
  for (const operation of ['remap', 'munmap', 'fork', 'cow-byte'])
    expect(out).toMatch(new RegExp(`^${operation} +alone +exclusive by cmpxchg +(-|[-+0-9.]+%) `, 'm'))
  expect(out).toMatch(/^plain add +\d+\.\d\d$/m)
  expect(
    out
      .slice(out.indexOf('Whole operations'))
      .split('\n')
      .filter(line => line.length > 75),
  ).toEqual([])
  expect(await storedAdvices(folder)).toMatchObject([{ budgetSeconds: 5, question: 'exclusive-writer' }])
})

test('an advice is printed as JSON as it is stored, but for the kernel command line', async () => {
  const { lab, folder } = openShell({}, realAgent)
  const { status, out } = await lab('advise', '--question', 'batching', '--budget', '2', '--json')
  expect(status).toBe(0)
  expect([JSON.parse(out)]).toEqual((await storedAdvices(folder)).map(withoutCommandLine))
})

test('answers are listed, shown, deleted and brought back', async () => {
  const { lab } = openShell({}, realAgent)
  expect((await lab('advise', 'list')).err).toMatch(/no answer yet/)
  const { id } = JSON.parse((await lab('advise', '--budget', '2s', '--json')).out) as { id: string }
  expect((await lab('advise', 'list')).out).toMatch(
    new RegExp(`^${id.slice(0, 8)} +\\d{4}-.* exclusive-writer `, 'm'),
  )
  expect((await lab('advise', 'show', id.slice(0, 6))).out).toMatch(/Recommendation: /)
  expect((await lab('advise', 'show', id, '--json')).out).toContain(`"id": "${id}"`)
  expect((await lab('advise', 'delete', id.slice(0, 6))).err).toContain(`folio-lab advise restore ${id}`)
  expect(await lab('advise', 'show', id)).toMatchObject({
    status: 2,
    err: expect.stringMatching(/no answer/),
  })
  expect((await lab('advise', 'restore', id)).err).toContain('is restored')
  expect(JSON.parse((await lab('advise', 'list', '--json')).out)).toMatchObject([{ id }])
  for (const [word, text] of [
    ['delete', ''],
    ['restore', id.slice(0, 6)],
    ['restore', newRunId()],
  ] as const)
    expect((await lab('advise', word, text)).status).not.toBe(0)
  expect((await lab('advise', 'forget')).status).toBe(2)
})

test('what the stages do for a page is counted as the specification has it', async () => {
  const { lab } = openShell({}, realAgent)
  const words = ['counts', '--bench', 'munmap,fork', '--variant', 'baseline,exclusive,all', '--size', '4M']
  const { status, out } = await lab(...words, '--json')
  expect(status).toBe(0)
  const perPage = (JSON.parse(out) as CountedCase[]).map(({ variant, cell, counts }) => [
    ...[cell.benchmark, variant, counts.pages],
    ...[counts.mappingRmw, counts.referenceRmw].map(count => count / counts.pages),
  ])
  expect(perPage).toEqual([
    ['munmap', 'baseline', 1024, 2, 1],
    ['munmap', 'exclusive', 1024, 4, 1],
    ['munmap', 'all', 1024, 2, 1],
    ['fork', 'baseline', 1024, 1, 1],
    ['fork', 'exclusive', 1024, 3, 1],
    ['fork', 'all', 1024, 2, 1],
  ])
  expect((await lab(...words)).out).toMatch(/^munmap +exclusive +4 +1 /m)
})

test('memory after a fork is reported write by write, as the specification has it', async () => {
  const { lab } = openShell({}, realAgent)
  const { status, out } = await lab('phone', '--size', '1M', '--json')
  expect(status).toBe(0)
  const kibibytes = (JSON.parse(out) as PhoneResult[]).map(({ label, scenario: { folios, points } }) => [
    ...[label, folios, points.length],
    ...[0, 1, 15, 16].map(writes => points[writes]!.bytes / folios / 1024),
    ...[0, 1, 15, 16].map(writes => points[writes]!.queued / folios),
  ])
  expect(kibibytes).toEqual([
    ['baseline', 16, 17, 64, 68, 124, 124, 0, 1, 1, 1],
    ['upstream-6.10', 16, 17, 64, 68, 124, 64, 0, 1, 1, 0],
    ['mthp-reuse', 16, 17, 64, 64, 64, 64, 0, 0, 0, 0],
  ])
  expect((await lab('phone', '--size', '1M', '--variant', 'mine:from=all,batch=all')).out).toMatch(
    /^writes +mine: queued +mine: KiB$/m,
  )
  for (const words of [
    ['--folio', '4M', '--size', '8M'],
    ['--size', '100K'],
    ['--variant', 'all-that-there-is'],
    ['--kernel', '--folio', '4K'],
  ]) {
    const refused = await lab('phone', ...words)
    expect(refused.status, words.join(' ')).not.toBe(0)
    expect(refused.err.length).toBeGreaterThan(20)
  }
})

test('answers about folios are counted beside a task that writes, and readers hold them against it', async () => {
  const { lab } = openShell({}, realAgent)
  const words = ['counts', '--bench', 'read-shared', '--variant', '123', '--size', '1M', '--folio', '64K']
  const { status, out } = await lab(...words, '--tasks', '2', '--readers', '1', '--json')
  expect(status).toBe(0)
  const [counted] = JSON.parse(out) as CountedCase[]
  expect(counted!.counts).toMatchObject({
    pages: 2 ** 20, // answers
    readerFalselyShared: 0,
    readerFalselyExclusive: 0,
  })
  expect(counted!.counts.readerQueries).toBeGreaterThan(0)
})

/** Resolves when the process has told something like this on standard error. */
function told(child: ReturnType<typeof spawn>, words: RegExp): Promise<void> {
  let text = ''
  return new Promise(resolve => {
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (words.test(text)) resolve()
    })
  })
}

/** Keeps one CPU busy until the end of the test. */
function occupyCpu(): void {
  const loop = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  onTestFinished(() => void loop.kill())
}

test('on a busy machine an advice warns with the figure, and with --when-quiet it does not begin', async () => {
  occupyCpu()
  const { lab, folder } = openShell({ sampleMs: 1, schemes: adviceSchemes })
  const warned = await lab('advise', '--budget', '2s')
  expect(warned.status).toBe(0)
  expect(warned.err).toMatch(/^This machine is not quiet: other programs used \d+ % of a CPU.*--when-quiet/m)
  const waited = await lab('advise', '--when-quiet', '2s', '--json')
  expect(waited.status).toBe(1)
  expect(waited.err).toMatch(
    /^Waiting until this machine is quiet \(1 of at most 2 s\): other programs used /m,
  )
  expect(waited.err).toMatch(/did not become quiet within 2 s: other programs used \d+ % of a CPU/)
  expect(JSON.parse(waited.out)).toMatchObject({ failure: { code: 'not-quiet' } })
  expect(await storedAdvices(folder)).toHaveLength(1)
})

test('Ctrl-C ends the wait for a quiet machine', async () => {
  occupyCpu()
  const { start } = openShell()
  const child = start('advise', '--when-quiet')
  const result = resultOf(child)
  await told(child, /Waiting until this machine is quiet/)
  child.kill('SIGINT')
  const { status, err } = await result
  expect(err).toMatch(/Cancelling; nothing was measured/)
  expect(status).toBe(130)
})

test('Ctrl-C ends an advice: there is no answer, and its samples stay as a cancelled run', async () => {
  const { start, folder } = openShell({ sampleMs: 20, schemes: adviceSchemes })
  const child = start('advise', '--json')
  const result = resultOf(child)
  await told(child, /of at most 60 s/)
  child.kill('SIGINT')
  const { status, out, err } = await result
  expect(err).toMatch(/Cancelling; the samples so far are kept as a run\..*\nNo advice \(cancelled\): /)
  expect(status).toBe(130)
  expect(JSON.parse(out)).toMatchObject({ status: 'cancelled' })
  expect(await storedAdvices(folder)).toEqual([])
})

/** What the library that a command line in `folder` uses holds. */
async function storedAdvices(folder: string): Promise<Advice[]> {
  const location = {
    path: path.join(folder, 'data', 'folio-lab', 'library.sqlite'),
    isOwn: true,
    binding: null,
  }
  const library = await openLibrary({
    ...location,
    now: Date.now,
  })
  try {
    return await library.queries.listAdvices()
  } finally {
    library.close()
  }
}

const misuses: readonly Misuse[] = [
  { words: ['counts', '--bench', 'frok', '--json'], status: 2, message: /--bench: “frok” is unknown/ },
  { words: ['advise', '--budget', '61s', '--json'], status: 2, message: /a budget is at most 60 s/ },
  { words: ['advise', '--budget', '1s', '--json'], status: 2, message: /a budget is at least 2 s/ },
  { words: ['advise', '--when-quiet', '0', '--json'], status: 2, message: /--when-quiet: the time to wait/ },
  {
    words: ['calibrate', '--bench', 'cow', '--when-quiet', '0', '--json'],
    status: 2,
    message: /--when-quiet: the time to wait/,
  },
  {
    words: ['advise', '--question', 'luck', '--json'],
    status: 2,
    message: /Choose one of: exclusive-writer, batching/,
  },
  { words: ['compare', '--threshold', '0%', '--json'], status: 2, message: /The library holds no run/ },
  { words: ['history', '--bench', 'cow', '--json'], status: 2, message: /holds no run of cow\.\nStart one/ },
  { words: ['calibrate', '--bench', 'frok', '--json'], status: 2, message: /--bench: “frok” is unknown/ },
  { words: ['calibrate', '--target', 'vm', '--json'], status: 2, message: /Choose one of: host, model/ },
  {
    words: ['run', '--bench', 'frok', '--json'],
    status: 2,
    message: /--bench: “frok” is unknown\.\nChoose one of: remap, munmap/,
  },
  { words: ['run', '--samples', '-1', '--json'], status: 2, message: /error: --samples: at least 1 round\./ },
  {
    words: ['run', '--size', '1T', '--json'],
    status: 1,
    message: /The largest case needs 2 TiB of memory; 90 GiB are/,
  },
  { words: ['runs', 'show', '1234', '--json'], status: 2, message: /There is no run “1234”/ },
  {
    words: ['runs', 'import', 'nowhere.json', '--json'],
    status: 2,
    message: /^error: There is no file nowhere\.json\.$/m,
  },
  {
    words: ['compare', '--json'],
    status: 2,
    message: /The library holds no run\.\nStart one: folio-lab run/,
  },
  {
    words: ['run', '--json'],
    status: 1,
    message: /forbid folios of 2 MiB\.\n.*--change-settings.*echo madvise \| sudo tee/,
    behaviour: { facts: { thp: { ...exampleFacts.thp, enabled: 'never' } } },
  },
]

test.each(misuses)('folio-lab $words is refused, for people and for programs', async misuse => {
  const { lab } = openShell(misuse.behaviour)
  const { status, out, err } = await lab(...misuse.words)
  expect(err).toMatch(misuse.message)
  expect(status).toBe(misuse.status)
  expect(JSON.parse(out)).toMatchObject({
    failure: { code: expect.any(String), message: expect.any(String) },
  })
})

test('a command or option that does not exist has exit status 2', async () => {
  const { lab } = openShell()
  expect(await lab('rum')).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringMatching(/Did you mean run\?/),
  })
  expect(await lab('run', '--nonsense')).toMatchObject({
    status: 2,
    err: expect.stringMatching(/unknown option '--nonsense'/),
  })
})

test('a library that is a text file is refused when named, and set aside when it is the lab’s own', async () => {
  const { lab, folder } = openShell()
  const named = path.join(folder, 'notes.txt')
  writeFileSync(named, 'Dear diary')
  const refused = await lab('runs', 'list', '--db', 'notes.txt')
  expect(refused).toMatchObject({
    status: 1,
    err: expect.stringMatching(/it is not an SQLite database\. It was not touched\.\nName another file/),
  })
  expect(readFileSync(named, 'utf8')).toBe('Dear diary')

  await lab('runs', 'list')
  const own = path.join(folder, 'data', 'folio-lab', 'library.sqlite')
  writeFileSync(own, 'Dear diary')
  const { status, err } = await lab('runs', 'list')
  expect(status).toBe(0)
  const aside = /It is kept as (\S+), and a new one was created/.exec(err)?.[1]
  expect(readFileSync(aside!, 'utf8')).toBe('Dear diary')
  expect(existsSync(own)).toBe(true)
})

test('an agent that was not built is named, with the command that builds it', async () => {
  const child = spawn(process.execPath, [labProgram, 'facts'], {
    env: { ...process.env, FOLIO_LAB_AGENT: '/nowhere/folio-agent' },
  })
  expect(await resultOf(child)).toMatchObject({
    status: 1,
    err: expect.stringMatching(
      /The agent \/nowhere\/folio-agent cannot be started.*\nBuild it with “npm run setup”/,
    ),
  })
})

test('an id that is empty names no run; one in capitals names the run it spells', async () => {
  const { lab } = openShell()
  const run = await lab('run', ...short, '--json')
  const { id } = (JSON.parse(run.out) as { run: { id: string } }).run
  for (const words of [
    ['runs', 'delete', ''],
    ['runs', 'show', ' '],
    ['report', ''],
    ['compare', '--run', ''],
    ['history', '--bench', 'cow', '--run', ''],
  ])
    expect(await lab(...words)).toMatchObject({
      status: 2,
      err: expect.stringContaining('The id of the run is empty.'),
    })
  expect((await lab('runs', 'list', '--json')).out).toContain(id)
  expect(await lab('runs', 'delete', id.toUpperCase())).toMatchObject({ status: 0 })
})

test('a file that is neither a library nor a run file is named as what it is, without a stack', async () => {
  const { lab, folder } = openShell()
  for (const [words, said] of [
    [['runs', 'list', '--db', folder], 'is a folder, not a library'],
    [['runs', 'list', '--db', ''], '--db: the file name is empty'],
    [['runs', 'import', folder], 'is a folder'],
    [['runs', 'import', '/dev/zero'], 'is a pipe or a device, not a file'],
  ] as const) {
    const { status, err } = await lab(...words)
    expect(err).toContain(said)
    expect(err).not.toContain('    at ')
    expect(status).toBe(2)
  }
})

test('an imported calibration counts for no floor until the user says so; a run of the future is reported', async () => {
  const { lab, folder } = openShell()
  await lab('calibrate', '--bench', 'cow', '--size', '32M', '--budget', '3s')
  const [{ id }] = JSON.parse((await lab('runs', 'list', '--json')).out) as [{ id: string }]
  await lab('runs', 'export', id, 'own.json')
  const file = JSON.parse(readFileSync(path.join(folder, 'own.json'), 'utf8')) as {
    run: { createdAt: number }
  }
  file.run.createdAt = Date.UTC(9999, 0)
  writeFileSync(path.join(folder, 'later.json'), JSON.stringify(file))
  const other = ['--db', 'other.sqlite']
  expect((await lab('runs', 'import', 'later.json', ...other)).err).toContain(
    'does not count towards noise floors here',
  )
  expect((await lab('runs', 'list', ...other)).out).toContain(
    'Dated in the future, because a clock was wrong: ',
  )
  expect(await lab('runs', 'import', 'later.json', '--count-calibration', ...other)).toMatchObject({
    status: 0,
  })
  expect(await lab('runs', 'import', 'later.json', '--count-calibration', ...other)).toMatchObject({
    status: 2,
  })
})
