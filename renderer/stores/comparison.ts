import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { CompareRequest, Comparison, VariantReference } from '../../engine/contract/comparison.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { ReportFormat } from '../../engine/contract/report-format.ts'
import { useLibrary } from '../page/lab.ts'
import { requestOf, viewFromQuery } from '../view-models/compare-view.ts'
import { useSettings } from './settings.ts'

/** The comparison that is shown. */
export const useComparison = defineStore('comparison', () => {
  /** The address of what was shown last; it outlives the screen. */
  const lastQuery = shallowRef<Readonly<Record<string, string>>>({})
  const comparison = shallowRef<Comparison | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isLoading = ref(false)
  const storedBaseline = shallowRef<VariantReference | null>(null)
  /** The newest question, as text, and how often runs had changed when it was put. */
  let asked = { question: '', changes: -1 }
  /** The question that `comparison` answers. */
  let answered = ''
  let changes = 0
  useLibrary().on('runsChanged', () => (changes += 1))

  /**
   * Before a screen shows its address: the answer to another question must
   * not stand there in the meantime.
   */
  function forgetUnless(request: CompareRequest | null): void {
    if (JSON.stringify(request) !== answered) comparison.value = null
  }

  /** Asks, unless the answer is there or under way; null shows nothing. */
  async function ask(request: CompareRequest | null): Promise<void> {
    const isAsked = asked.question === JSON.stringify(request) && asked.changes === changes
    if (!isAsked || !(isLoading.value || comparison.value)) await compare(request)
  }

  /**
   * Asks what an address of the Compare screen names, if it names anything,
   * before the screen is there.
   */
  async function askAhead(query: Readonly<Record<string, unknown>>): Promise<void> {
    const request = requestOf(viewFromQuery(query), useSettings().confidence)
    if (request) await ask(request)
  }

  /** Compares again; null shows nothing. */
  async function compare(request: CompareRequest | null): Promise<void> {
    const mine = { question: JSON.stringify(request), changes }
    asked = mine
    failure.value = null
    if (!request) {
      comparison.value = null
      isLoading.value = false
      return
    }
    isLoading.value = true
    try {
      const answer = await useLibrary().call.compare(request)
      if (mine !== asked) return
      comparison.value = answer
      answered = mine.question
    } catch (error) {
      if (mine !== asked) return
      comparison.value = null
      failure.value = toFailureRecord(error)
    } finally {
      if (mine === asked) isLoading.value = false
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
    ask,
    askAhead,
    compare,
    loadBaseline,
    keepBaseline,
    render,
  }
})
