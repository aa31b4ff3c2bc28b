/**
 * Requests to a real library with values that no window sends: each is answered, by what was asked
 * for or by a refusal in words, and nothing that is stored changes in form.
 */
import path from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { libraryApi, recordingApi } from '../contract/api.ts'
import type { Api, Handlers } from '../contract/api-type.ts'
import { serve } from '../contract/ipc/serve.ts'
import { fromText } from '../contract/ipc/text.ts'
import { exampleAdvice, exampleAdviceId } from '../../test/fixtures/advice.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openLibrary, type Library } from './library.ts'

vi.setConfig({ testTimeout: 240_000 }) // every change is synchronised to the disk

const plan = examplePlan()
const samples = exampleSamples(plan, ({ round }) => 1e6 + round)
const id = newRunId()
const cell = {
  benchmark: 'cow',
  parameters: { sizeBytes: plan.sizeBytes, folioBytes: 2 * 1024 * 1024, tasks: 1 },
}
const [one, other] = [0, 1].map(variantIndex => ({ runId: id, variantIndex }))
const comparison = { baseline: one, variants: [other], confidence: 0.95, thresholdPercent: 1, insist: false }
const series = { cell, like: one }
const machines = {
  runs: null,
  target: 'host',
  baseline: 'a',
  variant: 'b',
  thresholdPercent: 1,
}
const projection = { baseline: one, variants: [other], host: one, confidence: 0.95 }

/** A sound request of each kind. */
const questions: Readonly<Record<keyof typeof libraryApi.requests, unknown>> = {
  listRuns: { includeDeleted: true },
  getRun: id,
  getRunHead: id,
  labelRun: { id, label: 'named' },
  noteRun: { id, text: 'a note' },
  deleteRun: id,
  restoreRun: id,
  compare: comparison,
  compareMachines: machines,
  caseDetails: { cell, baseline: one, variant: other },
  history: series,
  noiseFloors: exampleEnvironment.facts,
  setBaseline: one,
  getBaseline: undefined,
  markInterrupted: { id, reason: 'gone' },
  estimate: { plan, facts: exampleEnvironment.facts },
  exportRun: { id, withCommandLine: true },
  importRun: '{"format":"folio-lab/run/5"}',
  listAdvices: undefined,
  deleteAdvice: exampleAdviceId,
  restoreAdvice: exampleAdviceId,
  atlas: undefined,
  renderAtlas: 'text',
  exportAdvices: undefined,
  importForAtlas: '{"format":"folio-lab/advices/1","advices":[]}',
  listReferences: undefined,
  renderComparison: { request: comparison, format: 'html' },
  renderMachines: { request: machines, format: 'text' },
  filesForSystem: { id, system: 'kcidb' },
  reproducer: { id, cell },
  bisection: id,
  renderHistory: { request: series, format: 'csv' },
  project: projection,
  renderProjection: { request: projection, format: 'latex' },
  renderRuns: { ids: [id], format: 'markdown' },
  renderAdvice: { id: exampleAdviceId, format: 'json' },
  location: undefined,
}

/** What a session asks, in an order in which each could be answered. */
const records: Readonly<Record<keyof typeof recordingApi.requests, unknown>> = {
  beginRun: { id: newRunId(), plan, environment: exampleEnvironment },
  recordSample: { runId: id, sample: { ...samples[0], scheduleIndex: 999, round: 900 } },
  recordGuest: { runId: id, guest: { variantIndex: 0, facts: exampleEnvironment.facts } },
  endRun: { runId: id, status: 'cancelled', reason: 'enough' },
  recordAdvice: exampleAdvice({ id: newRunId() }),
  reopenRun: id,
}

async function makeLibrary(): Promise<Library> {
  const file = path.join(temporaryFolder('asked'), 'library.sqlite')
  const library = await openLibrary({ path: file, isOwn: true, binding: null, now: Date.now })
  onTestFinished(() => library.close())
  await library.recording.beginRun({ id, plan, environment: exampleEnvironment })
  for (const sample of samples) await library.recording.recordSample({ runId: id, sample })
  await library.recording.endRun({ runId: id, status: 'complete', reason: '' })
  await library.recording.recordAdvice(exampleAdvice())
  return library
}

type Answer = Readonly<{
  seq: number
  failure?: Readonly<{ code: string; message: string }>
  output?: unknown
}>

/** Sends an envelope as it is, without the client that would refuse to. */
function asker<A extends Api>(
  api: A,
  handlers: Handlers<A>,
): (method: string, input: unknown) => Promise<Answer> {
  const ends: { receive?: (message: unknown) => void; answered?: (answer: Answer) => void } = {}
  serve(api, handlers, {
    post(message) {
      if (!('seq' in (message as object))) return // an event
      const { output, ...rest } = message as Answer & { output?: string }
      ends.answered?.({ ...rest, ...(output !== undefined && { output: fromText(output) }) })
    },
    listen: listener => (ends.receive = listener),
    onClose: () => undefined,
  })
  return (method, input) =>
    new Promise(resolve => {
      ends.answered = resolve
      ends.receive?.({ seq: 1, method, input })
    })
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, undefined, true, NaN, Infinity, -1, -0, 0.5, 1e308, 2 ** 53, 2 ** 31, 10n, '', '0', id],
    ...['\0', '\ud800', "'; DROP TABLE run; --", '../../etc/passwd', '__proto__', [], {}, [[]], new Date(0)],
    ...[new Map(), new Uint8Array(3), 'x'.repeat(100_000), Array.from({ length: 5000 }, () => 0)],
    { toString: 'no function' },
    JSON.parse('{"__proto__": {"isAdmin": true}}'),
  ),
  fc.anything(),
)

/** Replaces what the steps lead to, as far as they lead. */
function graft(value: unknown, steps: readonly number[], grafted: unknown): unknown {
  const [step, ...rest] = steps
  const isLeaf = typeof value !== 'object' || value === null
  if (step === undefined || isLeaf) return grafted
  const copy: object = Array.isArray(value) ? [...(value as unknown[])] : { ...value }
  const keys = Object.keys(copy)
  const key = keys[step % Math.max(1, keys.length)]
  if (key === undefined) return grafted
  return Object.assign(copy, { [key]: graft((copy as Record<string, unknown>)[key], rest, grafted) })
}

const steps = fc.array(fc.nat(50), { maxLength: 6 })

test('sound requests are answered as they are', async () => {
  const library = await makeLibrary()
  const ask = asker(libraryApi, library.queries)
  const refused: string[] = []
  for (const [method, input] of Object.entries(questions))
    if ('failure' in (await ask(method, input))) refused.push(method)
  // They need a whole file, and a run on the model.
  expect(refused).toEqual(['importRun', 'project', 'renderProjection'])
})

// What is stored under its id already is refused by the database: no session asks for it twice.
test.each([
  ['a window', () => Object.entries(questions), (library: Library) => asker(libraryApi, library.queries)],
  ['a session', () => Object.entries(records), (library: Library) => asker(recordingApi, library.recording)],
] as const)(
  'whatever %s asks is answered or refused in words, and the library goes on',
  async (_, list, of) => {
    const library = await makeLibrary()
    const ask = of(library)
    const read = asker(libraryApi, library.queries)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...list()), steps, odd, async ([method, sound], where, grafted) => {
        const { failure } = await ask(method, graft(sound, where, grafted))
        if (failure && !failure.message.startsWith('UNIQUE constraint failed')) {
          expect(failure, method).not.toMatchObject({ code: 'internal' })
          expect(failure, method).not.toMatchObject({ code: expect.stringMatching('library') as string })
          expect(failure.message.length, method).toBeLessThan(2000)
        }
        expect(await read('listRuns', { includeDeleted: true })).toHaveProperty('output')
      }),
      { numRuns: 600 },
    )
    const stored = await read('getRun', id)
    expect(stored.output).toMatchObject({ samples: expect.arrayContaining([samples[0]]) as unknown })
  },
)
