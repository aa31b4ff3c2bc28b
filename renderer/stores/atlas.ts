import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Atlas } from '../../engine/contract/atlas.ts'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { ReportFormat } from '../../engine/contract/report-format.ts'
import { useLab, useLibrary } from '../page/lab.ts'
import { importFiles } from './import-files.ts'
import { useNotices } from './notices.ts'

/** What is known of every machine. */
export const useAtlas = defineStore('atlas', () => {
  const atlas = shallowRef<Atlas | null>(null)
  const failure = shallowRef<FailureRecord | null>(null)
  const isLoading = ref(false)

  async function load(): Promise<void> {
    isLoading.value = true
    failure.value = null
    try {
      atlas.value = await useLibrary().call.atlas()
    } catch (error) {
      failure.value = toFailureRecord(error)
    } finally {
      isLoading.value = false
    }
  }

  function render(format: ReportFormat): Promise<string> {
    return useLibrary().call.renderAtlas(format)
  }

  /** Adds what files of others hold, and reports each. */
  async function importAnswers(files: readonly File[]): Promise<void> {
    await importFiles(files, async text => {
      const { run, advices } = await useLibrary().call.importForAtlas(text)
      return run === null ? `${advices} new ${advices === 1 ? 'answer' : 'answers'}` : 'a run'
    })
    await load()
  }

  /** Saves the answers on this library's own machines for somebody else. */
  async function exportAnswers(): Promise<void> {
    const { library, main } = useLab()
    const text = await library.call.exportAdvices()
    const { path } = await main.call.saveText({ suggestedName: 'answers.folio-advices.json', text })
    if (path !== null) useNotices().tell(`Saved ${path}.`)
  }

  return { atlas, failure, isLoading, load, render, importAnswers, exportAnswers }
})
