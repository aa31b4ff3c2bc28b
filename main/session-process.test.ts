import { expect, test } from 'vitest'
import { sessionApi } from '../engine/contract/api.ts'
import { electronPorts } from '../test/fakes/electron-ports.ts'
import { fakeEngine } from '../test/fakes/engine-process.ts'
import { exampleReport } from '../test/fixtures/machine-report.ts'
import { SessionProcess } from './session-process.ts'

test('it is spoken to on a line of its own, records through the port it is given, and ends with its process', async () => {
  const engine = fakeEngine(sessionApi, { inspectMachine: () => exampleReport })
  const session = new SessionProcess(engine)
  expect(engine.connected).toEqual(['session'])
  expect(await session.connection.call.inspectMachine()).toEqual(exampleReport)
  const [recording] = electronPorts()
  session.recordTo(recording)
  expect(engine.handed).toEqual([['recording', recording]])
  await session.stop()
  expect([await session.exited, engine.stops()]).toEqual([0, 1])
  await expect(session.connection.call.inspectMachine()).rejects.toMatchObject({ code: 'port-closed' })
})
