import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { largestTextForWindow } from '../../engine/contract/bounds.ts'
import { Failure, toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { Run, RunId, RunSummary } from '../../engine/contract/run.ts'
import { formatBytes } from '../../engine/text/size-text.ts'
import { useLab, useLibrary } from '../lab.ts'
import { useNotices } from './notices.ts'

/** Before it is read: a text of any size would take the memory of the page. */
function refuseTooLarge({ name, size }: File): void {
  if (size > largestTextForWindow)
    throw new Failure(
      'bad-input',
      `${name} is larger than ${formatBytes(largestTextForWindow)}, too large for the window.`,
      'Import it with the command line: folio-lab runs import FILE',
    )
}

/** The runs of the library, and the one whose details are open. */
export const useRuns = defineStore('runs', () => {
  const list = shallowRef<readonly RunSummary[]>([])
  const isLoaded = ref(false)
  const failure = shallowRef<FailureRecord | null>(null)
  const open = shallowRef<Run | null>(null)
  const openFailure = shallowRef<FailureRecord | null>(null)
  let openId: RunId | null = null

  async function load(): Promise<void> {
    try {
      list.value = await useLibrary().call.listRuns({ includeDeleted: false })
      failure.value = null
      isLoaded.value = true
    } catch (error) {
      failure.value = toFailureRecord(error)
    }
  }

  /** Opens the details of a run; null closes them. */
  async function show(id: RunId | null): Promise<void> {
    if (id !== open.value?.summary.id) open.value = null
    openId = id
    openFailure.value = null
    if (id === null) return
    try {
      const run = await useLibrary().call.getRun(id)
      if (openId === id) open.value = run
    } catch (error) {
      if (openId === id) openFailure.value = toFailureRecord(error)
    }
  }

  async function setLabel(id: RunId, label: string): Promise<void> {
    await useLibrary().call.labelRun({ id, label })
  }

  async function setNote(id: RunId, text: string): Promise<void> {
    await useLibrary().call.noteRun({ id, text })
  }

  /** Deletes runs and offers to take it back. */
  async function remove(runs: readonly RunSummary[]): Promise<void> {
    const { library } = useLab()
    for (const run of runs) await library.call.deleteRun(run.id)
    const [first] = runs
    const what = runs.length === 1 && first ? `“${first.label}”` : `${runs.length} runs`
    useNotices().tell(`Deleted ${what}.`, async () => {
      for (const run of runs) await library.call.restoreRun(run.id)
    })
  }

  /** Saves a run as a file; answers the path, or null when the user thought better of it. */
  async function exportToFile(id: RunId): Promise<string | null> {
    const { library, main } = useLab()
    const { path } = await main.call.saveText(await library.call.exportRun({ id }))
    return path
  }

  /**
   * Imports run files and tells of each; answers the run of the last one that could be imported.
   */
  async function importFiles(files: readonly File[]): Promise<RunId | null> {
    let last: RunId | null = null
    for (const file of files)
      await useNotices().attempt(async () => {
        refuseTooLarge(file)
        last = await useLibrary().call.importRun(await file.text())
        useNotices().tell(`Imported ${file.name}.`)
      })
    return last
  }

  /** Keeps the list and the open run current; returns the function that ends it. */
  function listen(): () => void {
    const { library, main } = useLab()
    const stops = [
      library.on('runsChanged', ({ ids }) => {
        void load()
        if (openId !== null && ids.includes(openId)) void show(openId)
      }),
      main.on('libraryRestarted', () => void load()),
    ]
    return () => stops.forEach(stop => stop())
  }

  return {
    list,
    isLoaded,
    failure,
    open,
    openFailure,
    load,
    show,
    setLabel,
    setNote,
    remove,
    exportToFile,
    importFiles,
    listen,
  }
})
