import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useAdvisor } from './advisor.ts'
import { useSession } from './session.ts'

type Obstacle = Readonly<{ text: string; path: string }>

/** What measures at present: one thing at a time, since two would measure each other. */
export const useMeasuring = defineStore('measuring', () => {
  const session = useSession()
  const advisor = useAdvisor()

  const isBusy = computed(
    () => session.isRunning || session.isStarting || advisor.isRunning || advisor.isStarting,
  )
  /** Why nothing else can be started, and the screen that shows it; null when it can. */
  const obstacle = computed((): Obstacle | null => {
    if (session.isRunning) return { text: 'A run is under way', path: '/live' }
    return advisor.isRunning ? { text: 'The advisor is measuring', path: '/advisor' } : null
  })

  return { isBusy, obstacle }
})
