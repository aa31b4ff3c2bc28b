import { defineStore } from 'pinia'
import { useLab } from '../page/lab.ts'
import type { ChartPicture } from '../view-models/chart-picture.ts'
import { useNotices } from './notices.ts'

/** Texts and pictures that leave the window: to the clipboard or into a file. */
export const useDocuments = defineStore('documents', () => {
  async function copy(text: string, what: string): Promise<void> {
    await useLab().main.call.copyText(text)
    useNotices().tell(`Copied ${what}.`)
  }

  async function save(suggestedName: string, text: string): Promise<void> {
    const { path } = await useLab().main.call.saveText({ suggestedName, text })
    if (path !== null) useNotices().tell(`Saved ${path}.`)
  }

  async function take({ kind, action, name, content }: ChartPicture): Promise<void> {
    const { main } = useLab()
    if (kind === 'svg') return action === 'copy' ? copy(content, 'the chart') : save(`${name}.svg`, content)
    if (action === 'copy') {
      await main.call.copyPicture(content)
      useNotices().tell('Copied the chart.')
      return
    }
    const { path } = await main.call.savePicture({ suggestedName: `${name}.png`, png: content })
    if (path !== null) useNotices().tell(`Saved ${path}.`)
  }

  return { copy, save, take }
})
