import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Comparison, VariantReference } from '../../engine/contract/comparison.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { ReportFormat } from '../../engine/contract/report-format.ts'
import { useLab } from '../lab.ts'
import { nothingChosen, type Choice } from '../view-models/compare-query.ts'

const confidence = 0.95 // asked for; the interval states what it reaches

/** The comparison that is shown. */
export const useComparison = defineStore('comparison', () => {
  /** What was compared last; it outlives the screen. */
  const choice = shallowRef(nothingChosen)
  const comparison = shallowRef<Comparison | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isLoading = ref(false)
  const storedBaseline = shallowRef<VariantReference | null>(null)
  let request = 0

  /** Compares what was chosen; with less than a baseline and a variant there is nothing to compare. */
  async function compare(next: Choice): Promise<void> {
    const mine = ++request
    const { baseline, variants } = next
    choice.value = next
    failure.value = null
    if (!baseline || variants.length === 0) {
      comparison.value = null
      isLoading.value = false
      return
    }
    isLoading.value = true
    try {
      const answer = await useLab().library.call.compare({ baseline, variants: [...variants], confidence })
      if (mine === request) comparison.value = answer
    } catch (error) {
      if (mine !== request) return
      comparison.value = null
      failure.value = toFailureRecord(error)
    } finally {
      if (mine === request) isLoading.value = false
    }
  }

  async function loadBaseline(): Promise<void> {
    storedBaseline.value = await useLab().library.call.getBaseline()
  }

  async function keepBaseline(reference: VariantReference): Promise<void> {
    await useLab().library.call.setBaseline(reference)
    storedBaseline.value = reference
  }

  /** The comparison as a document of `format`. */
  async function render({ baseline, variants }: Choice, format: ReportFormat): Promise<string> {
    if (!baseline) return ''
    const ask = { baseline, variants: [...variants], confidence }
    return useLab().library.call.renderComparison({ request: ask, format })
  }

  return {
    choice,
    comparison,
    failure,
    isLoading,
    storedBaseline,
    compare,
    loadBaseline,
    keepBaseline,
    render,
  }
})
