import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useLab, useLibrary } from '../page/lab.ts'
import { useNotices } from './notices.ts'
import { useRuns } from './runs.ts'

/** The file that holds the library. */
export const useLibraryFile = defineStore('library-file', () => {
  const path = ref('')

  async function load(): Promise<void> {
    path.value = (await useLibrary().call.location()).path
  }

  /** Copies the library to where the user chooses. */
  async function backUp(): Promise<void> {
    const { path: copy } = await useLab().main.call.backUpLibrary()
    if (copy !== null) useNotices().tell(`Saved a copy as ${copy}.`)
  }

  /** Lets the user choose a copy that takes the library's place. */
  async function restore(): Promise<void> {
    const { setAside } = await useLab().main.call.restoreLibrary()
    if (setAside === null) return
    await useRuns().load()
    useNotices().tell(`Restored. The previous library is kept as ${setAside}.`)
  }

  return { path, load, backUp, restore }
})
