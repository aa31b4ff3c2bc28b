import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { sessionApi, type MachineReport } from '../engine/contract/api.ts'
import { Failure } from '../engine/contract/failure.ts'
import { fakeEngine, type FakeEngine } from '../test/fakes/engine-process.ts'
import { exampleReport } from '../test/fixtures/machine-report.ts'
import { temporaryFolder } from '../test/fixtures/temporary-folder.ts'
import { MachineInspector, type MachineInspectorParts } from './machine-inspector.ts'

const { applicationVersion } = exampleReport.environment

/** Inspects with session processes that give these answers, one each. */
function inspect(
  answers: readonly (MachineReport | Failure)[],
  changed: Partial<MachineInspectorParts> = {},
) {
  const engines: FakeEngine<typeof sessionApi>[] = []
  const file = path.join(temporaryFolder('inspector'), 'machine.json')
  const parts = {
    start() {
      const answer = answers[engines.length]
      const engine = fakeEngine(sessionApi, {
        inspectMachine() {
          if (answer === undefined || answer instanceof Failure) throw answer ?? new Error('not asked for')
          return answer
        },
      })
      engines.push(engine)
      return engine
    },
    isMeasuring: () => false,
    file,
    applicationVersion,
    ...changed,
  }
  return { inspector: new MachineInspector(parts), parts, engines, file }
}

test('a session process is asked, and ended when it has answered', async () => {
  const { inspector, engines } = inspect([exampleReport])
  expect(inspector.last()).toBeNull()
  expect(await inspector.inspect()).toEqual(exampleReport)
  expect(engines.map(engine => engine.stops())).toEqual([1])
  expect(inspector.last()).toEqual(exampleReport)
})

test('a process that fails is ended as well, and the answer before stays the last one', async () => {
  const { inspector, engines } = inspect([exampleReport, new Failure('agent-died', 'It died.')])
  await inspector.inspect()
  await expect(inspector.inspect()).rejects.toMatchObject({ code: 'agent-died' })
  expect(engines.map(engine => engine.stops())).toEqual([1, 1])
  expect(inspector.last()).toEqual(exampleReport)
})

test('the next start has the answer at once, unless it is of another version or cannot be read', async () => {
  const { inspector, parts, file } = inspect([exampleReport])
  await inspector.inspect()
  expect(new MachineInspector(parts).last()).toEqual(exampleReport)
  expect(new MachineInspector({ ...parts, applicationVersion: '99.0.0' }).last()).toBeNull()
  writeFileSync(file, '{"environment":')
  expect(new MachineInspector(parts).last()).toBeNull()
})

test('while something is measured the last answer is given, and nothing is started if there is one', async () => {
  let isMeasuring = false
  const { inspector, engines } = inspect([exampleReport], { isMeasuring: () => isMeasuring })
  await inspector.inspect()
  isMeasuring = true
  expect(await inspector.inspect()).toEqual(exampleReport)
  expect(engines).toHaveLength(1)

  const first = inspect([exampleReport], { isMeasuring: () => true })
  expect(await first.inspector.inspect()).toEqual(exampleReport)
  expect(first.engines).toHaveLength(1)
})

test('an answer that cannot be kept is as good', async () => {
  const { file } = inspect([])
  writeFileSync(file, 'a file where a folder would have to be')
  const { inspector } = inspect([exampleReport], { file: path.join(file, 'machine.json') })
  expect(await inspector.inspect()).toEqual(exampleReport)
  expect(readFileSync(file, 'utf8')).toMatch(/^a file/)
})
