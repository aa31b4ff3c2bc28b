import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { MachineReport } from '../../engine/contract/api.ts'
import { benchmarkOf } from '../../engine/contract/benchmark.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { Plan } from '../../engine/contract/plan.ts'
import { installWindowLab } from '../../test/fakes/window-lab.ts'
import { exampleRunId } from '../../test/fixtures/comparison.ts'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import { useMachine } from './machine.ts'

const inspectMachine = vi.fn<() => MachineReport | Promise<MachineReport>>()
const startRun = vi.fn<(plan: Plan) => string>()
const startRunOn = vi.fn<(wish: { plan: Plan; machine: string }) => string>()

beforeEach(() => {
  setActivePinia(createPinia())
  inspectMachine.mockReset().mockReturnValue(exampleReport)
  for (const start of [startRun, startRunOn]) start.mockReset().mockReturnValue(exampleRunId)
  installWindowLab(
    {
      noiseFloors: () => [],
      estimate: () => ({ samples: 1, seconds: 9, memoryBytes: 1, basis: 'default-pace', detectable: [] }),
    },
    { inspectMachine, startRun, startRunOn, lastMachineReport: () => null },
  )
})

test('the report is taken once for all who need it, and again when asked for again', async () => {
  const machine = useMachine()
  await machine.ensure()
  await machine.ensure()
  expect(inspectMachine).toHaveBeenCalledTimes(1)
  expect(machine.report).toEqual(exampleReport)
  await machine.inspect()
  expect(inspectMachine).toHaveBeenCalledTimes(2)
})

test('a second question while one is under way is not put', async () => {
  const machine = useMachine()
  await Promise.all([machine.inspect(), machine.inspect()])
  expect(inspectMachine).toHaveBeenCalledTimes(1)
})

test('a failure leaves what was known, and goes with the next answer', async () => {
  const machine = useMachine()
  await machine.inspect()
  inspectMachine.mockImplementationOnce(() => {
    throw new Failure('agent-died', 'The agent has ended.', 'Try again.')
  })
  await machine.inspect()
  expect([machine.failure?.code, machine.report, machine.isInspecting]).toEqual([
    'agent-died',
    exampleReport,
    false,
  ])
  await machine.inspect()
  expect(machine.failure).toBeNull()
})

test('a calibration is a sound plan that measures this kernel against itself by time', async () => {
  await useMachine()
    .calibrate()
    .catch(() => undefined) // what is stored of the run is not there to be shown
  const plan = Plan.parse(startRun.mock.lastCall?.[0])
  expect(plan.benchmarks.every(name => benchmarkOf(name).metric === 'time')).toBe(true)
  expect(plan.variants).toHaveLength(2)
  expect(plan).toMatchObject({ target: 'host', label: 'Calibration', changeSettings: false })
})

test('another machine is calibrated by the same plan, under its name', async () => {
  await useMachine()
    .calibrate('host', 'epyc')
    .catch(() => undefined)
  expect(startRunOn.mock.lastCall?.[0]).toMatchObject({
    machine: 'epyc',
    plan: { target: 'host', label: 'Calibration of epyc', isCalibration: true },
  })
})

test('the model is calibrated too, and how far either is stands with what the rest takes', async () => {
  const machine = useMachine()
  await machine.calibrate('model').catch(() => undefined)
  expect(startRun.mock.lastCall?.[0]).toMatchObject({
    target: 'model',
    label: 'Calibration of the model',
    isCalibration: true,
  })
  expect(machine.calibrations).toEqual({
    host: { tables: 0, needed: 200, secondsLeft: 1800 },
    model: { tables: 0, needed: 200, secondsLeft: 1800 },
  })
})
