import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { Collection, FleetStatus } from '../../engine/contract/fleet.ts'
import { useLab } from '../page/lab.ts'

/** The fleets that were submitted, and how their jobs stand. */
export const useFleets = defineStore('fleets', () => {
  const list = shallowRef<readonly FleetStatus[]>([])
  const isLoaded = ref(false)
  const isLoading = ref(false)
  const failure = shallowRef<FailureRecord | null>(null)

  async function load(): Promise<void> {
    if (isLoading.value) return
    isLoading.value = true
    try {
      list.value = await useLab().main.call.listFleets()
      failure.value = null
      isLoaded.value = true
    } catch (error) {
      failure.value = toFailureRecord(error)
    } finally {
      isLoading.value = false
    }
  }

  async function collect(name: string): Promise<Collection> {
    const collection = await useLab().main.call.collectFleet(name)
    await load()
    return collection
  }

  async function cancel(name: string): Promise<void> {
    await useLab().main.call.cancelFleet(name)
    await load()
  }

  return { list, isLoaded, isLoading, failure, load, collect, cancel }
})
