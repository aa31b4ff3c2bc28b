import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { MachineReport } from '../../engine/contract/api.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { installWindowLab } from '../../test/fakes/window-lab.ts'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import { exampleFloor } from '../../test/fixtures/noise-floor.ts'
import { useMachines } from './machines.ts'

const inspectOther = vi.fn<(name: string) => MachineReport>()
const noiseFloors = vi.fn(() => [exampleFloor()])

beforeEach(() => {
  setActivePinia(createPinia())
  inspectOther.mockReset().mockReturnValue(exampleReport)
  noiseFloors.mockClear()
  installWindowLab({ noiseFloors }, { inspectOther })
})

test('a look shows what the machine is, and the noise floors that are known of it', async () => {
  const machines = useMachines()
  const looking = machines.look('epyc')
  expect(machines.looks.get('epyc')).toMatchObject({ report: null, isUnderWay: true })
  await looking
  expect(machines.looks.get('epyc')).toEqual({
    report: exampleReport,
    noiseFloors: [exampleFloor()],
    failure: null,
    isUnderWay: false,
  })
  expect(inspectOther).toHaveBeenCalledWith('epyc')
  expect(noiseFloors).toHaveBeenCalledWith(exampleReport.environment.facts)
})

test('a machine that cannot be reached shows why, and nothing from before', async () => {
  const machines = useMachines()
  await machines.look('epyc')
  inspectOther.mockImplementationOnce(() => {
    throw new Failure('unreachable', 'It did not answer.', 'Wake it.')
  })
  await machines.look('epyc')
  expect(machines.looks.get('epyc')).toMatchObject({
    report: null,
    noiseFloors: [],
    failure: { code: 'unreachable' },
    isUnderWay: false,
  })
})

test('a second look while one is under way is not taken', async () => {
  const machines = useMachines()
  await Promise.all([machines.look('epyc'), machines.look('epyc')])
  expect(inspectOther).toHaveBeenCalledTimes(1)
})
