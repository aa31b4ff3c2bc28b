import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Cell } from '../../engine/contract/case.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { History, HistoryRequest } from '../../engine/contract/history.ts'
import type { ReportFormat } from '../../engine/contract/report-format.ts'
import type { RunId } from '../../engine/contract/run.ts'
import { useLibrary } from '../page/lab.ts'

/** One case over all runs, and the cells that the chosen run has. */
export const useHistory = defineStore('history', () => {
  const cells = shallowRef<readonly Cell[]>([])
  const history = shallowRef<History | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isLoading = ref(false)
  let newestRun: RunId | null = null
  let newest = 0

  async function loadCells(runId: RunId): Promise<void> {
    newestRun = runId
    try {
      const run = await useLibrary().call.getRunHead(runId)
      if (newestRun === runId) cells.value = run.cells
    } catch (error) {
      if (newestRun === runId) failure.value = toFailureRecord(error)
    }
  }

  async function load(request: HistoryRequest): Promise<void> {
    const mine = ++newest
    isLoading.value = true
    failure.value = null
    try {
      const answer = await useLibrary().call.history(request)
      if (mine === newest) history.value = answer
    } catch (error) {
      if (mine !== newest) return
      history.value = null
      failure.value = toFailureRecord(error)
    } finally {
      if (mine === newest) isLoading.value = false
    }
  }

  function render(request: HistoryRequest, format: ReportFormat): Promise<string> {
    return useLibrary().call.renderHistory({ request, format })
  }

  return { cells, history, failure, isLoading, loadCells, load, render }
})
