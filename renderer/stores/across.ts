import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { MachineComparison, MachineComparisonRequest } from '../../engine/contract/machine-comparison.ts'
import type { ReportFormat } from '../../engine/contract/report-format.ts'
import { useLibrary } from '../page/lab.ts'

/** Machines side by side, each against its own baseline. */
export const useAcross = defineStore('across', () => {
  const comparison = shallowRef<MachineComparison | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isLoading = ref(false)
  let newest = 0

  async function load(request: MachineComparisonRequest): Promise<void> {
    const mine = ++newest
    isLoading.value = true
    failure.value = null
    try {
      const answer = await useLibrary().call.compareMachines(request)
      if (mine === newest) comparison.value = answer
    } catch (error) {
      if (mine !== newest) return
      comparison.value = null
      failure.value = toFailureRecord(error)
    } finally {
      if (mine === newest) isLoading.value = false
    }
  }

  function render(request: MachineComparisonRequest, format: ReportFormat): Promise<string> {
    return useLibrary().call.renderMachines({ request, format })
  }

  return { comparison, failure, isLoading, load, render }
})
