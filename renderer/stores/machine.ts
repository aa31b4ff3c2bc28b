import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { MachineReport } from '../../engine/contract/api.ts'
import { benchmarkOf, publishedBenchmarkNames } from '../../engine/contract/benchmark.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { NoiseFloor } from '../../engine/contract/noise-floor.ts'
import type { MachineLoad } from '../../engine/contract/machine-load.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import { calibrationPlan } from '../../engine/plan/presets.ts'
import { useLab, useLibrary } from '../lab.ts'
import { painted } from '../usable.ts'
import { randomSeed } from './draft.ts'
import { useSession } from './session.ts'

const calibrationSeconds = 600 // one sitting: calibrations of a machine add up

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
      noiseFloors.value = await useLibrary().call.noiseFloors(inspected.environment.facts)
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

  /**
   * Starts a run that measures a kernel against itself, from which the noise floor of its machine
   * is computed. `machine`: the name of another one; null: this one.
   */
  async function calibrate(machine: string | null = null): Promise<void> {
    const names = publishedBenchmarkNames.filter(name => benchmarkOf(name).metric === 'time')
    const plan: Plan = {
      ...calibrationPlan({ target: 'host', label: 'A' }, names, calibrationSeconds),
      label: machine === null ? 'Calibration' : `Calibration of ${machine}`,
      target: 'host',
      seed: randomSeed(),
      changeSettings: false,
      cpus: [],
    }
    await useSession().start(plan, machine)
  }

  return { report, failure, isInspecting, load, noiseFloors, loadLast, inspect, look, ensure, calibrate }
})
