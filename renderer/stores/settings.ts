import { defineStore } from 'pinia'
import { computed, shallowRef, watchEffect } from 'vue'
import type { PackageLicence } from '../../engine/contract/licence.ts'
import { initialSettings, type Settings } from '../../engine/contract/settings.ts'
import { useLab } from '../page/lab.ts'

/** The settings of the whole application, and the versions it is made of. */
export const useSettings = defineStore('settings', () => {
  const values = shallowRef<Settings>(initialSettings)
  const isLoaded = shallowRef(false)
  const versions = shallowRef<Readonly<Record<string, string>>>({})

  const theme = computed(() => values.value.theme)
  /** Asked of every interval, 0 to 1. */
  const confidence = computed(() => values.value.confidencePercent / 100)

  watchEffect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme.value
  })

  async function load(): Promise<void> {
    const { main } = useLab()
    const [settings, names] = await Promise.all([main.call.getSettings(), main.call.versions()])
    values.value = settings
    versions.value = names
    isLoaded.value = true
  }

  /** Changes some of them, here and in the file; a change that could not be written is undone. */
  async function change(some: Partial<Settings>): Promise<void> {
    const before = values.value
    values.value = { ...before, ...some }
    try {
      await useLab().main.call.setSettings(values.value)
    } catch (error) {
      values.value = before
      throw error
    }
  }

  /** Licences of the packages that this application contains. */
  async function licences(): Promise<readonly PackageLicence[]> {
    return useLab().main.call.licences()
  }

  async function openWindow(): Promise<void> {
    await useLab().main.call.openWindow()
  }

  async function openDataFolder(): Promise<void> {
    await useLab().main.call.openDataFolder()
  }

  async function printScreen(): Promise<void> {
    await useLab().main.call.printScreen()
  }

  /** Follows what other windows change; returns the function that ends it. */
  function listen(): () => void {
    return useLab().main.on('settingsChanged', settings => {
      values.value = settings
    })
  }

  return {
    values,
    isLoaded,
    versions,
    theme,
    confidence,
    load,
    change,
    licences,
    openWindow,
    openDataFolder,
    printScreen,
    listen,
  }
})
