import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { MachineReport } from '../../engine/contract/api.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { NoiseFloor } from '../../engine/contract/noise-floor.ts'
import type { TargetMachine } from '../../engine/contract/target-machine.ts'
import { useLab, useLibrary } from '../page/lab.ts'

/** What was found when a machine was looked at. */
export type Look = Readonly<{
  report: MachineReport | null
  /** Of the machine in the report. */
  noiseFloors: readonly NoiseFloor[]
  failure: FailureRecord | null
  isUnderWay: boolean
}>

const unseen: Look = { report: null, noiseFloors: [], failure: null, isUnderWay: false }

/** Other machines to measure on, as their list has them, and what was last seen of each. */
export const useMachines = defineStore('machines', () => {
  const list = shallowRef<readonly TargetMachine[]>([])
  const isLoaded = ref(false)
  const failure = shallowRef<FailureRecord | null>(null)
  const looks = shallowRef<ReadonlyMap<string, Look>>(new Map())

  async function load(): Promise<void> {
    try {
      list.value = await useLab().main.call.listMachines()
      failure.value = null
      isLoaded.value = true
    } catch (error) {
      failure.value = toFailureRecord(error)
    }
  }

  /** What was seen of a machine is of the one that was reached then. */
  async function save(machine: TargetMachine): Promise<void> {
    await useLab().main.call.saveMachine(machine)
    setLook(machine.name, null)
    await load()
  }

  async function remove(name: string): Promise<void> {
    await useLab().main.call.removeMachine(name)
    setLook(name, null)
    await load()
  }

  async function look(name: string): Promise<void> {
    const before = looks.value.get(name) ?? unseen
    if (before.isUnderWay) return
    setLook(name, { ...before, failure: null, isUnderWay: true })
    try {
      const report = await useLab().main.call.inspectOther(name)
      const noiseFloors = await useLibrary().call.noiseFloors(report.environment.facts)
      setLook(name, { ...unseen, report, noiseFloors })
    } catch (error) {
      setLook(name, { ...unseen, failure: toFailureRecord(error) })
    }
  }

  function setLook(name: string, seen: Look | null): void {
    const others = [...looks.value].filter(([other]) => other !== name)
    looks.value = new Map(seen === null ? others : [...others, [name, seen]])
  }

  return { list, isLoaded, failure, looks, load, save, remove, look }
})
