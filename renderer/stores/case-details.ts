import { referenceKey } from '../../engine/contract/comparison.ts'
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { CaseDetails, CaseDetailsRequest } from '../../engine/contract/case-details.ts'
import { cellKey } from '../../engine/contract/case.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import { useLibrary } from '../page/lab.ts'

export type KnownDetails =
  Readonly<{ details: CaseDetails; failure: null }> | Readonly<{ details: null; failure: FailureRecord }>

// Cells; a table of eight stages and ten benchmarks is looked through without asking twice.
const mostKept = 100

/** The samples behind cells that were looked at. */
export const useCaseDetails = defineStore('case-details', () => {
  const known = shallowReactive(new Map<string, KnownDetails>())
  const asked = new Set<string>()

  function of(request: CaseDetailsRequest): KnownDetails | null {
    return known.get(keyOf(request)) ?? null
  }

  /** Asks for the samples behind a cell, once. */
  async function load(request: CaseDetailsRequest): Promise<void> {
    const key = keyOf(request)
    if (asked.has(key) || known.get(key)?.details) return
    asked.add(key)
    try {
      const details = await useLibrary().call.caseDetails(request)
      if (asked.has(key)) keep(key, { details, failure: null })
    } catch (error) {
      if (asked.has(key)) keep(key, { details: null, failure: toFailureRecord(error) })
    } finally {
      asked.delete(key)
    }
  }

  function keep(key: string, value: KnownDetails): void {
    const [oldest] = known.keys()
    if (known.size >= mostKept && oldest !== undefined) known.delete(oldest)
    known.set(key, value)
  }

  /** To be called when runs changed. */
  function forget(): void {
    known.clear()
    asked.clear()
  }

  return { of, load, forget }
})

function keyOf({ cell, baseline, variant }: CaseDetailsRequest): string {
  return [cellKey(cell), referenceKey(baseline), variant ? referenceKey(variant) : ''].join(' ')
}
