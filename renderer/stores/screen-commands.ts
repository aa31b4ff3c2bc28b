import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import type { ScreenCommand } from '../view-models/commands.ts'

type Offers = () => readonly ScreenCommand[]

/** What the screen that is shown offers to the list of commands. */
export const useScreenCommands = defineStore('screen-commands', () => {
  const offers = shallowRef<Offers | null>(null)
  const list = computed(() => offers.value?.() ?? [])

  return { offers, list }
})

/** Offers commands as long as the screen that calls it is shown. */
export function offerCommands(mine: Offers): void {
  const store = useScreenCommands()
  store.offers = mine
  // The next screen has already offered its own when this one goes.
  onScopeDispose(() => {
    if (store.offers === mine) store.offers = null
  })
}
