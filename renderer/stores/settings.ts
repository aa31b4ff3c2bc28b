import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'
import type { Settings } from '../../engine/contract/api.ts'
import { useLab } from '../lab.ts'

/** What the user set for the whole application, and the versions it is made of. */
export const useSettings = defineStore('settings', () => {
  const theme = ref<Settings['theme']>('system')
  const versions = ref<Readonly<Record<string, string>>>({})

  watchEffect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme.value
  })

  async function load(): Promise<void> {
    const { main } = useLab()
    const [settings, names] = await Promise.all([main.call.getSettings(), main.call.versions()])
    theme.value = settings.theme
    versions.value = names
  }

  async function setTheme(choice: Settings['theme']): Promise<void> {
    theme.value = choice
    await useLab().main.call.setSettings({ theme: choice })
  }

  return { theme, versions, load, setTheme }
})
