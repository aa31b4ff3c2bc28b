import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { MachineReport } from '../../engine/contract/api.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { Facts } from '../../engine/contract/environment.ts'
import type { NoiseFloor } from '../../engine/contract/noise-floor.ts'
import type { Cell } from '../../engine/contract/case.ts'
import type { MachineLoad } from '../../engine/contract/machine-load.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import type { RunId } from '../../engine/contract/run.ts'
import type { Variant } from '../../engine/contract/variant.ts'
import { useLab, useLibrary } from '../page/lab.ts'
import {
  calibratedTargets,
  calibrationOf,
  calibrationOfCells,
  calibrationState,
  tablePlan,
  type CalibratedTarget,
  type Calibration,
} from '../view-models/calibration.ts'
import { machineName } from '../../engine/text/machine-text.ts'
import { painted } from '../page/usable.ts'
import { randomSeed } from '../page/random-seed.ts'
import { useSession } from './session.ts'

/** How far the machine of a run is calibrated, and whether it can be measured on from here. */
export type RunCalibration = Readonly<{
  state: Calibration
  name: string
  place: 'here' | 'over-ssh' | 'elsewhere'
}>

function isSameMachine(one: Facts, other: Facts): boolean {
  return one.identity.machineIdHash === other.identity.machineIdHash && one.cpu.name === other.cpu.name
}

/** Facts and preflight checks of this machine, as last taken. */
export const useMachine = defineStore('machine', () => {
  const report = shallowRef<MachineReport | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isInspecting = ref(false)
  let isAsked = false
  /**
   * What else the machine did when it was last looked at; null before, and
   * while something is measured.
   */
  const load = shallowRef<MachineLoad | null>(null)
  const noiseFloors = shallowRef<readonly NoiseFloor[]>([])

  /**
   * What the machine was when it was last asked, be it before this start; null when it never was.
   */
  async function loadLast(): Promise<void> {
    report.value = await useLab().main.call.lastMachineReport()
  }

  async function inspect(): Promise<void> {
    if (isInspecting.value) return
    isInspecting.value = true
    isAsked = true
    failure.value = null
    try {
      // What answers would take the processors from the first paint.
      if (report.value) await painted()
      const inspected = await useLab().main.call.inspectMachine()
      report.value = inspected
      await loadCalibrations()
    } catch (error) {
      failure.value = toFailureRecord(error)
    } finally {
      isInspecting.value = false
    }
  }

  /**
   * Looks at what else the machine does, unless something is measured; a look
   * that fails says nothing.
   */
  async function look(): Promise<void> {
    load.value = await useLab()
      .main.call.machineLoad()
      .catch(() => null)
  }

  async function ensure(): Promise<void> {
    if (!isAsked) await inspect()
  }

  /** How far this machine is calibrated for each target; null before it was asked. */
  const calibrations = shallowRef<Readonly<Record<CalibratedTarget, Calibration>> | null>(null)

  /** Counts the tables of this machine, and reckons what the missing ones take. */
  async function loadCalibrations(): Promise<void> {
    const facts = report.value?.environment.facts
    if (!facts) return
    noiseFloors.value = await useLibrary().call.noiseFloors(facts)
    const floors = noiseFloors.value
    const [host, model] = await Promise.all(
      calibratedTargets.map(target => stateOf(calibrationOf(target, facts, 0), facts, floors)),
    )
    if (host && model) calibrations.value = { host, model }
  }

  /** How far a plan that calibrates a machine has come, whose floors these are. */
  async function stateOf(plan: Plan, facts: Facts, floors: readonly NoiseFloor[]): Promise<Calibration> {
    const { seconds } = await useLibrary().call.estimate({ plan: tablePlan(plan), facts })
    return calibrationState(floors, plan, seconds)
  }

  /** How far the machine that a run was measured on is calibrated for these cells. */
  async function calibrationOfRun(
    variant: Variant,
    cells: readonly Cell[],
    runId: RunId,
  ): Promise<RunCalibration> {
    await ensure()
    const { environment } = await useLibrary().call.getRunHead(runId)
    const { facts, machine = null } = environment
    const floors = await useLibrary().call.noiseFloors(facts)
    const own = report.value?.environment.facts
    return {
      state: await stateOf(calibrationOfCells(variant, cells, 0), facts, floors),
      name: machine ?? machineName(facts),
      place: machine !== null ? 'over-ssh' : own && isSameMachine(own, facts) ? 'here' : 'elsewhere',
    }
  }

  /**
   * Starts a run that measures one variant against itself, from which the noise floor of its
   * machine is computed. `machine`: the name of another one; null: this one.
   */
  async function calibrate(target: CalibratedTarget = 'host', machine: string | null = null): Promise<void> {
    await ensure()
    if (!report.value) return
    const plan = calibrationOf(target, report.value.environment.facts, randomSeed())
    const label = machine === null ? plan.label : `${plan.label} of ${machine}`
    await useSession().start({ ...plan, label }, machine)
  }

  /** The same for the cells of a comparison, on the processors that its run was placed on. */
  async function calibrateCells(variant: Variant, cells: readonly Cell[], runId: RunId): Promise<void> {
    const { plan, environment } = await useLibrary().call.getRunHead(runId)
    const { cpus, changeSettings } = plan
    const calibration = calibrationOfCells(variant, cells, randomSeed())
    await useSession().start({ ...calibration, cpus, changeSettings }, environment.machine ?? null)
  }

  return {
    report,
    failure,
    isInspecting,
    load,
    noiseFloors,
    calibrations,
    loadLast,
    inspect,
    look,
    ensure,
    loadCalibrations,
    calibrationOfRun,
    calibrate,
    calibrateCells,
  }
})
