import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { MachineReport } from '../../engine/contract/api.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import { useLab } from '../lab.ts'

/** Facts and preflight checks of this machine, as last taken. */
export const useMachine = defineStore('machine', () => {
  const report = shallowRef<MachineReport | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isInspecting = ref(false)

  async function inspect(): Promise<void> {
    if (isInspecting.value) return
    isInspecting.value = true
    failure.value = null
    try {
      report.value = await useLab().main.call.inspectMachine()
    } catch (error) {
      failure.value = toFailureRecord(error)
    } finally {
      isInspecting.value = false
    }
  }

  async function ensure(): Promise<void> {
    if (!report.value) await inspect()
  }

  return { report, failure, isInspecting, inspect, ensure }
})
