import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import type { Run, RunId, RunSummary } from '../../engine/contract/run.ts'
import { useLab, useLibrary } from '../page/lab.ts'
import { importFiles } from './import-files.ts'
import { useNotices } from './notices.ts'
import { shareEqual } from './share-equal.ts'

function namesOf(runs: readonly RunSummary[]): string {
  const [first] = runs
  return runs.length === 1 && first ? `“${first.label}”` : `${runs.length} runs`
}

/** The runs of the library, and the one whose details are open. */
export const useRuns = defineStore('runs', () => {
  const list = shallowRef<readonly RunSummary[]>([])
  /** Those that can be restored. */
  const deleted = shallowRef<readonly RunSummary[]>([])
  const isLoaded = ref(false)
  const failure = shallowRef<FailureRecord | null>(null)
  const open = shallowRef<Run | null>(null)
  const openFailure = shallowRef<FailureRecord | null>(null)
  let openId: RunId | null = null

  async function load(): Promise<void> {
    try {
      const all = shareEqual(await useLibrary().call.listRuns({ includeDeleted: true }))
      list.value = all.filter(run => run.deletedAt === undefined)
      deleted.value = all.filter(run => run.deletedAt !== undefined)
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
    const { call } = useLibrary()
    for (const { id } of runs) await call.deleteRun(id)
    useNotices().tell(`Deleted ${namesOf(runs)}.`, async () => {
      for (const { id } of runs) await call.restoreRun(id)
    })
  }

  async function restore(runs: readonly RunSummary[]): Promise<void> {
    for (const { id } of runs) await useLibrary().call.restoreRun(id)
    useNotices().tell(`Restored ${namesOf(runs)}.`)
  }

  /** Saves a run as a file; answers the path, or null when the user thought better of it. */
  async function exportToFile(id: RunId): Promise<string | null> {
    const { library, main } = useLab()
    const { path } = await main.call.saveText(await library.call.exportRun({ id }))
    return path
  }

  /** Imports run files; answers the run of the last one that could be imported. */
  async function importRuns(files: readonly File[]): Promise<RunId | null> {
    let last: RunId | null = null
    await importFiles(files, async text => {
      last = await useLibrary().call.importRun(text)
      return 'a run'
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
    deleted,
    isLoaded,
    failure,
    open,
    openFailure,
    load,
    show,
    setLabel,
    setNote,
    remove,
    restore,
    exportToFile,
    importRuns,
    listen,
  }
})
