/**
 * The command line with two real kernels: what counted instructions say,
 * and that they say it again.
 */
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { benchmarkOf, publishedBenchmarkNames } from '../../engine/contract/benchmark.ts'
import { sampleValue, Sample } from '../../engine/contract/sample.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { emulatorsOf, isAlive, newerKernel, olderKernel, until, whereMachinesRun } from './guests.ts'
import { lab, startLab } from './lab.ts'

const counted = publishedBenchmarkNames.filter(name => benchmarkOf(name).metric === 'time')

const RunJson = z.object({
  run: z.object({ id: z.string(), status: z.string(), statusReason: z.string() }),
  environment: z.object({
    guests: z.array(
      z.object({
        accelerator: z.string(),
        facts: z.object({
          kernel: z.object({ release: z.string(), commandLine: z.string().nullable() }),
          mitigations: z.record(z.string(), z.string()),
        }),
      }),
    ),
  }),
  cases: z.array(
    z.object({
      benchmark: z.string(),
      variant: z.string(),
      samples: z.array(z.object({ valid: z.boolean() }).loose()),
    }),
  ),
})

function makeFolder(): string {
  const folder = temporaryFolder('kernels')
  return folder
}

const kernels = `older=${olderKernel},newer=${newerKernel}`
const runWords = ['run', '--target', 'vm', '--kernel', kernels, '--clock', 'instructions', '--json']

/**
 * In percent, where it is more than 0.1: remap of 6.1 takes its objects from whichever slabs
 * earlier operations have left (docs/method.md).
 */
const largestSpreads = new Map([['remap', 0.5]])

describe('two kernels', whereMachinesRun, () => {
  test('repeat their counts, and differ where the newer one works in batches', async () => {
    const folder = makeFolder()
    const text = await lab(folder, [...runWords, '--bench', 'all', '--size', '64M', '--samples', '3'])
    const { run, environment, cases } = RunJson.parse(JSON.parse(text))
    expect(run.status).toBe('complete')
    expect(environment.guests.map(({ facts }) => facts.kernel.release.slice(0, 5))).toEqual([
      expect.stringMatching(/^6\.1\./),
      '6.12.',
    ])
    expect(cases).toHaveLength(2 * counted.length)
    expect(cases.flatMap(({ samples }) => samples).every(({ valid }) => valid)).toBe(true)

    const values = countsOf(await lab(folder, ['runs', 'export', run.id, '-']))
    const spreads = new Map(
      [...values].map(([name, counts]) => [name, 100 * (Math.max(...counts) / Math.min(...counts) - 1)]),
    )
    const unsteady = [...spreads].filter(
      ([name, percent]) => percent > (largestSpreads.get(name.split(' ')[0] ?? '') ?? 0.1),
    )
    expect(spreads.size).toBe(2 * counted.length)
    expect(unsteady, `spreads in percent: ${JSON.stringify([...spreads])}`).toEqual([])
    const [older = 0, newer = Infinity] = [0, 1].map(variant =>
      Math.max(...(values.get(`munmap ${variant}`) ?? [])),
    )
    expect(older / newer).toBeGreaterThan(3)

    const table = await lab(folder, ['compare', '--run', run.id, '--baseline', 'older'])
    expect(table).toContain('Percent change of executed instructions')
    expect(table).toMatch(/munmap +newer +\d+\.\d\d +\d+\.\d\d +-\d+\.\d\d +-(?:6[7-9]|[7-9]\d)\.\d\d%/)
    expect(table).not.toMatch(/\d (?:ns|µs|ms|s)\b/)
  })

  test('a lab that is killed leaves no QEMU, and a run that can be resumed', async () => {
    const folder = makeFolder()
    const words = [...runWords, '--bench', 'munmap', '--size', '32M', '--samples', '2', '--warmup', '0']
    const { child, output, ended } = startLab(folder, words)
    await until(() => output.stderr.includes('sampling'), 1200)
    const pid = child.pid ?? 0
    const machines = emulatorsOf(pid)
    expect(machines.length).toBeGreaterThan(0)
    child.kill('SIGKILL')
    await ended
    await until(() => machines.every(machine => !isAlive(machine)), 10)

    const [run] = z
      .array(z.object({ id: z.string(), status: z.string() }))
      .parse(JSON.parse(await lab(folder, ['runs', 'list', '--json'])))
    expect(run?.status).toBe('interrupted')
    await lab(folder, ['runs', 'resume', run?.id ?? ''])
    expect(await lab(folder, ['runs', 'show', run?.id ?? ''])).toContain('complete')
  })

  test('a report of a run on this machine and one in a virtual machine shows both clocks, each in tables of its own', async () => {
    const folder = makeFolder()
    const operation = ['--bench', 'munmap', '--size', '16M', '--folio', '4K', '--samples', '2', '--json']
    const guest = ['--target', 'vm', '--kernel', `debian=${newerKernel}`, '--clock', 'instructions']
    const ids: string[] = []
    for (const words of [
      ['--target', 'host'],
      [...guest, '--warmup', '1'],
    ]) {
      const text = await lab(folder, ['run', ...words, ...operation])
      ids.push(RunJson.pick({ run: true }).parse(JSON.parse(text)).run.id)
    }
    const text = await lab(folder, ['report', ...ids])
    const [, timed = '', counted = ''] = text.split(/^Medians of /m)
    expect(timed).toMatch(/^munmap .* \d+\.\d+ (?:µs|ms)/m)
    expect(timed).not.toContain('instructions')
    expect(counted).toMatch(/^munmap +debian +2 .*instructions\/page/m)
    expect(counted.split('\nEnvironment of ')[0]).not.toMatch(/\d (?:ns|µs|ms|s)\b/)
  })

  test('one kernel with other words on its command line is a variant of its own', async () => {
    const folder = makeFolder()
    const machine = ['--bench', 'munmap,fork', '--size', '32M', '--samples', '2', '--warmup', '1']
    const words = [
      'run',
      '--target',
      'vm',
      '--kernel',
      `debian=${newerKernel}`,
      '--append',
      'mitigations=off',
    ]
    const text = await lab(folder, [...words, ...machine, '--json', '--with-command-line'])
    const { run, environment } = RunJson.parse(JSON.parse(text))
    const [plain, off] = environment.guests.map(({ facts }) => facts)
    expect(plain?.kernel.commandLine).not.toContain('mitigations')
    expect(off?.kernel.commandLine).toMatch(/^mitigations=off console=ttyS0 /)
    // What the kernel itself says of it. The emulated processor is an AMD, which
    // meltdown does not affect.
    expect(plain?.mitigations.spectre_v2).toMatch(/^Mitigation: Retpolines/)
    expect(off?.mitigations.spectre_v2).toMatch(/^Vulnerable/)

    const file: unknown = JSON.parse(await lab(folder, ['runs', 'export', run.id, '-']))
    expect(file).toMatchObject({
      format: 'folio-lab/run/5',
      plan: {
        variants: [
          { label: 'debian', bootParameters: '' },
          { label: 'debian (mitigations=off)', bootParameters: 'mitigations=off' },
        ],
      },
    })
    const compare = ['compare', '--run', run.id, '--baseline', 'debian']
    expect(await lab(folder, compare)).toMatch(/munmap +debian \(mitigations=off\) +\d+\.\d\d +\d+\.\d\d/)
    const { rows } = z
      .object({ rows: z.array(z.object({ warnings: z.array(z.string()) })) })
      .parse(JSON.parse(await lab(folder, [...compare, '--json'])))
    expect(rows).toHaveLength(2)
    for (const { warnings } of rows)
      expect(warnings).toContain(
        '“debian” has no additional boot parameters, “debian (mitigations=off)” boot parameters “mitigations=off”.',
      )
  })

  test('a kernel that differs is found in a list, whose samples are stored as a run', async () => {
    const folder = makeFolder()
    const words = ['bisect', olderKernel, olderKernel, newerKernel, newerKernel, '--size', '32M', '--json']
    const found: unknown = JSON.parse(await lab(folder, words))
    expect(found).toMatchObject({
      run: { status: 'complete' },
      benchmark: 'munmap',
      findings: [/^6\.1\./, /^6\.1\./, /^6\.12\./, /^6\.12\./].map(release => ({
        release: expect.stringMatching(release) as unknown,
        why: '',
      })),
    })
    expect(found).toHaveProperty('firstChanged', expect.stringMatching(/^6\.12/))
    expect(found).toHaveProperty('lastUnchanged', expect.stringMatching(/^6\.1\.0.* \(2\)$/))
    const { run } = z.object({ run: z.object({ id: z.string() }) }).parse(found)
    const { samples } = z
      .object({ samples: z.array(Sample) })
      .parse(JSON.parse(await lab(folder, ['runs', 'export', run.id, '-'])))
    expect(samples).toHaveLength(4 * (1 + 3))
    expect(samples.every(({ measurement }) => measurement.valid)).toBe(true)
  })

  test('a search that was killed goes on where it was', async () => {
    const folder = makeFolder()
    const words = ['bisect', olderKernel, newerKernel, newerKernel, '--size', '32M', '--samples', '1']
    const { child, output, ended } = startLab(folder, words)
    await until(() => output.stderr.includes('sampling'), 1200)
    child.kill('SIGKILL')
    await ended
    const [run] = z
      .array(z.object({ id: z.string(), status: z.string() }))
      .parse(JSON.parse(await lab(folder, ['runs', 'list', '--json'])))
    expect(run?.status).toBe('interrupted')
    const id = run?.id ?? ''
    await lab(folder, ['runs', 'resume', id])
    expect(await lab(folder, ['runs', 'list'])).toContain('complete')
    expect(await lab(folder, ['runs', 'list', '--json'])).toMatch(
      /The first that differs by more than 5 % is 6\.12/,
    )
  })

  test('a machine that asks for more memory than there is does not begin', async () => {
    const folder = makeFolder()
    const { output, ended } = startLab(folder, [...runWords, '--memory', '4T'])
    expect(await ended).toBe(1)
    expect(output.stderr).toMatch(/needs 4 TiB of memory; .* are available/)
    expect(await lab(folder, ['runs', 'list', '--json'])).toBe('[]\n')
  })
})

/** Instructions per page of each valid sample, warm-up left out, by benchmark and variant. */
function countsOf(runFile: string): ReadonlyMap<string, number[]> {
  const { plan, samples } = z
    .object({ plan: z.object({ benchmarks: z.array(z.string()) }), samples: z.array(Sample) })
    .parse(JSON.parse(runFile))
  const counts = new Map<string, number[]>()
  for (const { warmup, cellIndex, variantIndex, measurement } of samples) {
    const name = counted.find(benchmark => benchmark === plan.benchmarks[cellIndex])
    const value = name === undefined ? null : sampleValue(name, 'instructions', measurement)
    if (warmup || value === null) continue
    const key = `${name ?? ''} ${variantIndex}`
    counts.set(key, [...(counts.get(key) ?? []), value])
  }
  return counts
}
