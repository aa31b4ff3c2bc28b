import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { CompareRequest, Comparison, VariantReference } from '../../engine/contract/comparison.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { ReportFormat } from '../../engine/contract/report-format.ts'
import { useLibrary } from '../lab.ts'

/** The comparison that is shown. */
export const useComparison = defineStore('comparison', () => {
  /** The address of what was shown last; it outlives the screen. */
  const lastQuery = shallowRef<Readonly<Record<string, string>>>({})
  const comparison = shallowRef<Comparison | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isLoading = ref(false)
  const storedBaseline = shallowRef<VariantReference | null>(null)
  let newest = 0
  /** The question that `comparison` answers. */
  let answered: CompareRequest | null = null

  /** Before a screen shows its address: the answer to another question must not stand there meanwhile. */
  function forgetUnless(request: CompareRequest | null): void {
    if (JSON.stringify(request) !== JSON.stringify(answered)) comparison.value = null
  }

  /** Compares anew; null shows nothing. */
  async function compare(request: CompareRequest | null): Promise<void> {
    const mine = ++newest
    failure.value = null
    if (!request) {
      comparison.value = null
      isLoading.value = false
      return
    }
    isLoading.value = true
    try {
      const answer = await useLibrary().call.compare(request)
      if (mine !== newest) return
      comparison.value = answer
      answered = request
    } catch (error) {
      if (mine !== newest) return
      comparison.value = null
      failure.value = toFailureRecord(error)
    } finally {
      if (mine === newest) isLoading.value = false
    }
  }

  async function loadBaseline(): Promise<void> {
    storedBaseline.value = await useLibrary().call.getBaseline()
  }

  async function keepBaseline(reference: VariantReference): Promise<void> {
    await useLibrary().call.setBaseline(reference)
    storedBaseline.value = reference
  }

  /** The comparison as a document of `format`. */
  function render(request: CompareRequest, format: ReportFormat): Promise<string> {
    return useLibrary().call.renderComparison({ request, format })
  }

  return {
    lastQuery,
    comparison,
    failure,
    isLoading,
    storedBaseline,
    forgetUnless,
    compare,
    loadBaseline,
    keepBaseline,
    render,
  }
})
