import { defineStore } from 'pinia'
import { ref } from 'vue'
import { fromFailureRecord, toFailureRecord, type FailureRecord } from '../../engine/contract/failure.ts'
import { useLab } from '../lab.ts'

export type Notice = Readonly<{
  id: number
  text: string
  /** Takes back what the notice tells of. */
  undo?: () => Promise<void>
}>

/**
 * What the application has to tell whatever screen is open: failures that stay, and short notices.
 */
export const useNotices = defineStore('notices', () => {
  const failures = ref<readonly Readonly<{ id: number; record: FailureRecord }>[]>([])
  const notices = ref<readonly Notice[]>([])
  const restart = ref<string | null>(null)
  let nextId = 1

  function report(error: unknown): void {
    const record = toFailureRecord(error)
    // The same failure told twice is one failure.
    const others = failures.value.filter(failure => failure.record.message !== record.message)
    failures.value = [...others, { id: nextId++, record }]
  }

  function dismissFailure(id: number): void {
    failures.value = failures.value.filter(failure => failure.id !== id)
  }

  function tell(text: string, undo?: () => Promise<void>): void {
    notices.value = [...notices.value, { id: nextId++, text, ...(undo ? { undo } : {}) }]
  }

  function dismissNotice(id: number): void {
    notices.value = notices.value.filter(notice => notice.id !== id)
  }

  function dismissRestart(): void {
    restart.value = null
  }

  /**
   * Runs an action of the user; its failure becomes a banner, its cancellation a notice.
   * Answers whether it succeeded.
   */
  async function attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action()
      return true
    } catch (error) {
      const { code, message } = toFailureRecord(error)
      if (code === 'cancelled') tell(message)
      else report(error)
      return false
    }
  }

  /** Shows what went wrong before there was a window. */
  async function load(): Promise<void> {
    for (const record of await useLab().main.call.takeNotices()) report(fromFailureRecord(record))
  }

  function listen(): () => void {
    return useLab().main.on('libraryRestarted', ({ reason }) => {
      restart.value = reason
    })
  }

  return {
    failures,
    notices,
    restart,
    report,
    dismissFailure,
    tell,
    dismissNotice,
    dismissRestart,
    attempt,
    load,
    listen,
  }
})
