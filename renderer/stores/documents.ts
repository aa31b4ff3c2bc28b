import { defineStore } from 'pinia'
import { useLab } from '../lab.ts'
import { useNotices } from './notices.ts'

/** Texts that leave the window: to the clipboard or into a file. */
export const useDocuments = defineStore('documents', () => {
  async function copy(text: string, what: string): Promise<void> {
    await useLab().main.call.copyText(text)
    useNotices().tell(`Copied ${what}.`)
  }

  async function save(suggestedName: string, text: string): Promise<void> {
    const { path } = await useLab().main.call.saveText({ suggestedName, text })
    if (path !== null) useNotices().tell(`Saved ${path}.`)
  }

  return { copy, save }
})
