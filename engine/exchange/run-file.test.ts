/** Run files as anybody may write them: read without loss, or refused with what is wrong. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { Failure } from '../contract/failure.ts'
import { noteCharacters } from '../contract/bounds.ts'
import type { Run } from '../contract/run.ts'
import { examplePlan, exampleSamples, runOf } from '../../test/fixtures/run.ts'
import { exportRun } from './export-run.ts'
import { readRunFile } from './read-run-file.ts'

vi.setConfig({ testTimeout: 120_000 }) // hundreds of files are read, on a machine that may be busy

const run = runOf(examplePlan(), exampleSamples(examplePlan(), ({ round }) => 1e6 + round).slice(0, 6))
const text = textOf(run)

function textOf(whole: Run): string {
  return [...exportRun(whole, whole.samples)].join('')
}

/** The text cut into pieces of this length. */
function pieces(whole: string, length: number): () => string[] {
  return () =>
    Array.from({ length: Math.ceil(whole.length / length) }, (_, index) =>
      whole.slice(index * length, (index + 1) * length),
    )
}

function changed(
  change: (file: { run: Record<string, unknown>; samples: Record<string, unknown>[] }) => void,
): string {
  const file = JSON.parse(text) as Parameters<typeof change>[0]
  change(file)
  return JSON.stringify(file)
}

/** Reads a file whole; the failure when it is refused. */
function read(whole: string): object | Failure {
  try {
    const { samples, ...head } = readRunFile(() => [whole])
    return { ...head, samples: [...samples()] }
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

test('the text is that of JSON with two spaces, and no piece of it grows with the run', () => {
  expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`)
  const many = Array.from({ length: 5000 }, (_, index) => ({ ...run.samples[0]!, scheduleIndex: index }))
  const longest = Math.max(...[...exportRun(run, many)].map(piece => piece.length))
  expect(longest).toBeLessThan(200_000)
  expect(textOf({ ...run, samples: [] })).toContain('"samples": []\n}\n')
})

test('a file is read alike in whichever pieces it comes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), length => {
      const { samples, ...head } = readRunFile(pieces(text, length))
      expect({ ...head, samples: [...samples()] }).toEqual(JSON.parse(text))
    }),
    { numRuns: 20, examples: [[1], [7]] },
  )
})

test('members may stand in any order, in any spacing', () => {
  const { samples, plan, ...rest } = JSON.parse(text) as Record<string, unknown>
  expect(read(JSON.stringify({ samples, ...rest, plan }, null, '\t'))).toEqual(JSON.parse(text))
})

test('files of earlier formats are read: kernels without boot parameters, folios of one size', () => {
  const kernel = { target: 'vm', label: 'k', kernel: '/k', memoryBytes: 2 ** 29, cpus: 1, clock: 'wall' }
  for (const format of ['folio-lab/run/1', 'folio-lab/run/2', 'folio-lab/run/3']) {
    const file = JSON.parse(text) as { plan: object }
    const { folioSizes: _, ...plan } = { ...file.plan, folioSizes: [], target: 'vm', variants: [kernel] }
    expect(read(JSON.stringify({ ...file, format, plan: { ...plan, folioBytes: 65536 } }))).toMatchObject({
      format: 'folio-lab/run/5',
      plan: { variants: [{ ...kernel, bootParameters: '' }], folioSizes: [65536] },
    })
  }
  expect(read(text.replace('run/5', 'run/4'))).toEqual(JSON.parse(text))
  expect(read(text.replace('run/5', 'run/6'))).toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('newer'),
  })
})

test('texts with brackets, quotes and escapes are texts', () => {
  const note = '"]}{[\\" \\\\ \u2028 \ud83d\ude00 samples": [{'
  const noted = { ...run, summary: { ...run.summary, note } }
  expect(read(textOf(noted))).toMatchObject({ run: { note } })
})

test.each([
  [
    'nanoseconds',
    (file: { run: Record<string, unknown> }) => (file.run.createdAt = 1.7e18),
    /run\.createdAt: a moment is in milliseconds/,
  ],
  [
    'a date before 1970',
    (file: { run: Record<string, unknown> }) => (file.run.createdAt = -1),
    /run\.createdAt: a moment is counted from 1970/,
  ],
  [
    'a note of 200,000 characters',
    (file: { run: Record<string, unknown> }) => (file.run.note = 'n'.repeat(200_000)),
    /run\.note: at most 20000 characters/,
  ],
])('%s is refused and named', (_what, change, message) => {
  expect(read(changed(change))).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) })
})

test.each([
  ['measurement', { elapsedNs: 1e308 }, /samples\.3\.measurement\.elapsedNs: at most/],
  ['measurement', { elapsedNs: 1e-300 }, /samples\.3\.measurement\.elapsedNs: zero, or at least/],
  ['round', 1e15, /samples\.3\.round: less than 1000000/],
  ['startedAt', 1e300, /samples\.3\.startedAt: a moment is in milliseconds/],
])('a sample with such a %s %j is refused and named', (name, value, message) => {
  const file = changed(({ samples }) => {
    const sample = samples[3]!
    sample[name] = typeof value === 'object' ? { ...(sample[name] as object), ...value } : value
  })
  expect(read(file)).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) })
})

test('however much is wrong, the error names five places and is short', () => {
  const file = changed(({ run: about }) => {
    for (const name of Object.keys(about)) about[name] = { odd: true }
  })
  const refused = read(file)
  expect(refused).toBeInstanceOf(Failure)
  expect((refused as Failure).message).toMatch(/run\.id: .*; and \d+ more\.$/)
  const list = read(
    changed(file => Object.assign(file, { samples: Array.from({ length: 100_000 }, () => 0) })),
  )
  expect((list as Failure).message.length).toBeLessThan(500)
  const name = read(`{"${'k'.repeat(500_000)}":1}`)
  expect((name as Failure).message.length).toBeLessThan(500)
})

test.each([
  ['{"format":1', /“}” is missing where the file ends/],
  ['{"format":"x"} more', /something follows its end/],
  ['[]', /“{” is missing where “\[” stands/],
  ['{"samples":[{"a":', /ends in the middle of a value/],
  ['{"note":"abc', /ends in the middle of a text/],
  ['{"run":1,"run":2}', /two members “run”/],
  ['', /“{” is missing where the file ends/],
  ['\0'.repeat(3000), /“{” is missing/],
])('%j is refused with what is missing', (whole, message) => {
  expect(read(whole)).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) })
})

const value = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 1e308, 1e-308, 1e18, 2 ** 53, '', 'x', [], {}),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.string({ minLength: noteCharacters, maxLength: noteCharacters + 1 }),
)

type Tree = Record<string, unknown>

/** Replaces what the steps lead to, as far as they lead. */
function graft(tree: Tree, steps: readonly number[], grafted: unknown): void {
  const keys = Object.keys(tree)
  const key = keys[(steps[0] ?? 0) % Math.max(1, keys.length)]
  if (key === undefined) return
  const below = tree[key]
  if (steps.length <= 1 || typeof below !== 'object' || below === null) tree[key] = grafted
  else graft(below as Tree, steps.slice(1), grafted)
}

test('a file in which anything is changed is read without loss or refused, and never breaks', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 6 }), value, (steps, grafted) => {
      const file = JSON.parse(text) as Tree
      graft(file, steps, grafted)
      const found = read(JSON.stringify(file))
      if (found instanceof Failure) expect(found.message.length).toBeLessThan(1500)
      else expect(textOf(rejoined(found))).toBe(textOf(rejoined(read(JSON.stringify(found)))))
    }),
    { numRuns: 200 },
  )
})

test('a file of which any byte is another is read or refused, and never breaks', () => {
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ unit: 'binary', maxLength: 3 }), (at, put) => {
      read(text.slice(0, at) + put + text.slice(at + 1))
    }),
    { numRuns: 200 },
  )
})

function rejoined(file: object): Run {
  const { run: about, ...rest } = file as { run: object } & Run
  return { ...rest, summary: { ...run.summary, ...about } }
}
